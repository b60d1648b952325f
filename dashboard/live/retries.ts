import { backoffMs } from './backoff.ts'

/** A connection that lived this long was a good one: the next wait is short again. */
const GOOD_CONNECTION_MS = 10_000

export interface Retries {
  /** Plans the next attempt after a connection that lived `lifeMs`. Returns its number, from 1, and the wait. */
  plan: (lifeMs: number) => { attempt: number; waitMs: number }
  cancel: () => void
}

/** Plans attempts to connect, with waits that grow. `random` returns 0 to 1. */
export function createRetries(random: () => number, connect: () => void): Retries {
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    plan(lifeMs) {
      if (lifeMs >= GOOD_CONNECTION_MS) attempt = 0
      attempt++
      const waitMs = backoffMs(attempt, random())
      timer = setTimeout(connect, waitMs)
      return { attempt, waitMs }
    },
    cancel: () => clearTimeout(timer),
  }
}
