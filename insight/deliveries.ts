import { measureOf } from '../contract/event-measure.ts'
import type { NotifiedEvent, Severity } from '../contract/notifications.ts'
import type { RuleKindName } from '../contract/rule-kinds.ts'
import { formatTime } from '../contract/time.ts'
import type { Sql } from '../sql/connect.ts'
import type { EventNews } from './event-rows.ts'

/** Columns of an event that its notifications show. */
interface EventRow {
  id: number
  vehicleId: number
  vehicle: string
  vehicleName: string
  plate: string | null
  group: string | null
  rule: string
  ruleName: string
  kind: RuleKindName
  severity: Severity
  state: NotifiedEvent['state']
  startedUs: number
  endedUs: number | null
  peakValue: number | null
  limitValue: number | null
  field: string | null
  label: string | null
  place: string | null
  lat: number | null
  lon: number | null
}

/** Events in one statement. */
const NEWS_MAX = 500

/**
 * Adds deliveries to the outbox, in the transaction in which the events were written. `notify` sends them. A second delivery of
 * the same event, reason and channel is not added. The rules of a user reach that user's channels only, and topics of the user's own
 * vehicles only: others see these, but not the rule.
 */
export async function addDeliveries(tx: Sql, news: readonly EventNews[]): Promise<void> {
  if (news.length === 0) return
  const keys = await tx<{ key: string }[]>`select key from channels where enabled`
  const known = new Set(keys.map(({ key }) => key))
  const told = news
    .map((it) => ({ ...it, notify: it.notify.filter((key) => known.has(key)) }))
    .filter(({ notify, what }) => notify.length > 0 || what === 'retracted')
  for (let at = 0; at < told.length; at += NEWS_MAX) await insertDeliveries(tx, told.slice(at, at + NEWS_MAX))
}

async function insertDeliveries(tx: Sql, news: readonly EventNews[]): Promise<void> {
  const events = new Map(
    (await readEvents(tx, [...new Set(news.map(({ id }) => id))])).map((it) => [it.id, it]),
  )
  const deliveries = news.flatMap(({ id, what, notify }, place) => {
    const event = events.get(id)
    if (event === undefined) return []
    const payload = toPayload(event)
    const { vehicleId, severity, startedUs, endedUs } = event
    // A retraction happens now.
    const timeUs = { raised: startedUs, ended: endedUs ?? startedUs, retracted: Date.now() * 1000 }[what]
    const [time, start] = [formatTime(timeUs), formatTime(startedUs)]
    return [{ place, id, vehicleId, what, severity, time, start, payload, notify }]
  })
  await tx`
    insert into deliveries (channel_id, event_id, vehicle_id, reason, severity, event_time, event_start, payload)
    select channels.id, row.id, row."vehicleId", what, row.severity, time, start, payload
    from jsonb_to_recordset(${JSON.stringify(deliveries)}::text::jsonb)
      as row (place integer, id bigint, "vehicleId" bigint, what text, severity text, time timestamptz, start timestamptz, payload jsonb,
        notify jsonb)
    join events on events.id = row.id
    join rules on rules.id = events.rule_id
    join vehicles on vehicles.id = row."vehicleId"
    join channels on channels.enabled and case when what = 'retracted'
      then exists (select from deliveries d where d.event_id = row.id and d.channel_id = channels.id and d.reason = 'raised')
      else channels.key in (select jsonb_array_elements_text(row.notify)) end
    where (rules.for_fleet or channels.created_by = rules.owner_id)
      and (channels.kind <> 'mqtt' or rules.for_fleet or vehicles.created_by = rules.owner_id)
    order by row.place
    on conflict (event_id, reason, channel_id) do nothing`
}

function readEvents(tx: Sql, ids: readonly number[]): Promise<EventRow[]> {
  return tx<EventRow[]>`
    select events.id, events.vehicle_id as "vehicleId", vehicles.key as vehicle, vehicles.name as "vehicleName", plate,
      group_key as group, rules.key as rule, rules.name as "ruleName", events.kind, events.severity,
      case when retracted then 'retracted' when ended_at is null then 'open' else 'ended' end as state,
      (extract(epoch from started_at) * 1000000)::bigint as "startedUs",
      (extract(epoch from ended_at) * 1000000)::bigint as "endedUs",
      peak_value as "peakValue", limit_value as "limitValue", rules.params ->> 'field' as field,
      details ->> 'label' as label, place, start_lat / 1e7::float8 as lat, start_lon / 1e7::float8 as lon
    from events
    join vehicles on vehicles.id = events.vehicle_id
    join rules on rules.id = events.rule_id
    where events.id = any (${[...ids]}::bigint[])`
}

function toPayload(event: EventRow): NotifiedEvent {
  const { peakValue, limitValue, label } = event
  const { unit, perUnit } = measureOf(event.kind, event.field)
  return {
    id: event.id,
    vehicle: event.vehicle,
    vehicle_name: event.vehicleName,
    ...(event.plate !== null && { plate: event.plate }),
    group: event.group,
    rule: event.rule,
    rule_name: event.ruleName,
    kind: event.kind,
    severity: event.severity,
    state: event.state,
    started_at: formatTime(event.startedUs),
    ended_at: event.endedUs === null ? null : formatTime(event.endedUs),
    value: label ?? (peakValue === null ? null : peakValue / perUnit),
    limit: limitValue === null ? null : limitValue / perUnit,
    ...(unit !== null && { unit }),
    place: event.place,
    lat: event.lat,
    lon: event.lon,
  }
}
