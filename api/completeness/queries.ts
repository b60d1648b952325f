import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Period } from './period.ts'
import { formatTime } from '../../contract/time.ts'
import { fromUs } from '../database/columns.ts'
import { sinceSeen } from '../history/filter-sql.ts'
import { seenFromUs, visibleDevices, visibleVehicles, type SeenVehicle } from '../access/visible.ts'

/**
 * Maximum of a device's vehicles in a reply: its current vehicle and the most recent earlier ones.
 * @limit vehicles of a device that completeness lists | older ones are left out; the sums include all
 */
const VEHICLES_MAX = 100
const HOUR_US = 3_600_000_000

export interface DeviceInVehicles {
  deviceId: number
  /**
   * the vehicles that the device is or was in and that the caller may see; for callers that see all, also deleted ones
   */
  vehicles: SeenVehicle[]
}

/** Finds a device that the caller may see. `undefined` also if the device exists and the caller may not see it. */
export async function findDeviceInVehicles(
  sql: Sql,
  caller: Claims,
  key: string,
): Promise<DeviceInVehicles | undefined> {
  const rows = await sql<{ deviceId: number; id: number | null; seenFromUs: number | null }[]>`
    select devices.id as "deviceId", stay.id, stay."seenFromUs"
    from devices
    left join vehicles on vehicles.id = devices.vehicle_id
    left join lateral (
      select device_vehicles.vehicle_id as id, ${seenFromUs(sql, caller)} as "seenFromUs"
      from device_vehicles left join vehicles on vehicles.id = device_vehicles.vehicle_id
      where device_vehicles.device_id = devices.id and ${visibleVehicles(sql, caller)}
      group by device_vehicles.vehicle_id, vehicles.id
      order by (device_vehicles.vehicle_id is not distinct from devices.vehicle_id) desc, max(since) desc
      limit ${VEHICLES_MAX}
    ) as stay on true
    where devices.key = ${key} and ${visibleDevices(sql, caller)}
  `
  const [device] = rows
  if (device === undefined) return undefined
  const vehicles = rows.flatMap(({ id, seenFromUs: seenUs }) =>
    id === null ? [] : { id, seenFromUs: seenUs },
  )
  return { deviceId: device.deviceId, vehicles }
}

/** Counts of a device's messages that were not stored as new readings. */
export async function countNotStored(
  sql: Sql,
  { deviceId, vehicles }: DeviceInVehicles,
  period: Period,
): Promise<{ duplicates: number; rejected: number }> {
  const isOfThem = sql`device_id = ${deviceId} and vehicle_id = seen.id`
  const seen = sql`unnest(
    ${vehicles.map(({ id }) => id)}::bigint[],
    ${vehicles.map(({ seenFromUs: seenUs }) => (seenUs === null ? '-infinity' : formatTime(seenUs)))}::text[]::timestamptz[]
  ) as seen (id, since)`
  const isSeen = (time: string) => sql`${sql(time)} >= seen.since`
  const [row] = await sql<{ duplicates: number; rejected: number }[]>`
    select
      (
        select coalesce(sum(count), 0)::bigint from ${seen} join duplicate_counts on ${isOfThem}
        where ${inHours(sql, period)} and ${isSeen('hour')}
      ) as duplicates,
      (
        select count(*) from ${seen} join rejected_messages on ${isOfThem}
        where ${receivedIn(sql, period)} and ${isSeen('received_at')}
      ) as rejected
  `
  return row ?? { duplicates: 0, rejected: 0 }
}

export interface DeviceCounts {
  /** `null` if the device was deleted */
  device: string | null
  stored: number
  late: number
  duplicates: number
  rejected: number
}

/** Counts for each device that sent for a vehicle, the device with the most readings first. */
export async function countByDevice(
  sql: Sql,
  vehicle: SeenVehicle,
  asked: Period,
  lateAfterS: number,
): Promise<DeviceCounts[]> {
  const { id: vehicleId } = vehicle
  const period = sinceSeen(asked, vehicle)
  const { seenFromUs: seenUs } = vehicle
  return sql<DeviceCounts[]>`
    select devices.key as device, stored, late, duplicates, rejected
    from (
      select device_id, sum(stored)::bigint as stored, sum(late)::bigint as late,
        sum(duplicates)::bigint as duplicates, sum(rejected)::bigint as rejected
      from (
        select device_id, count(*) as stored,
          count(*) filter (where received_at - time > make_interval(secs => ${lateAfterS})) as late,
          0 as duplicates, 0 as rejected
        from telemetry
        where vehicle_id = ${vehicleId} and time >= ${fromUs(sql, period.fromUs)} and time < ${fromUs(sql, period.toUs)}
        group by device_id
        union all
        select device_id, 0, 0, sum(count), 0 from duplicate_counts
        where vehicle_id = ${vehicleId} and ${inHours(sql, period)}
          ${seenUs === null ? sql`` : sql`and hour >= ${fromUs(sql, seenUs)}`}
        group by device_id
        union all
        select device_id, 0, 0, 0, count(*) from rejected_messages
        where vehicle_id = ${vehicleId} and ${receivedIn(sql, period)}
        group by device_id
      ) as part
      group by device_id
    ) as whole
    left join devices on devices.id = whole.device_id
    order by stored desc, device_id
  `
}

/** Duplicates are counted by the hour; the sum includes every hour that the period touches. */
function inHours(sql: Sql, { fromUs: from, toUs: to }: Period) {
  const firstUs = Math.floor(from / HOUR_US) * HOUR_US
  return sql`hour >= ${fromUs(sql, firstUs)} and hour < ${fromUs(sql, to)}`
}

/** A refused reading may have no time; then the time of its receipt counts. */
function receivedIn(sql: Sql, { fromUs: from, toUs: to }: Period) {
  return sql`received_at >= ${fromUs(sql, from)} and received_at < ${fromUs(sql, to)}`
}
