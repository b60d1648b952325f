import { RECEIPT_STEP_US } from '../../broker/ingest/receipt-clock.ts'
import type { Delivery, Device, Vehicle } from './specification.ts'

/** A possible content of the database because of a delivery. */
export interface Trace {
  key: string
  codes?: readonly string[]
}

/** A trace that need not exist. */
export const NOTHING: Trace = { key: '' }

/** Traces of one part of a message, of which exactly one exists. */
type Alternatives = readonly Trace[]

/**
 * The possible results of a delivery: one case for each state of the fleet that the broker may have known. Each case
 * has, for every part, the traces of which one exists.
 */
export function casesOf(delivery: Delivery): Alternatives[][] {
  const { device, replay, sentUs, ackedUs = Infinity } = delivery
  const { changes } = device
  if (replay !== undefined) return [replayed(delivery, replay)]
  const known = changes.filter(({ span }) => span.knownUs <= sentUs).length
  const begun = changes.filter(({ span }) => span.beforeUs < ackedUs).length
  const cases: Alternatives[][] = []
  for (let count = Math.max(1, known); count <= Math.max(1, begun); count++) {
    const stays = changes.slice(0, count)
    const isCurrent = delivery.topic === undefined || stays.at(-1)?.vehicle?.key === delivery.topic
    const former = stays.filter(({ vehicle }) => vehicle?.key === delivery.topic)
    if (isCurrent || former.length > 0) cases.push(placed(delivery, stays))
    // The topic of a deleted vehicle may meanwhile belong to another one.
    if (!isCurrent && former.every(({ vehicle }) => vehicle?.deleted)) cases.push([[wrongTopic(delivery)]])
  }
  return cases
}

function wrongTopic({ device, sent }: Delivery): Trace {
  return { key: letterKey(device.id, null, sent.payload), codes: ['wrong_topic'] }
}

/** Each reading by its own time. */
function placed(delivery: Delivery, stays: Device['changes']): Alternatives[] {
  const { device, sent, sentUs, ackedUs = Infinity } = delivery
  return sent.parts.map(({ index, payload, values, us, codes }) => {
    const letter = (why: readonly string[]): Trace => ({
      key: letterKey(device.id, index, payload),
      codes: why,
    })
    // Brokers count in whole milliseconds, so a receipt may seem slightly too early.
    const vehicles = us === undefined ? between(stays, sentUs - 2000, ackedUs) : between(stays, us, us)
    const places = [...vehicles].flatMap((vehicle) => {
      const isGone = vehicle === null ? [true] : goneness(vehicle, sentUs, ackedUs)
      return isGone.map((gone) => ({ vehicleId: vehicle?.id ?? 0, gone }))
    })
    if (codes.length > 0) {
      // A reading is placed before the database can refuse it.
      const mayBeGone = codes.includes('storage_refused') && places.some(({ gone }) => gone)
      return [letter(mayBeGone ? [...codes, 'not_in_vehicle'] : codes)]
    }
    return places.map(({ vehicleId, gone }) =>
      gone ? letter(['not_in_vehicle']) : { key: rowKey(vehicleId, us, values) },
    )
  })
}

/**
 * Placed in the vehicle of the letter or of the device at that time. Without a vehicle, or with a deleted one, it may
 * be refused again.
 */
function replayed(
  delivery: Delivery,
  { vehicle, receivedUs }: NonNullable<Delivery['replay']>,
): Alternatives[] {
  return delivery.sent.parts.map(
    ({ index, values, us = receivedUs + (index ?? 0) * RECEIPT_STEP_US, codes }) => {
      if (codes.length > 0) return []
      const vehicles = new Set([vehicle, ...between(delivery.device.changes, us, us)])
      return [...vehicles].flatMap((it) => {
        const rows = it === null ? [] : [{ key: rowKey(it.id, us, values) }]
        return it === null || it.deleted ? [...rows, NOTHING] : rows
      })
    },
  )
}

/** Where the device may have been between two times: its first stay has no beginning. */
function between(stays: Device['changes'], fromUs: number, toUs: number): Set<Vehicle | null> {
  const first = stays.findIndex(({ vehicle }) => vehicle !== null)
  const found = new Set<Vehicle | null>()
  for (const [n, { span, vehicle }] of stays.entries()) {
    if (n < first) continue
    const begin = n === first ? -Infinity : span.beforeUs
    const end = stays[n + 1]?.span.committedUs ?? Infinity
    if (begin <= toUs && fromUs < end) found.add(vehicle)
  }
  return found.size > 0 ? found : new Set([null])
}

/** Whether a vehicle was deleted when a message arrived: no, yes, or possibly. */
function goneness({ deleted }: Vehicle, sentUs: number, ackedUs: number): boolean[] {
  if (deleted === undefined || deleted.beforeUs > ackedUs) return [false]
  return deleted.knownUs <= sentUs ? [true] : [false, true]
}

/** If `us` is `undefined`, the time belongs to this reading alone. */
export function rowKey(vehicleId: number, us: number | undefined, values: string): string {
  return us === undefined
    ? `row of ${vehicleId} without time ${values}`
    : `row of ${vehicleId} at ${us} ${values}`
}

export function letterKey(deviceId: number, index: number | null, payload: Buffer): string {
  return `letter of ${deviceId} index ${index} ${JSON.stringify(payload.toString('latin1'))}`
}
