import type { RuleEvent } from '../rules/rule-memory.ts'
import type { Sql } from '../sql/connect.ts'
import { matchResults } from './match-results.ts'
import type { VehicleSettings } from './settings/settings.ts'
import type { Completed } from './vehicle.ts'

/** Events of a vehicle that replace the stored ones which became final later than `afterUs` and not after `untilUs`. */
export interface EventChange {
  vehicleId: number
  afterUs: number
  /** `Infinity`: also replaces the open ones */
  untilUs: number
  /** time of the newest reading */
  asOfUs: number
  events: readonly Completed<RuleEvent>[]
  settings: Pick<VehicleSettings, 'ruleAt'>
}

/** A row of `events` as JSON. Times are integers, as in `RuleEvent`. `kind` is the key of the rule, by which results are matched. */
interface EventRow {
  vehicleId: number
  kind: string
  ruleKind: string
  severity: string
  fromMs: number
  toMs: number | null
  finalUs: number | null
  asOfUs: number
  startLat: number | null
  startLon: number | null
  peakValue: number | null
  peakMs: number | null
  limitValue: number | null
  label: string | null
}

interface StoredEvent extends EventRow {
  id: number
  retracted: boolean
}

/** What happened to a stored event, for those who are to be told. */
export interface EventNews {
  id: number
  what: 'raised' | 'ended' | 'retracted'
  /** keys of channels; none for a retraction, which goes to those that were told */
  notify: readonly string[]
}

const usOf = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`
const msOf = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`
const timeOf = (us: string) => `(timestamptz '1970-01-01 00:00:00Z' + ${us} * interval '1 microsecond')`
const timeOfMs = (ms: string) => `(timestamptz '1970-01-01 00:00:00Z' + ${ms} * interval '1 millisecond')`

const READ = `
  select e.id, e.vehicle_id as "vehicleId", e.rule_id::text as kind, e.kind as "ruleKind", e.severity,
    ${msOf('e.started_at')} as "fromMs", ${msOf('e.ended_at')} as "toMs", ${usOf('e.final_time')} as "finalUs",
    ${usOf('e.as_of')} as "asOfUs", e.start_lat as "startLat", e.start_lon as "startLon", e.peak_value as "peakValue",
    ${msOf('e.peak_at')} as "peakMs", e.limit_value as "limitValue", e.details ->> 'label' as label, e.retracted
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as change (vehicle_id, after_us, until_us)
  cross join lateral (
    select * from events where vehicle_id = change.vehicle_id
      and final_time > ${timeOf('change.after_us')} and final_time <= ${timeOf('change.until_us')}
    union all
    select * from events where vehicle_id = change.vehicle_id
      and final_time is null and change.until_us = ${Number.MAX_SAFE_INTEGER}
  ) e`

const RECORDS = `
  jsonb_to_recordset($1::text::jsonb) as row (id bigint, "vehicleId" bigint, kind bigint, "ruleKind" text, severity text,
    "fromMs" bigint, "toMs" bigint, "finalUs" bigint, "asOfUs" bigint, "startLat" integer, "startLon" integer,
    "peakValue" float8, "peakMs" bigint, "limitValue" float8, label text, late boolean)`

const VALUES = `${timeOfMs('"toMs"')}, ${timeOf('"finalUs"')}, ${timeOf('"asOfUs"')}, "startLat", "startLon", "peakValue",
    ${timeOfMs('"peakMs"')}, "limitValue", case when label is null then '{}' else jsonb_build_object('label', label) end`
const COLUMNS = 'ended_at, final_time, as_of, start_lat, start_lon, peak_value, peak_at, limit_value, details'

/** An event that was retracted, and is found again, keeps its row. */
const INSERT = `
  insert into events (vehicle_id, rule_id, kind, severity, started_at, late, ${COLUMNS})
  select "vehicleId", kind, "ruleKind", severity, ${timeOfMs('"fromMs"')}, late, ${VALUES} from ${RECORDS}
  on conflict (vehicle_id, rule_id, started_at) do update
    set (${COLUMNS}) = (${COLUMNS.split(', ')
      .map((it) => `excluded.${it}`)
      .join(', ')}),
      severity = excluded.severity, retracted = false, revision = events.revision + 1
  returning id, rule_id::text as kind, ${msOf('started_at')} as "fromMs", vehicle_id as "vehicleId"`

const UPDATE = `
  update events e
  set started_at = ${timeOfMs('"fromMs"')}, severity = row.severity, (${COLUMNS}) = row(${VALUES}), retracted = false,
    place = case when (e.start_lat, e.start_lon) is not distinct from (row."startLat", row."startLon") then e.place end,
    revision = e.revision + (e.final_time is not null)::integer
  from ${RECORDS} where e.id = row.id`

/** Writes the differences to what is stored. Returns what happened to events. */
export async function writeEvents(
  sql: Sql,
  changes: readonly EventChange[],
  lateBeforeMs: number,
): Promise<EventNews[]> {
  if (changes.length === 0) return []
  const stored = new Map<number, StoredEvent[]>(changes.map(({ vehicleId }) => [vehicleId, []]))
  for (const it of await readStored(sql, changes)) stored.get(it.vehicleId)?.push(it)
  const [added, updated, vanished]: [EventRow[], (EventRow & { id: number })[], StoredEvent[]] = [[], [], []]
  const news: EventNews[] = []
  const settings = new Map(changes.map((it) => [it.vehicleId, it.settings]))
  const tell = (id: number, it: EventRow, what: EventNews['what']) => {
    // Whoever was told of an event is told of its retraction, whatever the rule says by now.
    const notify = what === 'retracted' ? [] : settings.get(it.vehicleId)?.ruleAt(it.kind, it.fromMs)?.notify
    if (notify !== undefined && (notify.length > 0 || what === 'retracted')) news.push({ id, what, notify })
  }
  for (const change of changes) {
    const known = stored.get(change.vehicleId)?.filter((it) => !it.retracted) ?? []
    const matched = matchResults(known, rowsOf(change))
    vanished.push(...matched.vanished)
    added.push(...matched.added)
    for (const { stored: old, next } of matched.continued) {
      if (isEqual(old, next)) continue
      updated.push({ ...next, id: old.id })
      if (old.toMs === null && next.toMs !== null) tell(old.id, next, 'ended')
    }
  }
  if (vanished.length > 0) {
    await sql`
      update events set retracted = true, revision = revision + 1 where id = any (${vanished.map(({ id }) => id)}::bigint[])`
    for (const it of vanished) tell(it.id, it, 'retracted')
  }
  if (updated.length > 0) {
    await makeRoom(sql, updated)
    await sql.unsafe(UPDATE, [JSON.stringify(updated)])
  }
  if (added.length > 0) {
    const rows = added.map((it) => ({ ...it, late: (it.toMs ?? it.fromMs) < lateBeforeMs }))
    type Inserted = Pick<StoredEvent, 'id' | 'kind' | 'fromMs' | 'vehicleId'>
    const inserted = await sql.unsafe<Inserted[]>(INSERT, [JSON.stringify(rows)])
    const keyOf = (it: Omit<Inserted, 'id'>) => `${it.vehicleId} ${it.kind} ${it.fromMs}`
    const rowOf = new Map(added.map((it) => [keyOf(it), it]))
    for (const it of inserted) {
      const row = rowOf.get(keyOf(it))
      if (row === undefined) continue
      tell(it.id, row, 'raised')
      if (row.toMs !== null && row.toMs !== row.fromMs) tell(it.id, row, 'ended')
    }
  }
  return news
}

/** The differences that `writeEvents` would write, in words. */
export async function describeEventDifferences(
  sql: Sql,
  change: EventChange,
): Promise<{ kind: string; fromMs: number; difference: string }[]> {
  const stored = (await readStored(sql, [change])).filter((it) => !it.retracted)
  const found = ({ ruleKind, fromMs }: EventRow, difference: string) => ({
    kind: ruleKind,
    fromMs,
    difference,
  })
  const { vanished, added, continued } = matchResults(stored, rowsOf(change))
  return [
    ...vanished.map((it) => found(it, 'is stored, and does not follow from the readings')),
    ...added.map((it) => found(it, 'is missing')),
    ...continued.flatMap(({ stored: old, next }) => {
      const names = differencesOf(old, next)
      return names.length === 0 ? [] : [found(next, names.join(', '))]
    }),
  ]
}

/** An event that begins at another time takes the place of a retracted one there. */
async function makeRoom(sql: Sql, updated: readonly (EventRow & { id: number })[]): Promise<void> {
  await sql.unsafe(
    `delete from events e using ${RECORDS}
     where e.vehicle_id = row."vehicleId" and e.rule_id = row.kind and e.started_at = ${timeOfMs('row."fromMs"')}
       and e.id <> row.id and e.retracted`,
    [JSON.stringify(updated)],
  )
}

function readStored(sql: Sql, changes: readonly EventChange[]): Promise<StoredEvent[]> {
  const ids = changes.map((it) => it.vehicleId)
  const afterUs = changes.map((it) => Math.max(it.afterUs, 0))
  const untilUs = changes.map((it) => Math.min(it.untilUs, Number.MAX_SAFE_INTEGER))
  return sql.unsafe<StoredEvent[]>(READ, [ids, afterUs, untilUs], { prepare: true })
}

/** Of several events of a rule that begin in one millisecond the last one stays: they have one identity. */
function rowsOf(change: EventChange): EventRow[] {
  const rows = change.events.map((it) => toRow(change, it))
  return [...new Map(rows.map((it) => [`${it.kind} ${it.fromMs}`, it])).values()]
}

function toRow({ vehicleId, asOfUs, settings }: EventChange, it: Completed<RuleEvent>): EventRow {
  const version = settings.ruleAt(it.rule, it.fromMs)
  return {
    vehicleId,
    kind: it.rule,
    ruleKind: it.kind,
    severity: version?.severity ?? 'info',
    fromMs: it.fromMs,
    toMs: it.toMs,
    finalUs: it.finalUs,
    asOfUs: it.finalUs ?? asOfUs,
    startLat: it.start?.lat ?? null,
    startLon: it.start?.lon ?? null,
    peakValue: it.peak?.measure ?? null,
    peakMs: it.peak?.timeMs ?? null,
    limitValue: it.peak?.limit ?? null,
    label: it.label,
  }
}

function differencesOf(a: EventRow, b: EventRow): string[] {
  const names = Object.keys(b) as (keyof EventRow)[]
  return names.filter((name) => a[name] !== b[name]).map((name) => `${name} is ${a[name]}, not ${b[name]}`)
}

const isEqual = (a: EventRow, b: EventRow) => differencesOf(a, b).length === 0
