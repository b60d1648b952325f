import type {
  Digest,
  DeliveryReason,
  NotifiedEvent,
  QuietHours,
  Severity,
} from '../contract/notifications.ts'
import type { Sql } from '../sql/connect.ts'
import type { NewDelivery } from './sorting.ts'

export interface LockedChannel {
  id: number
  quietHours: QuietHours | null
  zone: string
  stormMax: number
  released: number
  /** milliseconds since 1970, as all times here */
  stormUntilMs: number | null
  digestDueMs: number | null
  nowMs: number
}

export interface UnsortedDelivery extends NewDelivery {
  id: string
  eventId: number | null
}

/** Channels with deliveries that are to be sorted, or whose digest is due. The broker sends those of MQTT. */
export async function findChannelsToSort(sql: Sql): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from channels
    where enabled and kind <> 'mqtt' and (
      digest_due_at <= now()
      or exists (
        select from deliveries where channel_id = channels.id and state = 'waiting' and released_at is null
      )
    )
    order by id
  `
  return rows.map(({ id }) => id)
}

/** Locks a channel for the transaction, so that its limits hold for all processes; `undefined` if another one has it. */
export async function lockChannel(tx: Sql, id: number): Promise<LockedChannel | undefined> {
  const [channel] = await tx<LockedChannel[]>`
    select id, quiet_hours as "quietHours", zone, storm_max as "stormMax",
      (extract(epoch from storm_until) * 1000)::float8 as "stormUntilMs",
      (extract(epoch from digest_due_at) * 1000)::float8 as "digestDueMs",
      (extract(epoch from now()) * 1000)::float8 as "nowMs",
      (
        select count(*)::int from deliveries
        where channel_id = channels.id and released_at > now() - make_interval(secs => storm_window_s)
          and reason not in ('digest', 'test')
      ) as released
    from channels where id = ${id} and enabled for no key update skip locked
  `
  return channel
}

/** Cancels what was not sent yet of events that are retracted now. */
export async function cancelRetracted(tx: Sql, channelId: number): Promise<void> {
  await tx`
    update deliveries set state = 'cancelled'
    where channel_id = ${channelId} and reason <> 'retracted' and attempts = 0
      and (state = 'waiting' or (state = 'digested' and digest_id is null))
      and event_id in (
        select event_id from deliveries
        where channel_id = ${channelId} and state = 'waiting' and released_at is null and reason = 'retracted'
      )
  `
}

/** The oldest deliveries that are not sorted. */
export async function findUnsorted(tx: Sql, channelId: number, limit: number): Promise<UnsortedDelivery[]> {
  return tx<UnsortedDelivery[]>`
    select new.id, new.event_id as "eventId", new.reason, new.severity,
      (extract(epoch from new.event_time) * 1000)::float8 as "eventMs",
      may_be_told(channels.created_by, new.vehicle_id, coalesce(new.event_start, new.event_time)) as "mayBeTold",
      case
        when new.reason not in ('ended', 'retracted') then 'no'
        else coalesce((
          select case
              when bool_or(released_at is not null and state <> 'cancelled') then 'alone'
              when bool_or(digest_id is not null) then 'digest'
              when bool_or(state = 'digested') then 'held'
            end
          from deliveries
          where event_id = new.event_id and channel_id = new.channel_id and reason in ('raised', 'escalated')
        ), 'no')
      end as told
    from deliveries as new join channels on channels.id = new.channel_id
    where new.channel_id = ${channelId} and new.state = 'waiting' and new.released_at is null
    order by new.seq
    limit ${limit}
  `
}

export async function storeDecisions(
  tx: Sql,
  { alone, held, cancelled }: { alone: string[]; held: string[]; cancelled: string[] },
): Promise<void> {
  await tx`
    update deliveries set
      released_at = case when id = any (${alone}::text[]::uuid[]) then now() end,
      next_at = now(),
      state = case
        when id = any (${held}::text[]::uuid[]) then 'digested'
        when id = any (${cancelled}::text[]::uuid[]) then 'cancelled'
        else 'waiting'
      end
    where id = any (${[...alone, ...held, ...cancelled]}::text[]::uuid[]) and state = 'waiting' and released_at is null
  `
}

export async function storeLimits(
  tx: Sql,
  { id, digestDueMs, stormUntilMs }: Pick<LockedChannel, 'id' | 'digestDueMs' | 'stormUntilMs'>,
): Promise<void> {
  await tx`
    update channels set
      digest_due_at = to_timestamp(${digestDueMs}::float8 / 1000), storm_until = to_timestamp(${stormUntilMs}::float8 / 1000)
    where id = ${id}
  `
}

/** What is held for the next digest, without what the owner may no longer see: that is cancelled. */
export async function findHeld(tx: Sql, channelId: number, eventsMax: number): Promise<Digest> {
  await tx`
    update deliveries set state = 'cancelled' from channels
    where channels.id = ${channelId} and channel_id = ${channelId} and state = 'digested' and digest_id is null
      and not may_be_told(channels.created_by, vehicle_id, coalesce(event_start, event_time))
  `
  const counts = await tx<{ severity: Severity; count: number }[]>`
    select severity, count(*)::int as count from deliveries
    where channel_id = ${channelId} and state = 'digested' and digest_id is null
    group by severity
  `
  const events = await tx<{ reason: DeliveryReason; payload: NotifiedEvent }[]>`
    select reason, payload from deliveries
    where channel_id = ${channelId} and state = 'digested' and digest_id is null
    order by seq
    limit ${eventsMax}
  `
  return {
    count: counts.reduce((sum, it) => sum + it.count, 0),
    severities: Object.fromEntries(counts.map((it) => [it.severity, it.count])),
    events: events.map(({ reason, payload }) => ({ ...payload, reason })),
  }
}

/** Puts everything that is held into a digest, which is sent as a delivery of its own. */
export async function insertDigest(
  tx: Sql,
  channelId: number,
  severity: Severity,
  digest: Digest,
): Promise<void> {
  await tx`
    with digest as (
      insert into deliveries (channel_id, reason, severity, payload, released_at)
      values (${channelId}, 'digest', ${severity}, ${tx.json(digest as never)}, now())
      returning id
    )
    update deliveries set digest_id = digest.id from digest
    where channel_id = ${channelId} and state = 'digested' and digest_id is null
  `
}
