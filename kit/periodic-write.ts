import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'

export interface PeriodicWrite {
  /** Writes the remaining items, for a second at most. */
  close: () => Promise<void>
}

interface PeriodicWriteOptions {
  /** Writes the gathered items, if any. If it rejects, it has kept or given up the items that it could not write. */
  write: () => Promise<void>
  intervalMs: number
  log: Log
  /** the event of the warning, which is logged once until a write succeeds again */
  failedEvent: string
}

const CLOSE_MS = 1000

/** Writes gathered items periodically, one write at a time; for data that no caller waits for. */
export function startPeriodicWrite(options: PeriodicWriteOptions): PeriodicWrite {
  const { write, intervalMs, log, failedEvent } = options
  let writing: Promise<void> | undefined
  let isFailing = false
  const timer = setInterval(() => {
    writing ??= attempt().finally(() => (writing = undefined))
  }, intervalMs)

  async function attempt(): Promise<void> {
    try {
      await write()
      isFailing = false
    } catch (error) {
      if (!isFailing) log.warn({ event: failedEvent, err: error }, messageOf(error))
      isFailing = true
    }
  }

  async function writeRest(): Promise<void> {
    await writing
    await attempt()
  }

  return {
    async close() {
      clearInterval(timer)
      await Promise.race([writeRest(), delay(CLOSE_MS, undefined, { ref: false })])
    },
  }
}
