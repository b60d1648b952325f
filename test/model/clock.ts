let lastUs = 0

/** Microseconds since 1970 on the clock of brokers and database, greater at each call. */
export function nowUs(): number {
  lastUs = Math.max(lastUs + 1, Date.now() * 1000)
  return lastUs
}
