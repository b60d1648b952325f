import { isDeepStrictEqual } from 'node:util'
import type { Sql } from '../../sql/connect.ts'
import { readStays, selectStays, type DeviceStay, type StayRow } from './stays.ts'

/** A device that may connect: it is in a vehicle. */
export interface Device {
  deviceId: number
  deviceKey: string
  vehicleId: number
  vehicleKey: string
  /** PEM of the key that it signs its own tokens with */
  publicKey: string | null
  /** when it was registered, seconds since 1970 */
  createdAtS: number
  /** former keys of its vehicle that no other vehicle has now; absent if the vehicle has no former key */
  formerKeys?: readonly string[]
  /** its stays; only of a device that was not always in its vehicle */
  stays?: readonly DeviceStay[]
}

type DeviceRow = Omit<Device, 'stays' | 'formerKeys'> & {
  stays: StayRow[] | null
  formerKeys: string[] | null
}

/** @param where a condition of SQL on `devices d` and `vehicles v`, or an empty one for all devices */
export async function selectDevices(sql: Sql, where: ReturnType<Sql>): Promise<Device[]> {
  const rows = await sql<DeviceRow[]>`
    select d.id as "deviceId", d.key as "deviceKey", v.id as "vehicleId", v.key as "vehicleKey",
      d.public_key as "publicKey", floor(extract(epoch from d.created_at))::bigint as "createdAtS",
      ${selectStays(sql, sql`d.id`)} as stays,
      (select array_agg(former.key order by former.key) from former_vehicle_keys as former where former.vehicle_id = v.id)
        as "formerKeys"
    from devices d join vehicles v on v.id = d.vehicle_id ${where}`
  return rows.map(({ stays, formerKeys, ...device }) => ({
    ...device,
    ...(stays !== null && { stays: readStays(stays) }),
    ...(formerKeys !== null && { formerKeys }),
  }))
}

/** Whether two states of a device have the same readings in the same vehicles, and the same topics. */
export function arePlacedAlike(one: Device, other: Device): boolean {
  return (
    one.deviceId === other.deviceId &&
    one.vehicleId === other.vehicleId &&
    one.vehicleKey === other.vehicleKey &&
    areEqual(one.stays, other.stays) &&
    areEqual(one.formerKeys, other.formerKeys)
  )
}

/** Whether two states with the same key are equal. */
export function areSame(one: Device, other: Device): boolean {
  return (
    one.publicKey === other.publicKey && one.createdAtS === other.createdAtS && arePlacedAlike(one, other)
  )
}

function areEqual<K extends 'stays' | 'formerKeys'>(one: Device[K], other: Device[K]): boolean {
  return one === other || isDeepStrictEqual(one, other)
}
