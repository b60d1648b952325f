import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'

export interface PeriodicWrite {
  /** Writes what is left, for a second at most. */
  close: () => Promise<void>
}

interface PeriodicWriteOptions {
  /** Writes what was gathered since, if anything. When it rejects it has kept or given up what it could not write. */
  write: () => Promise<void>
  intervalMs: number
  log: Log
  /** of the warning that it failed; told once until it works again */
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
