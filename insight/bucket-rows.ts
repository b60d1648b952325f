import type { Bucket } from '../rules/buckets.ts'
import type { Sql } from '../sql/connect.ts'
import type { Completed } from './vehicle.ts'

/** Buckets of a vehicle that replace the stored ones which became final later than `afterUs` and not after `untilUs`. */
export interface BucketChange {
  vehicleId: number
  afterUs: number
  untilUs: number
  /** no bucket of the change begins earlier, and no stored one that it replaces */
  lowestMs: number
  buckets: readonly Completed<Bucket>[]
}

const VALUES = [
  ['distanceMm', 'distance_mm', 'bigint'],
  ['movingMs', 'moving_ms', 'integer'],
  ['idleMs', 'idle_ms', 'integer'],
  ['engineMs', 'engine_ms', 'integer'],
  ['fuelUl', 'fuel_ul', 'bigint'],
  ['speedSum', 'speed_sum', 'bigint'],
  ['speedReadings', 'speed_readings', 'integer'],
  ['speedMax', 'speed_max', 'integer'],
  ['readings', 'readings', 'integer'],
  ['judgedMs', 'judged_ms', 'integer'],
] as const

const columns = VALUES.map(([, column]) => column)
const timeOf = (us: string) => `(timestamptz '1970-01-01 00:00:00Z' + ${us} * interval '1 microsecond')`

const REPLACED = `
  b.vehicle_id = change.vehicle_id and b.start_time >= ${timeOf('change.lowest_us')}
    and b.final_time > ${timeOf('change.after_us')} and b.final_time <= ${timeOf('change.until_us')}`

const DELETE = `
  delete from vehicle_buckets b
  using unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as change (vehicle_id, after_us, until_us, lowest_us)
  where ${REPLACED}`

const rows = `
  select "vehicleId" as vehicle_id, ${timeOf('"startUs"')} as start_time, ${timeOf('"finalUs"')} as final_time,
    ${VALUES.map(([name, column]) => `"${name}" as ${column}`).join(', ')}
  from jsonb_to_recordset($1::text::jsonb) as row ("vehicleId" bigint, "startUs" bigint, "finalUs" bigint,
    ${VALUES.map(([name, , type]) => `"${name}" ${type}`).join(', ')})`

const INSERT = `
  insert into vehicle_buckets (vehicle_id, start_time, final_time, ${columns.join(', ')}) ${rows}
  on conflict (vehicle_id, start_time) do update
    set final_time = excluded.final_time, ${columns.map((it) => `${it} = excluded.${it}`).join(', ')}`

const DIFFERENCES = `
  with computed as (${rows}), stored as (
    select b.* from vehicle_buckets b, (select $2::bigint as vehicle_id, $3::bigint as after_us, $4::bigint as until_us, $5::bigint as lowest_us) change
    where ${REPLACED}
  )
  select (extract(epoch from coalesce(s.start_time, c.start_time)) * 1000)::bigint as "startMs",
    (s is not null) as "isStored", (c is not null) as "isComputed", to_jsonb(s) as stored, to_jsonb(c) as computed
  from stored s full join computed c on c.start_time = s.start_time
  where s is distinct from c
  order by 1`

/** @param areNew whether nothing of the changes can be stored yet */
export async function writeBuckets(
  sql: Sql,
  changes: readonly BucketChange[],
  areNew: boolean,
): Promise<void> {
  if (!areNew && changes.length > 0) {
    await sql.unsafe(DELETE, [
      changes.map((it) => it.vehicleId),
      changes.map((it) => bound(it.afterUs)),
      changes.map((it) => bound(it.untilUs)),
      changes.map((it) => bound(it.lowestMs * 1000)),
    ])
  }
  const written = changes.flatMap(toRows)
  if (written.length > 0) await sql.unsafe(INSERT, [JSON.stringify(written)])
}

/** The differences that `writeBuckets` would write, in words. */
export async function describeBucketDifferences(
  sql: Sql,
  change: BucketChange,
): Promise<{ startMs: number; difference: string }[]> {
  type Row = {
    startMs: number
    isStored: boolean
    isComputed: boolean
    stored: Record<string, unknown>
    computed: Record<string, unknown>
  }
  const { vehicleId, afterUs, untilUs, lowestMs } = change
  const found = await sql.unsafe<Row[]>(DIFFERENCES, [
    JSON.stringify(toRows(change)),
    vehicleId,
    bound(afterUs),
    bound(untilUs),
    bound(lowestMs * 1000),
  ])
  return found.map(({ startMs, isStored, isComputed, stored, computed }) => {
    if (!isStored) return { startMs, difference: 'is missing' }
    if (!isComputed) return { startMs, difference: 'is stored, and does not follow from the readings' }
    const names = Object.keys(computed).filter((name) => computed[name] !== stored[name])
    const each = names.map((name) => `${name} is ${String(stored[name])}, not ${String(computed[name])}`)
    return { startMs, difference: each.join(', ') }
  })
}

function toRows({ vehicleId, buckets }: BucketChange) {
  return buckets.map(({ startMs, ...it }) => ({ ...it, vehicleId, startUs: startMs * 1000 }))
}

const bound = (us: number) => Math.min(Math.max(us, 0), Number.MAX_SAFE_INTEGER)
