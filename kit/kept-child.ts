import { setTimeout as delay } from 'node:timers/promises'
import type { Child } from './child.ts'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'

export interface KeptChild {
  stop(): Promise<void>
}

const RESTART_MS = 5000

/**
 * Keeps a process running on which no other depends: if it ends, or cannot be started, it is started again 5 s later.
 * @param start starts it once; aborting the signal ends the start
 */
export function keepChild(
  name: string,
  start: (signal: AbortSignal) => Promise<Child<unknown>>,
  { log, restartMs = RESTART_MS }: { log: Log; restartMs?: number },
): KeptChild {
  const stopping = new AbortController()
  const { signal } = stopping
  let child: Child<unknown> | undefined

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      const end = await runOnce()
      if (signal.aborted) return
      log.error({ event: 'child_ended', child: name, restart_ms: restartMs }, end)
      await delay(restartMs, undefined, { signal }).catch(() => {})
    }
  }

  /** Returns why it has ended. */
  async function runOnce(): Promise<string> {
    try {
      child = await start(signal)
      // Stopped during the start
      if (signal.aborted) await child.stop()
      return await child.ended
    } catch (error) {
      return messageOf(error)
    }
  }

  const kept = keep()
  return {
    async stop() {
      stopping.abort()
      await child?.stop()
      await kept
    },
  }
}
