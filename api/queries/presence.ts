import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { asUs } from './columns.ts'
import { deviceSeenFrom, findFewVisible, visibleDevices } from './visible.ts'

export interface PresenceRow {
  device: string
  vehicle: string | null
  group: string | null
  online: boolean
  /** `null` if it was never connected, or only before the history that the caller may see */
  sinceUs: number | null
  lastSeenUs: number | null
}

/** A broker that has not been seen for so long is dead; broker/presence/presence.ts reckons with the same. */
export const DEAD_AFTER_S = 30

/** The presence of the devices that the caller may see, in order of their keys, from the one after `after`. */
export async function listPresence(
  sql: Sql,
  caller: Claims,
  filter: {
    online: boolean | undefined
    vehicle: string | undefined
    group: string | undefined
    after: string | undefined
    limit: number
  },
): Promise<PresenceRow[]> {
  const { online, vehicle, group, after, limit } = filter
  const few = await findFewVisible(sql, caller)
  return sql<PresenceRow[]>`
    select devices.key as device, vehicles.key as vehicle, vehicles.group_key as "group",
      ${isOnline(sql)} as online,
      case when ${changedAt(sql)} >= seen_from then (extract(epoch from ${changedAt(sql)}) * 1000000)::bigint end as "sinceUs",
      case when presence.last_seen_at >= seen_from then ${asUs(sql, 'presence.last_seen_at')} end as "lastSeenUs"
    ${fromDevices(sql, caller, { few, group })}
      and devices.key > ${after ?? ''}
      ${vehicle === undefined ? sql`` : sql`and vehicles.key = ${vehicle}`}
      ${online === undefined ? sql`` : sql`and ${isOnline(sql)} = ${online}`}
    order by devices.key
    limit ${limit}
  `
}

/** How many of the devices that the caller may see are online, were and are not, and never were. */
export async function countPresence(
  sql: Sql,
  caller: Claims,
  group: string | undefined,
): Promise<{ online: number; offline: number; never: number }> {
  const few = await findFewVisible(sql, caller)
  const [counts] = await sql<{ online: number; offline: number; never: number }[]>`
    select count(*) filter (where is_online) as online, count(*) filter (where not is_online and is_known) as offline,
      count(*) filter (where not is_online and not is_known) as never
    from (
    select ${isOnline(sql)} as is_online,
      coalesce(greatest(${changedAt(sql)}, presence.last_seen_at) >= seen_from, false) as is_known
    ${fromDevices(sql, caller, { few, group })}
    ) as them
  `
  return counts ?? { online: 0, offline: 0, never: 0 }
}

/** A condition on `brokers`, joined with `device_presence`. */
export function isOnline(sql: Sql) {
  return sql`coalesce(brokers.seen_at > now() - make_interval(secs => ${DEAD_AFTER_S}), false)`
}

/** When a device, joined with its presence and its broker, connected or disconnected. */
function changedAt(sql: Sql) {
  return sql`(case
    -- Its broker died: it was gone by the time when that was last seen.
    when presence.broker_id is not null and not ${isOnline(sql)} then coalesce(brokers.seen_at, presence.last_seen_at)
    else presence.since end)`
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
    left join device_presence as presence on presence.device_id = devices.id
    left join brokers on brokers.id = presence.broker_id
    cross join lateral (select ${deviceSeenFrom(sql, caller)} as seen_from) as seen
    where ${visibleDevices(sql, caller, few)}
      ${group === undefined ? sql`` : sql`and vehicles.group_key = ${group}`}
  `
}
