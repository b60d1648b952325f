import type { Sql } from '../../sql/connect.ts'
import type { LastLogin, VehicleStatus } from '../presence-link.ts'
import { PRESENCE_ANNOUNCEMENT } from '../registry/scope-announcement.ts'

/** Times are milliseconds since 1970. */
export interface PresenceEntry {
  deviceId: number
  isOnline: boolean
  sinceMs: number
  lastSeenMs: number
}

/**
 * Writes a heartbeat. Resolves with true if this broker was not known: at its start, or because others took it for dead and its
 * devices for offline.
 */
export async function beat(sql: Sql, brokerId: string): Promise<boolean> {
  const [row] = await sql<{ isNew: boolean }[]>`
    insert into brokers (id) values (${brokerId}::uuid)
    on conflict (id) do update set seen_at = now()
    returning xmax = 0 as "isNew"
  `
  return row?.isNew ?? false
}

/**
 * Forgets the brokers that were not seen for `deadAfterS`: their devices are offline since then, and all brokers are notified.
 * Returns their ids.
 */
export async function forgetDeadBrokers(sql: Sql, deadAfterS: number): Promise<string[]> {
  const dead = await sql<{ id: string }[]>`
    select id from brokers where seen_at < now() - make_interval(secs => ${deadAfterS})
  `
  if (dead.length === 0) return []
  await sql`
    with dead as (
      delete from brokers where seen_at < now() - make_interval(secs => ${deadAfterS}) returning id, seen_at
    )
    update device_presence set broker_id = null, since = dead.seen_at
    from dead where device_presence.broker_id = dead.id
  `
  await sql`select pg_notify('scopes', ${PRESENCE_ANNOUNCEMENT})`
  return dead.map(({ id }) => id)
}

/** Forgets a broker that has ended: its devices are offline since it was last seen, and all brokers are notified. */
export async function forgetBroker(sql: Sql, brokerId: string): Promise<void> {
  const [dead] = await sql`
    with dead as (delete from brokers where id = ${brokerId}::uuid returning id, seen_at),
    gone as (
      update device_presence set broker_id = null, since = dead.seen_at
      from dead where device_presence.broker_id = dead.id
    )
    select from dead
  `
  if (dead !== undefined) await sql`select pg_notify('scopes', ${PRESENCE_ANNOUNCEMENT})`
}

/**
 * Writes the entries, each of another device. An entry that a device has left this broker has no effect if the device is at
 * another broker by now. Deleted devices are left out.
 */
export async function writePresence(sql: Sql, brokerId: string, entries: PresenceEntry[]): Promise<void> {
  await sql`
    insert into device_presence (device_id, broker_id, since, last_seen_at)
    select devices.id, case when given.online = 1 then ${brokerId}::uuid end,
      to_timestamp(given.since_ms / 1000.0), to_timestamp(given.last_seen_ms / 1000.0)
    from unnest(
      ${entries.map(({ deviceId }) => deviceId)}::bigint[],
      ${entries.map(({ isOnline }) => Number(isOnline))}::bigint[],
      ${entries.map(({ sinceMs }) => sinceMs)}::bigint[],
      ${entries.map(({ lastSeenMs }) => lastSeenMs)}::bigint[]
    ) as given (device_id, online, since_ms, last_seen_ms)
    join devices on devices.id = given.device_id
    -- Always in this order, so that two brokers cannot wait for each other.
    order by devices.id
    on conflict (device_id) do update set
      broker_id = excluded.broker_id, since = excluded.since,
      last_seen_at = greatest(device_presence.last_seen_at, excluded.last_seen_at)
    where excluded.broker_id is not null or device_presence.broker_id is null
      or device_presence.broker_id = ${brokerId}::uuid
  `
}

/**
 * Writes when each of the devices has last reported over HTTP, in milliseconds since 1970. A report after a longer pause than
 * `staleAfterS` starts a new period. Deleted devices are left out.
 */
export async function writeReports(
  sql: Sql,
  reports: readonly (readonly [deviceId: number, seenMs: number])[],
  staleAfterS: number,
): Promise<void> {
  await sql`
    insert into device_reports (device_id, since, seen_at)
    select devices.id, to_timestamp(given.seen_ms / 1000.0), to_timestamp(given.seen_ms / 1000.0)
    from unnest(
      ${reports.map(([deviceId]) => deviceId)}::bigint[],
      ${reports.map(([, seenMs]) => seenMs)}::bigint[]
    ) as given (device_id, seen_ms)
    join devices on devices.id = given.device_id
    -- Always in this order, so that two brokers cannot wait for each other.
    order by devices.id
    on conflict (device_id) do update set
      since = case
        when excluded.seen_at > device_reports.seen_at + make_interval(secs => ${staleAfterS}) then excluded.since
        else device_reports.since
      end,
      seen_at = greatest(device_reports.seen_at, excluded.seen_at)
  `
}

interface StatusQuery {
  deadAfterS: number
  /** time without a report after which a device is offline */
  staleAfterS: number
  /** only vehicles with a device that came or left in these seconds */
  withinS?: number
  /** only these vehicles */
  vehicleIds?: readonly number[] | undefined
}

/**
 * The statuses of vehicles with a device that was ever connected or reported over HTTP. They show whether a device is connected
 * to another live broker or still reports, and since when. At 10,000 vehicles all take 60 ms, those of a minute 4 ms if none has
 * changed. api/presence/queries.ts has the same rules.
 */
export async function findStatuses(
  sql: Sql,
  brokerId: string,
  { deadAfterS, staleAfterS, withinS, vehicleIds }: StatusQuery,
): Promise<VehicleStatus[]> {
  const staleAfter = sql`make_interval(secs => ${staleAfterS})`
  const hasChanged =
    withinS === undefined
      ? sql`true`
      : sql`vehicle_id in (
          select stay.vehicle_id
          from device_presence join device_vehicles as stay on stay.device_id = device_presence.device_id
          where device_presence.since > now() - make_interval(secs => ${withinS})
          union all
          select stay.vehicle_id
          from device_reports join device_vehicles as stay on stay.device_id = device_reports.device_id
          where device_reports.since > now() - make_interval(secs => ${withinS})
            or device_reports.seen_at + ${staleAfter} between now() - make_interval(secs => ${withinS}) and now())`
  const isAsked = vehicleIds === undefined ? hasChanged : sql`vehicle_id = any (${[...vehicleIds]}::bigint[])`
  return sql<VehicleStatus[]>`
    with stays as (
      select vehicle_id, device_id, bool_or(until is null) as is_there, max(until) as left_at
      from device_vehicles where ${isAsked} group by vehicle_id, device_id
    ),
    known as (
      select stays.vehicle_id, left_at, presence.since, reports.since as reporting_since,
        reports.seen_at + ${staleAfter} as until,
        is_there and brokers.id is not null as is_connected,
        is_there and coalesce(reports.seen_at > now() - ${staleAfter}, false) as is_reporting
      from stays
      left join device_presence as presence on presence.device_id = stays.device_id
      left join device_reports as reports on reports.device_id = stays.device_id
      left join brokers on brokers.id = presence.broker_id and brokers.id <> ${brokerId}::uuid
        and brokers.seen_at > now() - make_interval(secs => ${deadAfterS})
      where presence.device_id is not null or reports.device_id is not null
    ),
    seen as (
      select vehicle_id, is_connected or is_reporting as is_online, case when is_reporting then until end as until,
        case
          when is_connected then since
          when is_reporting then reporting_since
          else least(greatest(since, until), left_at)
        end as since
      from known
    )
    select vehicles.id as "vehicleId", vehicles.key as "vehicleKey", bool_or(is_online) as online,
      floor(extract(epoch from coalesce(min(since) filter (where is_online), max(since))) * 1000)::bigint as "sinceMs",
      ceil(extract(epoch from max(until)) * 1000)::bigint as "untilMs"
    from seen join vehicles on vehicles.id = seen.vehicle_id
    group by vehicles.id
  `
}

/** Removes this broker, which closes and has no devices any longer. */
export async function removeBroker(sql: Sql, brokerId: string): Promise<void> {
  await sql`
    with gone as (delete from brokers where id = ${brokerId}::uuid returning id)
    update device_presence set broker_id = null, since = now() from gone where broker_id = gone.id
  `
}

/**
 * Notes that devices log in at this broker, and resolves with the devices that had last logged in elsewhere. Deleted devices are
 * left out.
 * @param brokerId the id in `DATA_DIR`
 */
export async function noteLogins(
  sql: Sql,
  brokerId: string,
  deviceIds: readonly number[],
): Promise<Map<number, LastLogin>> {
  const rows = await sql<{ id: number; isNew: boolean }[]>`
    insert into device_sessions (device_id, broker_id)
    select id, ${brokerId}::uuid from devices
    where id = any (${deviceIds}::bigint[])
      and not exists (
        select from device_sessions where device_id = devices.id and broker_id = ${brokerId}::uuid
      )
    -- Always in this order, so that two brokers cannot wait for each other.
    order by id
    on conflict (device_id) do update set broker_id = excluded.broker_id
    returning device_id as id, xmax = 0 as "isNew"
  `
  return new Map(rows.map(({ id, isNew }) => [id, isNew ? 'unknown' : 'elsewhere']))
}
