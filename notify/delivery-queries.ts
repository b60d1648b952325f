import type { ChannelKind, DeliveryReason, Templates } from '../contract/notifications.ts'
import type { Sql } from '../sql/connect.ts'
import type { Outcome } from './outcome.ts'

/** A delivery to send now, with its channel. */
export interface DueDelivery {
  id: string
  channelId: number
  kind: ChannelKind
  config: { url?: string; to?: string[] }
  secret: Uint8Array | null
  templates: Templates
  zone: string
  reason: DeliveryReason
  payload: object
  attempts: number
  /** microseconds since 1970 */
  createdUs: number
  /** milliseconds since 1970 */
  releasedMs: number
}

/**
 * Takes deliveries that are due, at most `perChannel` of each channel, and leases them to this process. One whose lease is over
 * is due again: its process has ended, perhaps after the receiver had it. What belongs to an event is sent in its order. What the
 * owner of the channel may no longer see is cancelled.
 */
export async function claimDue(
  sql: Sql,
  { busy, perChannel, max, leaseMs }: { busy: number[]; perChannel: number; max: number; leaseMs: number },
): Promise<DueDelivery[]> {
  return sql<DueDelivery[]>`
    with lost as (
      update deliveries set state = 'cancelled'
      where id in (
        select it.id from deliveries as it join channels on channels.id = it.channel_id
        where released_at is not null and channel_id <> all (${busy}::bigint[])
          and ((state = 'waiting' and next_at <= now()) or (state = 'sending' and lease_until < now()))
          and not may_be_told(channels.created_by, vehicle_id, coalesce(event_start, event_time))
        for update of it skip locked
      )
      returning deliveries.id
    ), due as (
      select it.id from channels cross join lateral (
        select id from deliveries
        where channel_id = channels.id and released_at is not null
          and may_be_told(channels.created_by, vehicle_id, coalesce(event_start, event_time))
          and ((state = 'waiting' and next_at <= now()) or (state = 'sending' and lease_until < now()))
          and not exists (
            select from deliveries as earlier
            where earlier.event_id = deliveries.event_id and earlier.channel_id = channels.id
              and earlier.seq < deliveries.seq and earlier.state in ('waiting', 'sending')
          )
        order by next_at, seq
        limit ${perChannel}
        for update skip locked
      ) as it
      where enabled and kind <> 'mqtt' and channels.id <> all (${busy}::bigint[])
      limit ${max}
    )
    update deliveries set
      state = 'sending', attempts = attempts + 1, lease_until = now() + make_interval(secs => ${leaseMs / 1000})
    from due, channels
    where deliveries.id = due.id and channels.id = deliveries.channel_id
    returning deliveries.id, channel_id as "channelId", kind, config, secret, templates, zone, reason, payload, attempts,
      (extract(epoch from deliveries.created_at) * 1000000)::bigint as "createdUs",
      (extract(epoch from released_at) * 1000)::float8 as "releasedMs"
  `
}

/** Notes an attempt. A process whose lease was over meanwhile may still note that it was sent. */
export async function noteAttempt(
  sql: Sql,
  { id, attempts }: Pick<DueDelivery, 'id' | 'attempts'>,
  attempt: Outcome & { startedMs: number; durationMs: number; nextMs: number | undefined },
): Promise<void> {
  const { ok, result, statusCode, startedMs, durationMs, nextMs } = attempt
  const next = nextMs === undefined ? 'dead' : 'waiting'
  await sql`
    with attempted as (
      update deliveries set
        state = ${ok ? 'sent' : next}, lease_until = null, last_error = ${ok ? null : result},
        sent_at = case when ${ok} then now() end,
        next_at = coalesce(to_timestamp(${nextMs ?? null}::float8 / 1000), next_at)
      where id = ${id} and state <> 'sent' and (${ok} or (state = 'sending' and attempts = ${attempts}))
    )
    insert into delivery_attempts (delivery_id, at, duration_ms, result, status_code)
    select id, to_timestamp(${startedMs}::float8 / 1000), ${Math.round(durationMs)}, ${result}, ${statusCode ?? null}
    from deliveries where id = ${id}
  `
}

/** Deletes old deliveries that are settled, and returns how many. */
export async function deleteOld(sql: Sql, keptDays: number, max: number): Promise<number> {
  const { count } = await sql`
    delete from deliveries where id in (
      select id from deliveries
      where created_at < now() - make_interval(days => ${keptDays})
        and (state in ('sent', 'dead', 'cancelled') or digest_id is not null)
      order by created_at
      limit ${max}
    )
  `
  return count
}

export interface Backlog {
  waiting: number
  held: number
  dead: number
  /** of the oldest delivery that waits for its first attempt */
  oldestS: number
}

export async function readBacklog(sql: Sql): Promise<Backlog> {
  const [row] = await sql<Backlog[]>`
    select count(*) filter (where state in ('waiting', 'sending'))::int as waiting,
      count(*) filter (where state = 'digested' and digest_id is null)::int as held,
      count(*) filter (where state = 'dead')::int as dead,
      coalesce(extract(epoch from now() - min(deliveries.created_at)
        filter (where state = 'waiting' and attempts = 0)), 0)::float8 as "oldestS"
    from deliveries join channels on channels.id = channel_id
    where kind <> 'mqtt' and enabled
      and (state in ('waiting', 'sending', 'dead') or (state = 'digested' and digest_id is null))
  `
  return row ?? { waiting: 0, held: 0, dead: 0, oldestS: 0 }
}
