import type { Claims } from '../../contract/claims.ts'
import type { RuleKindName, Severity } from '../../contract/rule-kinds.ts'
import type { Sql } from '../../sql/connect.ts'
import { findFewVisible, ownedVehicles, since, visibleVehicles } from '../access/visible.ts'
import { nameOfActor, recordChanges, type Actor } from '../audit/queries.ts'
import { asUs, fromUs } from '../database/columns.ts'
import { rulesWithVisibleEvents } from '../rules/visible-rules.ts'

export const EVENT_STATES = ['open', 'ended', 'retracted'] as const
export type EventState = (typeof EVENT_STATES)[number]

export interface EventRow {
  id: number
  vehicle: string
  /** key; `null` if the rule was removed */
  rule: string | null
  kind: RuleKindName
  severity: Severity
  state: EventState
  startedUs: number
  endedUs: number | null
  /** 1e-7 degrees */
  startLat: number | null
  startLon: number | null
  endLat: number | null
  endLon: number | null
  place: string | null
  /** in the unit of rules/detect.ts */
  peakValue: number | null
  peakUs: number | null
  limitValue: number | null
  /** field of a threshold */
  field: string | null
  details: object
  late: boolean
  revision: number
  detectedUs: number
  acknowledgedUs: number | null
  acknowledgedBy: string | null
  acknowledgedNote: string | null
}

export interface EventFilter {
  vehicle: string | undefined
  group: string | undefined
  kind: RuleKindName | undefined
  /** key */
  rule: string | undefined
  state: EventState | undefined
  severity: Severity | undefined
  acknowledged: boolean | undefined
  /** Events that overlap the time from inclusive to exclusive, microseconds since 1970. */
  fromUs: number | undefined
  toUs: number | undefined
}

/** Lists events that the caller may see, the latest start first. */
export async function listEvents(
  sql: Sql,
  caller: Claims,
  filter: EventFilter,
  page: { behind: { startedUs: number; id: number } | undefined; limit: number },
): Promise<EventRow[]> {
  const { vehicle, group, kind, rule, state, severity, acknowledged, fromUs: from, toUs: to } = filter
  const few = await findFewVisible(sql, caller)
  const { behind, limit } = page
  return sql<EventRow[]>`
    ${selectEvents(sql)}
    where ${isSeen(sql, caller, few)}
      ${vehicle === undefined ? sql`` : sql`and vehicles.key = ${vehicle}`}
      ${group === undefined ? sql`` : sql`and vehicles.group_key = ${group}`}
      ${kind === undefined ? sql`` : sql`and events.kind = ${kind}`}
      ${rule === undefined ? sql`` : sql`and events.rule_id in (select id from rules where key = ${rule})`}
      ${severity === undefined ? sql`` : sql`and events.severity = ${severity}`}
      ${acknowledged === undefined ? sql`` : sql`and (events.acknowledged_at is not null) = ${acknowledged}`}
      ${state === undefined ? sql`` : isIn(sql, state)}
      ${from === undefined ? sql`` : sql`and coalesce(events.ended_at, 'infinity') >= ${fromUs(sql, from)}`}
      ${to === undefined ? sql`` : sql`and events.started_at < ${fromUs(sql, to)}`}
      ${
        behind === undefined
          ? sql``
          : sql`and (events.started_at, events.id) < (${fromUs(sql, behind.startedUs)}, ${behind.id}::bigint)`
      }
    order by events.started_at desc, events.id desc
    limit ${limit}`
}

export async function findEvent(sql: Sql, caller: Claims, id: number): Promise<EventRow | undefined> {
  const [event] = await sql<EventRow[]>`
    ${selectEvents(sql)} where events.id = ${id} and ${isSeen(sql, caller)}`
  return event
}

/**
 * Acknowledges an event; the first acknowledgement stays. Callers that may change the vehicle may do so, and the owner
 * of the rule.
 */
export function acknowledgeEvent(
  sql: Sql,
  id: number,
  note: string | null,
  actor: Actor & { caller: Claims },
): Promise<EventRow | 'missing' | 'read_only'> {
  const { caller } = actor
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const isOfOwnRule = caller.role === 'user' ? tx`rules.owner_id = ${Number(caller.sub)}` : tx`false`
    const [event] = await tx<{ vehicle: string; mayAcknowledge: boolean; isDone: boolean }[]>`
      select vehicles.key as vehicle, events.acknowledged_at is not null as "isDone",
        coalesce(${ownedVehicles(tx, caller)}, false) or coalesce(${isOfOwnRule}, false) as "mayAcknowledge"
      ${fromEvents(tx)}
      where events.id = ${id} and ${isSeen(tx, caller)}
      for update of events`
    if (event === undefined) return 'missing'
    if (!event.mayAcknowledge) return 'read_only'
    if (!event.isDone) {
      await tx`
        update events set acknowledged_at = now(), acknowledged_by = ${nameOfActor(actor)}, acknowledged_note = ${note}
        where id = ${id}`
      const after = { vehicle: event.vehicle, note }
      await recordChanges(tx, actor, [{ action: 'event.acknowledge', subject: `event:${id}`, after }])
    }
    return (await findEvent(tx, caller, id)) ?? 'missing'
  })
}

/** Visible to the caller: in the history of the vehicle that it may see, and of a rule whose events it may see. */
function isSeen(sql: Sql, caller: Claims, few?: readonly number[]) {
  return sql`${visibleVehicles(sql, caller, few)} ${since(sql, caller, sql`events.started_at`)}
    and ${rulesWithVisibleEvents(sql, caller)}`
}

function isIn(sql: Sql, state: EventState) {
  if (state === 'retracted') return sql`and events.retracted`
  return state === 'open'
    ? sql`and events.ended_at is null and not events.retracted`
    : sql`and events.ended_at is not null and not events.retracted`
}

function fromEvents(sql: Sql) {
  return sql`
    from events
    join vehicles on vehicles.id = events.vehicle_id
    left join rules on rules.id = events.rule_id`
}

function selectEvents(sql: Sql) {
  return sql`
    select events.id, vehicles.key as vehicle, rules.key as rule, events.kind, events.severity,
      case when events.retracted then 'retracted' when events.ended_at is null then 'open' else 'ended' end as state,
      ${asUs(sql, 'events.started_at')} as "startedUs", ${asUs(sql, 'events.ended_at')} as "endedUs",
      start_lat as "startLat", start_lon as "startLon", end_lat as "endLat", end_lon as "endLon", place,
      peak_value as "peakValue", ${asUs(sql, 'events.peak_at')} as "peakUs", limit_value as "limitValue",
      case when events.kind = 'threshold' then coalesce(details ->> 'field', rules.params ->> 'field') end as field,
      details, late, revision, ${asUs(sql, 'events.detected_at')} as "detectedUs",
      ${asUs(sql, 'events.acknowledged_at')} as "acknowledgedUs", acknowledged_by as "acknowledgedBy",
      acknowledged_note as "acknowledgedNote"
    ${fromEvents(sql)}`
}
