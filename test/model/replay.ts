import type { Device, Sent, Specification } from './specification.ts'
import type { Stage } from './stage.ts'

interface Letter {
  device_id: number
  vehicle_id: number
  received_us: number
  payload: Buffer
}

/** Maximum of letters that one command replays. */
const LETTERS_MAX = 8

/** Replays letters like an administrator. A replay may store nothing that was not sent. */
export async function replayAll(stage: Stage): Promise<void> {
  const { spec, world } = stage
  const ids = spec.devices.map(({ id }) => id)
  const letters = await world.db.sql<Letter[]>`
    select device_id, vehicle_id, payload, (extract(epoch from time_if_absent) * 1000000)::bigint as received_us
    from rejected_messages where device_id = any (${ids}::bigint[]) and vehicle_id is not null
    order by id limit ${LETTERS_MAX}`
  for (const { device_id, vehicle_id, received_us, payload } of letters) {
    const device = spec.devices.find(({ id }) => id === device_id)
    const vehicle = device?.changes.find((it) => it.vehicle?.id === vehicle_id)?.vehicle
    const sent = device && originOf(spec, device, payload)
    if (device && vehicle && sent) await stage.postReplay(device, vehicle, received_us, sent, true)
  }
}

/** The content of a dead letter: a message as a whole, or one reading of an array. */
function originOf(spec: Specification, of: Device, payload: Buffer): Sent | undefined {
  for (const { device, sent } of spec.deliveries) {
    if (device !== of) continue
    if (sent.payload.equals(payload)) return sent
    const part = sent.parts.find((it) => it.payload.equals(payload))
    if (part !== undefined) return { payload, parts: [{ ...part, index: null }] }
  }
  return undefined
}
