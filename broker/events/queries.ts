import type { DeliveryReason } from '../../contract/notifications.ts'
import type { Sql } from '../../sql/connect.ts'

export interface EventDelivery {
  id: string
  /** key; `null` if the vehicle was deleted, or the owner of the channel may not see it */
  vehicle: string | null
  reason: DeliveryReason
  payload: object
  /** microseconds since 1970 */
  createdUs: number
  /** No broker has published it yet. */
  isWaiting: boolean
}

/**
 * Deliveries of MQTT channels that are to be published here: those that wait, and those that another broker has published within
 * the last `recentS` seconds, because each broker has subscribers of its own.
 * @param published ids of those that this broker has published
 */
export async function findEventDeliveries(
  sql: Sql,
  { published, recentS, limit }: { published: string[]; recentS: number; limit: number },
): Promise<EventDelivery[]> {
  return sql<EventDelivery[]>`
    select it.id, case when it.may_be_told then vehicles.key end as vehicle, reason, payload,
      (extract(epoch from it.created_at) * 1000000)::bigint as "createdUs", it.state = 'waiting' as "isWaiting"
    from channels cross join lateral (
      (
        select deliveries.*, may_be_told(channels.created_by, vehicle_id, event_time) from deliveries
        where channel_id = channels.id and state = 'waiting' and released_at is null
        order by seq
        limit ${limit}
      )
      union all
      (
        select deliveries.*, true from deliveries
        where channel_id = channels.id and state = 'sent' and released_at > now() - make_interval(secs => ${recentS})
          and id <> all (${published}::text[]::uuid[])
        order by seq
        limit ${limit}
      )
    ) as it
    left join vehicles on vehicles.id = it.vehicle_id
    where channels.kind = 'mqtt' and channels.enabled
    order by it.seq
    limit ${limit}
  `
}

/** Notes that deliveries were published. Those without a vehicle are cancelled. */
export async function notePublished(sql: Sql, sent: string[], cancelled: string[]): Promise<void> {
  await sql`
    with noted as (
      update deliveries set
        state = case when id = any (${sent}::text[]::uuid[]) then 'sent' else 'cancelled' end,
        released_at = now(), sent_at = case when id = any (${sent}::text[]::uuid[]) then now() end,
        attempts = attempts + 1
      where id = any (${[...sent, ...cancelled]}::text[]::uuid[]) and state = 'waiting'
      returning id, state
    )
    insert into delivery_attempts (delivery_id, at, duration_ms, result)
    select id, now(), 0, 'ok' from noted where state = 'sent'
  `
}
