import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { asUs } from '../database/columns.ts'
import { deviceSeenFrom, findFewVisible, visibleDevices } from '../access/visible.ts'

export interface PresenceRow {
  device: string
  vehicle: string | null
  group: string | null
  online: boolean
  /** `null` if the device was never connected, or only before the history that the caller may see */
  sinceUs: number | null
  lastSeenUs: number | null
}

/** A broker that has not been seen for this time is dead; broker/presence/presence.ts uses the same value. */
export const DEAD_AFTER_S = 30

/** The presence of the devices that the caller may see, in order of their keys, after the key `after`. */
export async function listPresence(
  sql: Sql,
  caller: Claims,
  filter: {
    online: boolean | undefined
    vehicle: string | undefined
    group: string | undefined
    after: string | undefined
    limit: number
    staleAfterS: number
  },
): Promise<PresenceRow[]> {
  const { online, vehicle, group, after, limit, staleAfterS } = filter
  const few = await findFewVisible(sql, caller)
  return sql<PresenceRow[]>`
    select device, vehicle, "group", online,
      case when since >= seen_from then ${asUs(sql, 'since')} end as "sinceUs",
      case when last_seen >= seen_from then ${asUs(sql, 'last_seen')} end as "lastSeenUs"
    from (
      select devices.key as device, vehicles.key as vehicle, vehicles.group_key as "group", seen_from,
        ${isOnline(sql, staleAfterS)} as online, ${changedAt(sql, staleAfterS)} as since,
        greatest(presence.last_seen_at, reports.seen_at) as last_seen
      ${fromDevices(sql, caller, { few, group })}
        and devices.key > ${after ?? ''}
        ${vehicle === undefined ? sql`` : sql`and vehicles.key = ${vehicle}`}
        ${online === undefined ? sql`` : sql`and ${isOnline(sql, staleAfterS)} = ${online}`}
      order by devices.key
      limit ${limit}
    ) as them
    order by device
  `
}

/** How many of the devices that the caller may see are online, were online, and never were. */
export async function countPresence(
  sql: Sql,
  caller: Claims,
  { group, staleAfterS }: { group: string | undefined; staleAfterS: number },
): Promise<{ online: number; offline: number; never: number }> {
  const few = await findFewVisible(sql, caller)
  const [counts] = await sql<{ online: number; offline: number; never: number }[]>`
    select count(*) filter (where is_online) as online, count(*) filter (where not is_online and is_known) as offline,
      count(*) filter (where not is_online and not is_known) as never
    from (
      select ${isOnline(sql, staleAfterS)} as is_online,
        coalesce(
          greatest(${changedAt(sql, staleAfterS)}, presence.last_seen_at, reports.seen_at) >= seen_from, false
        ) as is_known
    ${fromDevices(sql, caller, { few, group })}
    ) as them
  `
  return counts ?? { online: 0, offline: 0, never: 0 }
}

/**
 * A condition on the rows of `joinPresence`: the device is connected, or has reported over HTTP within `staleAfterS`.
 */
export function isOnline(sql: Sql, staleAfterS: number) {
  return sql`(${isConnected(sql)} or ${isReporting(sql, staleAfterS)})`
}

/** A condition on the rows of `joinPresence`: the device was ever connected, or has ever reported over HTTP. */
export function wasSeen(sql: Sql) {
  return sql`(presence.device_id is not null or reports.device_id is not null)`
}

/** The `vehicle_id` of each vehicle with a device that is online. The query begins with these devices, not with all. */
export function onlineVehicles(sql: Sql, staleAfterS: number) {
  return sql`
    select devices.vehicle_id
    from device_presence
    join brokers on brokers.id = device_presence.broker_id
    join devices on devices.id = device_presence.device_id
    where ${isConnected(sql)}
    union
    select devices.vehicle_id
    from device_reports as reports
    join devices on devices.id = reports.device_id
    where ${isReporting(sql, staleAfterS)}`
}

/** Joins `devices` with their presence. */
export function joinPresence(sql: Sql) {
  return sql`
    left join device_presence as presence on presence.device_id = devices.id
    left join brokers on brokers.id = presence.broker_id
    left join device_reports as reports on reports.device_id = devices.id`
}

function isConnected(sql: Sql) {
  return sql`coalesce(brokers.seen_at > now() - make_interval(secs => ${DEAD_AFTER_S}), false)`
}

function isReporting(sql: Sql, staleAfterS: number) {
  return sql`coalesce(reports.seen_at > now() - make_interval(secs => ${staleAfterS}), false)`
}

/** When a device, joined by `joinPresence`, came online or went offline. */
function changedAt(sql: Sql, staleAfterS: number) {
  return sql`(case
    when ${isConnected(sql)} then presence.since
    when ${isReporting(sql, staleAfterS)} then reports.since
    else greatest(
      -- Its broker died: it was gone by the time when that was last seen.
      case when presence.broker_id is not null then coalesce(brokers.seen_at, presence.last_seen_at) else presence.since end,
      reports.seen_at + make_interval(secs => ${staleAfterS})
    ) end)`
}

/** Ends within its conditions. `seen_from` is the beginning of a device's history that the caller may see. */
function fromDevices(
  sql: Sql,
  caller: Claims,
  { few, group }: { few: number[] | undefined; group: string | undefined },
) {
  return sql`
    from devices
    left join vehicles on vehicles.id = devices.vehicle_id
    ${joinPresence(sql)}
    cross join lateral (select ${deviceSeenFrom(sql, caller)} as seen_from) as seen
    where ${visibleDevices(sql, caller, few)}
      ${group === undefined ? sql`` : sql`and vehicles.group_key = ${group}`}
  `
}
