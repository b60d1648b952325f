import { INTAKE_PATHS } from '../../contract/intake.ts'
import type { Barrier } from './barrier.ts'
import { nowUs } from './clock.ts'
import type { StoredLetter, StoredRow } from './comparison.ts'
import type { Delivery, Device, Sent, Span, Specification, Vehicle } from './specification.ts'
import { Tracker } from './tracker.ts'
import type { World } from './world.ts'

/** The vehicles and devices of one sequence, in a world that others may share. */
export interface Stage {
  spec: Specification
  world: World
  trackers: (Tracker | undefined)[]
  /** payloads and topics that a device has sent, to be sent once more */
  history: { topic: string; sent: Sent }[][]
  /** number of commands that were run */
  commands: number
  /** ends the lasting fault, if any */
  endFault: (() => Promise<void>) | undefined
  /** Changes the fleet, and resolves when every broker knows of it. */
  change(act: () => Promise<void>): Promise<Span>
  addVehicle(slot: number): Promise<void>
  addDevice(slot: number, vehicle: number): Promise<void>
  /** Records that a message is sent now. */
  deliver(device: Device, topic: string | undefined, sent: Sent, replay?: Delivery['replay']): Delivery
  postTelemetry(device: Device, sent: Sent): Promise<void>
  /** `mayFailAgain`: whether the replay may be refused again, so that its acknowledgement proves nothing */
  postReplay(
    device: Device,
    vehicle: Vehicle,
    receivedUs: number,
    sent: Sent,
    mayFailAgain?: boolean,
  ): Promise<void>
  read(): Promise<{ rows: StoredRow[]; letters: StoredLetter[] }>
  close(): Promise<void>
}

let sequences = 0
/** Node.js' fetch has no time limit. */
const POST_DEADLINE_MS = 20_000

export const VEHICLES = 3
export const DEVICES = 4
/** Two devices in the first vehicle. */
const HOMES = [0, 0, 1, 2]

export async function openStage(spec: Specification, world: World, barrier: Barrier): Promise<Stage> {
  const { sql } = world.db
  const name = `${process.pid}-${sequences++}`
  const keyOf = (kind: string, slot: number) => `${kind}${slot}-${name}`

  async function change(act: () => Promise<void>): Promise<Span> {
    const beforeUs = nowUs()
    await act()
    const committedUs = nowUs() + 1000
    await barrier()
    // Leave a point in time between this change and the next one, for readings to be timed at; 555 µs keeps it off whole
    // milliseconds.
    const momentUs = (Math.floor(nowUs() / 1000) + 2) * 1000 + 555
    while (nowUs() <= momentUs) await new Promise((resolve) => setTimeout(resolve, 1))
    spec.calendar.addMoment(momentUs)
    return { beforeUs, committedUs, knownUs: nowUs() }
  }

  function deliver(
    device: Device,
    topic: string | undefined,
    sent: Sent,
    replay?: Delivery['replay'],
  ): Delivery {
    const delivery: Delivery = { device, topic, sent, sentUs: nowUs(), ackedUs: undefined, copiesMax: 1 }
    if (replay !== undefined) delivery.replay = replay
    spec.deliveries.push(delivery)
    return delivery
  }

  async function post(delivery: Delivery, path: string, token: string, n: number): Promise<void> {
    const port = world.brokers[n % world.brokers.length]?.statusPort()
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new Uint8Array(delivery.sent.payload),
      signal: AbortSignal.timeout(POST_DEADLINE_MS),
    }).catch(() => undefined)
    await response?.text()
    if (response?.status === 200) delivery.ackedUs = nowUs()
  }

  const stage: Stage = {
    spec,
    world,
    trackers: [],
    history: Array.from({ length: DEVICES }, () => []),
    commands: 0,
    endFault: undefined,
    change,
    async addVehicle(slot) {
      const key = keyOf('v', slot)
      const [row] = await sql<{ id: number }[]>`insert into vehicles (key) values (${key}) returning id`
      spec.vehicles[slot] = { id: row?.id ?? 0, key }
      everyVehicle.push(row?.id ?? 0)
    },
    async addDevice(slot, vehicleSlot) {
      const key = keyOf('d', slot)
      const vehicle = spec.vehicles[vehicleSlot]
      if (vehicle === undefined) throw new Error(`no vehicle in slot ${vehicleSlot}`)
      const beforeUs = nowUs()
      const [row] = await sql<{ id: number }[]>`
        insert into devices (key, vehicle_id) values (${key}, ${vehicle.id}) returning id`
      const span = { beforeUs, committedUs: nowUs(), knownUs: nowUs() }
      spec.devices[slot] = { id: row?.id ?? 0, key, changes: [{ span, vehicle }] }
      everyDevice.push(row?.id ?? 0)
      const brokers = () => world.brokers.map((it) => ({ port: it.mqttPort(), life: it.life() }))
      stage.trackers[slot]?.cut()
      stage.trackers[slot] = new Tracker({ clientId: key, token: world.sign(key, 'mqtt'), brokers })
      stage.history[slot] = []
    },
    deliver,
    postTelemetry: (device, sent) =>
      post(
        deliver(device, undefined, sent),
        INTAKE_PATHS.telemetry,
        world.sign(device.key, 'mqtt'),
        device.id,
      ),
    async postReplay(device, vehicle, receivedUs, sent, mayFailAgain = false) {
      const delivery = deliver(device, undefined, sent, { vehicle, receivedUs })
      const query = `?vehicle_id=${vehicle.id}&device_id=${device.id}&received_us=${receivedUs}`
      await post(delivery, `${INTAKE_PATHS.replay}${query}`, world.sign('api', 'intake'), nowUs())
      if (mayFailAgain) delivery.ackedUs = undefined
    },
    async read() {
      const ordinal = world.hasOrdinals ? sql`nth` : sql`null::int`
      const [rows, letters] = await Promise.all([
        sql<StoredRow[]>`
          select vehicle_id, device_id, ${ordinal} as nth, to_jsonb(telemetry)::text as row,
            (extract(epoch from time) * 1000000)::bigint as time_us
          from telemetry where vehicle_id = any (${everyVehicle}::bigint[])`,
        sql<StoredLetter[]>`
          select device_id, reading_index, payload, code from rejected_messages
          where device_id = any (${everyDevice}::bigint[])`,
      ])
      return { rows, letters }
    },
    async close() {
      await stage.endFault?.()
      for (const tracker of stage.trackers) tracker?.cut()
    },
  }
  const everyVehicle: number[] = []
  const everyDevice: number[] = []
  for (let slot = 0; slot < VEHICLES; slot++) await stage.addVehicle(slot)
  for (let slot = 0; slot < DEVICES; slot++) await stage.addDevice(slot, HOMES[slot] ?? 0)
  return stage
}
