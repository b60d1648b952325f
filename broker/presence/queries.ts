import type { Sql } from '../../sql/connect.ts'
import type { LastLogin } from '../presence-link.ts'
import { PRESENCE_ANNOUNCEMENT } from '../registry/scope-announcement.ts'

/** Times are milliseconds since 1970. */
export interface PresenceEntry {
  deviceId: number
  isOnline: boolean
  sinceMs: number
  lastSeenMs: number
}

/**
 * Says that this broker lives. Resolves with true when it was not known, as at its start, or because others took it for
 * dead and its devices for offline.
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
 * Forgets the brokers that were not seen for `deadAfterS`: their devices are offline since then, and all brokers are told.
 * Returns their ids.
 */
export async function buryDead(sql: Sql, deadAfterS: number): Promise<string[]> {
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

/**
 * Writes the entries, each of another device. That a device has left this broker changes nothing when it is at another
 * one by now. Devices that were deleted are left out.
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

/** This broker closes: it has no devices any more. */
export async function signOff(sql: Sql, brokerId: string): Promise<void> {
  await sql`
    with gone as (delete from brokers where id = ${brokerId}::uuid returning id)
    update device_presence set broker_id = null, since = now() from gone where broker_id = gone.id
  `
}

/**
 * Notes that devices log in at this broker, and resolves with those of them that had not done so last. Devices that were deleted
 * are left out.
 * @param brokerId that of its `DATA_DIR`
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
