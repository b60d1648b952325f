import type { Journey } from '../rules/journey.ts'
import type { Sql } from '../sql/connect.ts'
import { matchResults } from './match-results.ts'
import type { Completed } from './vehicle.ts'

/** Journeys of a vehicle that replace the stored ones which became final later than `afterUs` and not after `untilUs`. */
export interface JourneyChange {
  vehicleId: number
  afterUs: number
  /** `Infinity`: also replaces the open one */
  untilUs: number
  /** time of the newest reading in open ones */
  asOfUs: number
  journeys: readonly Completed<Journey>[]
}

interface StoredJourney extends JourneyRow {
  id: number
}

/** A row of `journeys` as JSON. Times are integers, as in `Journey`. */
interface JourneyRow {
  vehicleId: number
  kind: Journey['kind']
  fromMs: number
  toMs: number | null
  finalUs: number | null
  asOfUs: number
  distanceMm: number | null
  odometerMm: number | null
  movingMs: number
  idleMs: number
  speedMax: number | null
  speedAvg: number | null
  fuelUl: number | null
  judgedMs: number
  startLat: number | null
  startLon: number | null
  endLat: number | null
  endLon: number | null
  startPlace: string | null
  endPlace: string | null
  revision: number
}

const usOf = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`
const msOf = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`
const VALUES = [
  ['distanceMm', 'distance_mm', 'bigint'],
  ['odometerMm', 'odometer_mm', 'bigint'],
  ['movingMs', 'moving_ms', 'bigint'],
  ['idleMs', 'idle_ms', 'bigint'],
  ['speedMax', 'speed_max', 'integer'],
  ['speedAvg', 'speed_avg', 'integer'],
  ['fuelUl', 'fuel_ul', 'bigint'],
  ['judgedMs', 'judged_ms', 'bigint'],
  ['startLat', 'start_lat', 'integer'],
  ['startLon', 'start_lon', 'integer'],
  ['endLat', 'end_lat', 'integer'],
  ['endLon', 'end_lon', 'integer'],
  ['startPlace', 'start_place', 'text'],
  ['endPlace', 'end_place', 'text'],
  ['revision', 'revision', 'integer'],
] as const
const selected = `j.id, j.vehicle_id as "vehicleId", j.kind, ${msOf('j.from_time')} as "fromMs", ${msOf('j.to_time')} as "toMs",
  ${usOf('j.final_time')} as "finalUs", ${usOf('j.as_of')} as "asOfUs",
  ${VALUES.map(([name, column]) => `j.${column} as "${name}"`).join(', ')}`

const READ = `
  select ${selected}
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as change (vehicle_id, after_us, until_us)
  cross join lateral (
    select * from journeys where vehicle_id = change.vehicle_id
      and final_time > ${timeOf('change.after_us')} and final_time <= ${timeOf('change.until_us')}
    union all
    select * from journeys where vehicle_id = change.vehicle_id
      and final_time is null and change.until_us = ${Number.MAX_SAFE_INTEGER}
  ) j`

const INSERT = `
  insert into journeys (id, vehicle_id, kind, from_time, to_time, final_time, as_of, ${VALUES.map(([, column]) => column).join(', ')})
  overriding system value
  select coalesce(id, nextval(pg_get_serial_sequence('journeys', 'id'))), "vehicleId", kind, ${timeOfMs('"fromMs"')}, ${timeOfMs('"toMs"')},
    ${timeOf('"finalUs"')}, ${timeOf('"asOfUs"')}, ${VALUES.map(([name]) => `"${name}"`).join(', ')}
  from jsonb_to_recordset($1::text::jsonb) as row (id bigint, "vehicleId" bigint, kind text, "fromMs" bigint, "toMs" bigint,
    "finalUs" bigint, "asOfUs" bigint, ${VALUES.map(([name, , type]) => `"${name}" ${type}`).join(', ')})`

/** A step of a long replay may end in a journey that is stored with a later end, behind the step. */
const MAKE_ROOM = `
  delete from journeys j
  using jsonb_to_recordset($1::text::jsonb) as row ("vehicleId" bigint, kind text, "fromMs" bigint)
  where j.vehicle_id = row."vehicleId" and j.kind = row.kind and j.from_time = ${timeOfMs('row."fromMs"')}`

/** Writes the differences to what is stored. Returns the number of rows that were added, changed or deleted. */
export async function writeJourneys(sql: Sql, changes: readonly JourneyChange[]): Promise<number> {
  if (changes.length === 0) return 0
  const stored = new Map<number, StoredJourney[]>(changes.map(({ vehicleId }) => [vehicleId, []]))
  for (const it of await readStored(sql, changes)) stored.get(it.vehicleId)?.push(it)
  const deleted: number[] = []
  const written: (JourneyRow & { id: number | null })[] = []
  for (const change of changes) {
    const rows = change.journeys.map((it) => toRow(change, it))
    const { vanished, added, continued } = matchResults(stored.get(change.vehicleId) ?? [], rows)
    deleted.push(...vanished.map(({ id }) => id))
    written.push(...added.map((it) => ({ ...it, id: null })))
    for (const { stored: old, next } of continued) {
      const kept = keepPlaces(old, next)
      if (isEqual(old, kept)) continue
      deleted.push(old.id)
      const revision = old.finalUs === null ? old.revision : old.revision + 1
      written.push({ ...kept, id: old.id, revision })
    }
  }
  if (deleted.length > 0) await sql`delete from journeys where id = any (${deleted}::bigint[])`
  if (written.length > 0) {
    await sql.unsafe(MAKE_ROOM, [JSON.stringify(written)])
    await sql.unsafe(INSERT, [JSON.stringify(written)])
  }
  return deleted.length + written.filter(({ id }) => id === null).length
}

/** The differences that `writeJourneys` would write, in words. */
export async function describeJourneyDifferences(
  sql: Sql,
  change: JourneyChange,
): Promise<{ kind: string; fromMs: number; difference: string }[]> {
  const rows = change.journeys.map((it) => toRow(change, it))
  const { vanished, added, continued } = matchResults(await readStored(sql, [change]), rows)
  const found = (it: JourneyRow, difference: string) => ({ kind: it.kind, fromMs: it.fromMs, difference })
  return [
    ...vanished.map((it) => found(it, 'is stored, and does not follow from the readings')),
    ...added.map((it) => found(it, 'is missing')),
    ...continued.flatMap(({ stored, next }) => {
      const names = differencesOf(stored, keepPlaces(stored, next))
      return names.length === 0 ? [] : [found(next, names.join(', '))]
    }),
  ]
}

function readStored(sql: Sql, changes: readonly JourneyChange[]): Promise<StoredJourney[]> {
  const ids = changes.map((it) => it.vehicleId)
  const afterUs = changes.map((it) => Math.max(it.afterUs, 0))
  const untilUs = changes.map((it) => Math.min(it.untilUs, Number.MAX_SAFE_INTEGER))
  return sql.unsafe<StoredJourney[]>(READ, [ids, afterUs, untilUs], { prepare: true })
}

function toRow({ vehicleId, asOfUs }: JourneyChange, it: Completed<Journey>): JourneyRow {
  return {
    vehicleId,
    kind: it.kind,
    fromMs: it.fromMs,
    toMs: it.toMs,
    finalUs: it.finalUs,
    asOfUs: it.finalUs ?? asOfUs,
    distanceMm: it.distanceMm,
    odometerMm: it.odometerMm,
    movingMs: it.movingMs,
    idleMs: it.idleMs,
    speedMax: it.speedMax,
    speedAvg: it.speedAvg,
    fuelUl: it.fuelUl,
    judgedMs: it.judgedMs,
    startLat: it.start?.lat ?? null,
    startLon: it.start?.lon ?? null,
    endLat: it.end?.lat ?? null,
    endLon: it.end?.lon ?? null,
    startPlace: null,
    endPlace: null,
    revision: 1,
  }
}

/** A place stays known while its position is the same. */
function keepPlaces(stored: JourneyRow, next: JourneyRow): JourneyRow {
  const isStart = stored.startLat === next.startLat && stored.startLon === next.startLon
  const isEnd = stored.endLat === next.endLat && stored.endLon === next.endLon
  return {
    ...next,
    startPlace: isStart ? stored.startPlace : null,
    endPlace: isEnd ? stored.endPlace : null,
    revision: stored.revision,
  }
}

function differencesOf(a: JourneyRow, b: JourneyRow): string[] {
  const names = Object.keys(b) as (keyof JourneyRow)[]
  return names
    .filter((name) => name !== 'revision' && a[name] !== b[name])
    .map((name) => `${name} is ${a[name]}, not ${b[name]}`)
}

const isEqual = (a: JourneyRow, b: JourneyRow) => differencesOf(a, b).length === 0

function timeOf(us: string): string {
  return `(timestamptz '1970-01-01 00:00:00Z' + ${us} * interval '1 microsecond')`
}

function timeOfMs(ms: string): string {
  return `(timestamptz '1970-01-01 00:00:00Z' + ${ms} * interval '1 millisecond')`
}
