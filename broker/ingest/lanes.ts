import type { Message } from '../accept.ts'
import type { Entry } from './batch.ts'
import type { Lane } from './lane.ts'

/** All lanes, and which of them takes a message. */
export interface Lanes extends Omit<Lane, 'holds'> {}

/**
 * Larger messages of all devices share a lane of their own. A message of 256 KiB can have a thousand rows with large `extra`
 * objects, which take as long as ten batches of a quiet lane.
 */
const BULK_BYTES = 32 * 1024

/**
 * @param shared each takes a share of the vehicles, by id; at least one
 * @param bulk takes the larger messages of all vehicles
 */
export function createLanes(shared: readonly Lane[], bulk: Lane): Lanes {
  const all = [...shared, bulk]
  /** vehicles with messages in the bulk lane, and how many */
  const inBulk = new Map<number, number>()
  const sum = (read: (lane: Lane) => number) => all.reduce((total, lane) => total + read(lane), 0)

  /** A vehicle changes its lane only while none of its messages is in another, so that they stay in order. */
  function laneOf({ vehicleId, payload }: Message): Lane {
    const own = shared[vehicleId % shared.length] ?? bulk
    if (inBulk.size > 0 && inBulk.has(vehicleId)) return bulk
    return payload.length > BULK_BYTES && !own.holds(vehicleId) ? bulk : own
  }

  function pushToBulk(message: Message, settle: Entry['settle']): void {
    countBulk(message.vehicleId, 1)
    bulk.push(message, (outcome) => {
      countBulk(message.vehicleId, -1)
      settle(outcome)
    })
  }

  function countBulk(vehicleId: number, change: 1 | -1): void {
    const count = (inBulk.get(vehicleId) ?? 0) + change
    if (count === 0) inBulk.delete(vehicleId)
    else inBulk.set(vehicleId, count)
  }

  return {
    push(message, settle) {
      const lane = laneOf(message)
      if (lane === bulk) pushToBulk(message, settle)
      else lane.push(message, settle)
    },
    get waitingBytes() {
      return sum((lane) => lane.waitingBytes)
    },
    get pending() {
      return sum((lane) => lane.pending)
    },
    async close(graceMs) {
      await Promise.all(all.map((lane) => lane.close(graceMs)))
    },
  }
}
