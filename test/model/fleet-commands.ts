import { RETENTION_DAYS } from './calendar.ts'
import { command, isCalm, isReachable, missing } from './command.ts'
import { KILLS, LASTING, SUDDEN } from './faults.ts'
import { moveDevice, removeDevice, removeVehicle } from './fleet.ts'
import { endFault } from './settlement.ts'

export const move = (d: number, v: number | null) =>
  command(
    `device ${d} is moved to ${v === null ? 'no vehicle' : `vehicle ${v}`}`,
    (spec) => isReachable(spec) && spec.devices[d]?.deleted === undefined,
    async (stage) => {
      await moveDevice(stage, d, v)
    },
  )

export const deleteDevice = (d: number) =>
  command(
    `device ${d} is deleted`,
    (spec) => isReachable(spec) && spec.devices[d]?.deleted === undefined,
    async (stage) => {
      await removeDevice(stage, d)
    },
  )

export const addDevice = (d: number, v: number) =>
  command(
    `device ${d} is re-created in vehicle ${v}`,
    (spec) =>
      isReachable(spec) && spec.devices[d]?.deleted !== undefined && spec.vehicles[v]?.deleted === undefined,
    async (stage) => {
      await stage.addDevice(d, v)
    },
  )

export const deleteVehicle = (v: number) =>
  command(
    `vehicle ${v} is deleted`,
    (spec) => isReachable(spec) && spec.vehicles[v]?.deleted === undefined,
    async (stage) => {
      await removeVehicle(stage, v)
    },
  )

export const addVehicle = (v: number) =>
  command(
    `vehicle ${v} is re-created`,
    (spec) => isReachable(spec) && spec.vehicles[v]?.deleted !== undefined,
    async (stage) => {
      await stage.addVehicle(v)
    },
  )

export const maintain = command(
  'telemetry maintenance runs',
  isCalm,
  async ({ world }) => world.db.sql`select telemetry_maintain(${RETENTION_DAYS})`,
)

export const beginFault = (name: string) =>
  command(`fault: ${name}`, isCalm, async (stage) => {
    stage.spec.faults.add(name)
    stage.endFault = (await LASTING[name]?.(stage.world)) ?? missing()
  })

export const endFaults = command('the fault ends', (spec) => !isCalm(spec), endFault)

export const sudden = (name: string) =>
  command(`fault: ${name}`, isReachable, async ({ world }) => ({ ...SUDDEN, ...KILLS })[name]?.(world))
