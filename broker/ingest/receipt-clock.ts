/** Gives messages the times for their readings that have none. */
export interface ReceiptClock {
  /** Microseconds since 1970, not before `receivedAtMs`, and later than all that were given. */
  next(receivedAtMs: number): number
  /** The readings after the first took so many microseconds more. */
  used(untilUs: number): void
}

/** One for all lanes: two messages of one vehicle in one millisecond must not get the same time, whichever lanes they take. */
export function createReceiptClock(): ReceiptClock {
  let lastUs = 0
  return {
    next: (receivedAtMs) => Math.max(receivedAtMs * 1000, lastUs + 1),
    used(untilUs) {
      lastUs = untilUs
    },
  }
}
