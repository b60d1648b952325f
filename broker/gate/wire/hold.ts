/**
 * Why a connection's socket is not read, each a bit, so that several can hold it back at once and to ask costs nothing
 * per message:
 *
 * - `login`: its CONNECT is not decided yet
 * - `messages`: as many publishes as are allowed wait for their acknowledgement
 * - `unsent`: it does not read what was sent to it
 * - `queue`: aedes has not handled what came before
 * - `pressure`: neither the database nor the spool takes more
 * - `rate`: its device sends faster than it may
 * - `turn`: it sends more than most, and waits so that the others need not
 * - `order`: a new token or a subscription is decided first
 * - `closing`: the broker takes nothing more
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

/** How many of the connections are held back for each reason; one that is held back for two counts twice. */
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
