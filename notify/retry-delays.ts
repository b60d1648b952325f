const [SECOND_MS, MINUTE_MS, HOUR_MS] = [1000, 60_000, 3_600_000]

/**
 * The first, and those after 5 s, 1, 5, 30 min, 2, 6, 12 and 24 h.
 * @limit attempts to send a notification, in 24 h | it is dead, and can be sent again by hand
 */
const ATTEMPTS_MAX = 9
/** Times of further attempts, after the first. The receiver may be down for a night. */
export const RETRIES_AFTER_MS: readonly number[] = [
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
]

/**
 * When the next attempt is due, in milliseconds since 1970; `undefined` after the last one.
 * @param attempts those made so far, at least 1
 * @param releasedMs when the first one was due
 */
export function nextAttemptMs(attempts: number, releasedMs: number, nowMs: number): number | undefined {
  const afterMs = RETRIES_AFTER_MS[attempts - 1]
  if (attempts >= ATTEMPTS_MAX || afterMs === undefined) return undefined
  // After an outage of our own, the times of several attempts may be over: they keep their distance to each other.
  const gapMs = afterMs - (RETRIES_AFTER_MS[attempts - 2] ?? 0)
  return Math.max(releasedMs + afterMs, nowMs + Math.min(gapMs, MINUTE_MS))
}
