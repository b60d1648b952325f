import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Stay } from '../accept.ts'

export interface DeviceStay extends Stay {
  /** '' if the vehicle was deleted */
  vehicleKey: string
}

/**
 * The newest stays of a device that are kept, about 100 bytes each; for older readings the database is asked.
 * @limit stays of a device in the broker's memory | older ones are read from the database
 */
const STAYS_MAX = 100

/** A stay in JSON. Times are `null` if there is no beginning or end, the key is `null` if the vehicle was deleted. */
export type StayRow = [
  vehicleId: number,
  vehicleKey: string | null,
  sinceUs: number | null,
  untilUs: number | null,
  goneUs: number | null,
]

/**
 * The stays of a device as a column of JSON, the oldest first. `null` if the device was always in its vehicle, as nearly all
 * are, or was deleted.
 * @param deviceId an expression of SQL
 */
export function selectStays(sql: Sql, deviceId: ReturnType<Sql>) {
  return sql`
    case when exists (select from device_vehicles where device_id = ${deviceId} offset 1)
      or exists (select from device_vehicles where device_id = ${deviceId} and until is not null)
    then (
      select jsonb_agg(
        jsonb_build_array(
          vehicle_id, vehicles.key,
          case when not is_first then (extract(epoch from since) * 1000000)::bigint end,
          (extract(epoch from until) * 1000000)::bigint,
          (extract(epoch from vehicle_deleted_at) * 1000000)::bigint
        ) order by since, stay.id)
      from (
        select *, lag(id) over (order by since, id) is null as is_first
        from device_vehicles where device_id = ${deviceId} order by since desc, id desc limit ${STAYS_MAX}
      ) as stay
      left join vehicles on vehicles.id = stay.vehicle_id
    ) end`
}

/** The stays of many devices, by device id; without devices whose stays are `null`, see `selectStays`. */
export async function findStays(
  sql: Sql,
  deviceIds: readonly number[],
): Promise<Map<number, readonly DeviceStay[]>> {
  // Behind an offset, so that the stays are not read a second time for the condition.
  const rows = await sql<{ deviceId: number; stays: StayRow[] }[]>`
    select "deviceId", stays
    from (
      select id as "deviceId", ${selectStays(sql, sql`asked.id`)} as stays
      from unnest(${[...deviceIds]}::bigint[]) as asked (id) offset 0
    ) as found
    where stays is not null`
  return new Map(rows.map(({ deviceId, stays }) => [deviceId, readStays(stays)]))
}

/** The stays in which a device was at some times, microseconds since 1970, the oldest first. */
export async function findStaysAt(
  sql: Sql,
  deviceId: number,
  timesUs: readonly number[],
): Promise<readonly DeviceStay[]> {
  const rows = await sql<{ stay: StayRow }[]>`
    select distinct on (stay.since, stay.id) jsonb_build_array(
      stay.vehicle_id, vehicles.key,
      case when not is_first then (extract(epoch from stay.since) * 1000000)::bigint end,
      (extract(epoch from stay.until) * 1000000)::bigint,
      (extract(epoch from stay.vehicle_deleted_at) * 1000000)::bigint
    ) as stay
    from unnest(${timesUs.map(formatTime)}::text[]) as given (time)
    cross join lateral (
      (
        select *, false as is_first from device_vehicles
        where device_id = ${deviceId} and since <= given.time::timestamptz order by since desc, id desc limit 1
      )
      union all
      (select *, true from device_vehicles where device_id = ${deviceId} order by since, id limit 1)
      order by is_first limit 1
    ) as stay
    left join vehicles on vehicles.id = stay.vehicle_id
    order by stay.since, stay.id, is_first desc`
  return readStays(rows.map(({ stay }) => stay))
}

export function readStays(rows: readonly StayRow[]): DeviceStay[] {
  return rows.map(([vehicleId, key, since, until, gone]) => ({
    vehicleId,
    vehicleKey: key ?? '',
    sinceUs: since ?? -Infinity,
    untilUs: until ?? Infinity,
    isGone: key === null,
    ...(gone !== null && { goneUs: gone }),
  }))
}
