import { createCalendar, type Calendar } from './calendar.ts'
import { canonical } from './canonical.ts'
import type { MessagePlan } from './readings.ts'

/**
 * The guarantee of the acknowledgement, written a second time and from the rules alone. It shares no code with the
 * broker. It records deliveries, their acknowledgements and the stays of devices, and derives which rows may and which
 * must be in the database.
 */

/** The time of a change in the database, in microseconds since 1970. `knownUs`: every broker knows it from then on. */
export interface Span {
  beforeUs: number
  committedUs: number
  knownUs: number
}

/** One vehicle: another one created under the same key is another vehicle. */
export interface Vehicle {
  id: number
  key: string
  deleted?: Span
}

export interface Device {
  id: number
  key: string
  /** vehicles that it was put into, oldest first; `null` for none */
  changes: { span: Span; vehicle: Vehicle | null }[]
  deleted?: Span
}

/** One reading of a sent message, or a part of it that is not a reading. */
interface Part {
  index: number | null
  payload: Buffer
  /** in the form for comparison */
  values: string
  /** `undefined` if the reading has no time */
  us: number | undefined
  codes: readonly string[]
}

export interface Sent {
  payload: Buffer
  parts: readonly Part[]
}

/** A message that was given to a broker: resending it with QoS 0 or 1 is another delivery. */
export interface Delivery {
  device: Device
  /** the vehicle's key in its topic; `undefined` over HTTP, where no topic names a vehicle */
  topic: string | undefined
  sent: Sent
  sentUs: number
  ackedUs: number | undefined
  /** how often a broker may treat it as a new message */
  copiesMax: number
  /** a replayed dead letter: readings that are refused again leave no further letter */
  replay?: { vehicle: Vehicle; receivedUs: number }
}

export interface Specification {
  vehicles: Vehicle[]
  devices: Device[]
  deliveries: Delivery[]
  calendar: Calendar
  /** lasting faults */
  faults: Set<string>
}

export function createSpecification(nowUs: number): Specification {
  const calendar = createCalendar(nowUs)
  return { vehicles: [], devices: [], deliveries: [], calendar, faults: new Set() }
}

export const vehicleNow = (device: Device): Vehicle | null => device.changes.at(-1)?.vehicle ?? null
export const mayConnect = (device: Device): boolean =>
  device.deleted === undefined && vehicleNow(device) !== null

export function write({ readings, isArray, broken }: MessagePlan, calendar: Calendar): Sent {
  if (broken !== undefined) {
    const { payload, code } = broken
    return { payload, parts: [{ index: null, payload, values: '', us: undefined, codes: [code] }] }
  }
  const written = readings.map(({ instant, values }) => {
    const { json, us, codes = [] } = calendar.timeOf(instant)
    const members = json === undefined ? values.text : `"time":${json},${values.text}`
    return { text: `{${members}}`, us, codes: [...(values.codes ?? []), ...codes] }
  })
  const text = isArray ? `[${written.map((it) => it.text).join(',')}]` : (written[0]?.text ?? '')
  const parts = written.map((it, n) => ({
    index: isArray ? n : null,
    payload: Buffer.from(it.text),
    values: canonical(`{${readings[n]?.values.text ?? ''}}`),
    us: it.us,
    codes: it.codes,
  }))
  return { payload: Buffer.from(text), parts }
}
