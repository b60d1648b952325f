import type { Claims } from '../../contract/claims.ts'
import type { DeliveryReason, DeliveryState } from '../../contract/notifications.ts'
import type { Sql } from '../../sql/connect.ts'
import { seenFrom, visibleVehicles } from '../access/visible.ts'
import { recordChanges, type Actor } from '../audit/queries.ts'
import { visibleChannels } from '../channels/queries.ts'
import { asUs } from '../database/columns.ts'

export interface DeliveryRow {
  id: string
  /** place in the list */
  seq: number
  channel: string
  event: number | null
  /** key; `null` if it has none, or the vehicle was deleted */
  vehicle: string | null
  reason: DeliveryReason
  severity: string
  state: DeliveryState
  /** id of the digest that it is part of */
  digest: string | null
  attempts: { atUs: number; durationMs: number; result: string; status: number | null }[]
  lastError: string | null
  /** `null` if no attempt is to come */
  nextUs: number | null
  createdUs: number
  sentUs: number | null
}

export interface DeliveryFilter {
  channel: string | undefined
  vehicle: string | undefined
  event: number | undefined
  state: DeliveryState | undefined
  reason: DeliveryReason | undefined
}

/** Lists deliveries that the caller may see, the newest first. */
export async function listDeliveries(
  sql: Sql,
  caller: Claims,
  page: DeliveryFilter & { beforeSeq: number | undefined; limit: number },
): Promise<DeliveryRow[]> {
  const { channel, vehicle, event, state, reason, beforeSeq, limit } = page
  return sql<DeliveryRow[]>`
    ${selectDeliveries(sql, caller)}
      ${channel === undefined ? sql`` : sql`and channels.key = ${channel}`}
      ${vehicle === undefined ? sql`` : sql`and vehicles.key = ${vehicle}`}
      ${event === undefined ? sql`` : sql`and event_id = ${event}`}
      ${state === undefined ? sql`` : sql`and deliveries.state = ${state}`}
      ${reason === undefined ? sql`` : sql`and reason = ${reason}`}
      ${beforeSeq === undefined ? sql`` : sql`and seq < ${beforeSeq}`}
    order by seq desc
    limit ${limit}
  `
}

export async function findDelivery(sql: Sql, caller: Claims, id: string): Promise<DeliveryRow | undefined> {
  const [delivery] = await sql<DeliveryRow[]>`
    ${selectDeliveries(sql, caller)} and deliveries.id = ${id}
  `
  return delivery
}

/** Sends a delivery again that was sent or is dead, under its id; false if it is neither, or left to brokers. */
export function sendAgain(
  sql: Sql,
  { id, channel }: Pick<DeliveryRow, 'id' | 'channel'>,
  actor: Actor,
): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const { count } = await tx`
      update deliveries set
        state = 'waiting', attempts = 0, released_at = now(), next_at = now(), sent_at = null, last_error = null
      from channels
      where deliveries.id = ${id} and state in ('sent', 'dead') and channels.id = channel_id and channels.kind <> 'mqtt'
    `
    if (count === 0) return false
    await tx`select pg_notify('deliveries', '')`
    const after = { delivery: id }
    await recordChanges(tx, actor, [{ action: 'delivery.send_again', subject: `channel:${channel}`, after }])
    return true
  })
}

function selectDeliveries(sql: Sql, caller: Claims) {
  return sql`
    select deliveries.id, seq, channels.key as channel, event_id as event, vehicles.key as vehicle, reason, severity,
      deliveries.state, digest_id as digest, last_error as "lastError",
      case when deliveries.state in ('waiting', 'sending') then ${asUs(sql, 'next_at')} end as "nextUs",
      ${asUs(sql, 'deliveries.created_at')} as "createdUs", ${asUs(sql, 'sent_at')} as "sentUs",
      (
        select coalesce(jsonb_agg(jsonb_build_object(
          'atUs', ${asUs(sql, 'at')}, 'durationMs', duration_ms, 'result', result, 'status', status_code
        ) order by at), '[]')
        from delivery_attempts where delivery_id = deliveries.id
      ) as attempts
    from deliveries
    join channels on channels.id = channel_id
    left join vehicles on vehicles.id = vehicle_id
    where ${visibleChannels(sql, caller)} ${isSeen(sql, caller)}
  `
}

/** Without vehicles that a user may no longer see, and what happened to them before the user might. */
function isSeen(sql: Sql, caller: Claims) {
  if (caller.role !== 'user') return sql``
  return sql`and (vehicle_id is null or (
    ${visibleVehicles(sql, caller)} and coalesce(event_start, event_time, deliveries.created_at) >= ${seenFrom(sql, caller)}
  ))`
}
