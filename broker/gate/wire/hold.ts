/**
 * Why a connection's socket is not read. Each reason is a bit, so that several can hold it back at once and a check costs nothing
 * per message:
 *
 * - `login`: the CONNECT is not decided yet
 * - `messages`: as many publishes as are allowed wait for their acknowledgement
 * - `unsent`: the client does not read data that was sent to it
 * - `queue`: aedes has not handled the earlier packets
 * - `pressure`: neither the database nor the spool takes more
 * - `rate`: the device sends faster than allowed
 * - `turn`: the connection sends more than most, and waits so that the others need not
 * - `order`: a new token or a subscription is decided first
 * - `closing`: the broker takes nothing further
 */
export const HOLDS = {
  login: 1,
  messages: 2,
  unsent: 4,
  queue: 8,
  pressure: 16,
  rate: 32,
  turn: 64,
  closing: 128,
  order: 256,
} as const

export type HoldReason = keyof typeof HOLDS

/** The number of connections that are held back, by reason; a connection with two reasons counts twice. */
export function countHolds(connections: Iterable<{ holds: number }>): Record<HoldReason, number> {
  const counts = {
    login: 0,
    messages: 0,
    unsent: 0,
    queue: 0,
    pressure: 0,
    rate: 0,
    turn: 0,
    closing: 0,
    order: 0,
  }
  for (const { holds } of connections) {
    if (holds === 0) continue
    for (const reason of Object.keys(HOLDS) as HoldReason[]) if (holds & HOLDS[reason]) counts[reason]++
  }
  return counts
}
