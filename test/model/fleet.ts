import type { Device, Span, Vehicle } from './specification.ts'
import type { Stage } from './stage.ts'

/** Puts a device into another vehicle, or out of all. */
export async function moveDevice(stage: Stage, d: number, v: number | null): Promise<void> {
  const { spec, world } = stage
  const device = spec.devices[d]
  const vehicle = v === null ? null : spec.vehicles[v]
  if (device === undefined || vehicle === undefined || vehicle?.deleted) return
  const { sql } = world.db
  await during(
    stage,
    async () =>
      void (await sql`update devices set vehicle_id = ${vehicle?.id ?? null} where id = ${device.id}`),
    (span) => device.changes.push({ span, vehicle }),
  )
}

export async function removeDevice(stage: Stage, d: number): Promise<void> {
  const device = stage.spec.devices[d]
  if (device === undefined) return
  const { sql } = stage.world.db
  await during(
    stage,
    async () => void (await sql`delete from devices where id = ${device.id}`),
    (span) => {
      device.deleted = span
      device.changes.push({ span, vehicle: null })
    },
  )
}

/** Deletes a vehicle, whose devices are in no vehicle afterwards. */
export async function removeVehicle(stage: Stage, v: number): Promise<void> {
  const vehicle = stage.spec.vehicles[v]
  if (vehicle === undefined) return
  const { sql } = stage.world.db
  await during(
    stage,
    async () => void (await sql`delete from vehicles where id = ${vehicle.id}`),
    (span) => {
      vehicle.deleted = span
      for (const device of stage.spec.devices.filter((it) => isIn(it, vehicle)))
        device.changes.push({ span, vehicle: null })
    },
  )
}

function isIn({ changes }: Device, vehicle: Vehicle): boolean {
  return changes.at(-1)?.vehicle === vehicle
}

async function during(stage: Stage, act: () => Promise<void>, note: (span: Span) => unknown): Promise<void> {
  note(await stage.change(act))
}
