let lastUs = 0

/** Microseconds since 1970 on the clock of brokers and database, and later at each call: what came first has less. */
export function nowUs(): number {
  lastUs = Math.max(lastUs + 1, Date.now() * 1000)
  return lastUs
}
