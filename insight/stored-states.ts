import { parseState, writeState } from '../rules/state.ts'
import type { Sql } from '../sql/connect.ts'
import type { Head } from './vehicle.ts'

/** A state to be stored, of the vehicle after the readings up to `timeUs`. */
export interface Snapshot extends Head {
  vehicleId: number
}

interface StateRow {
  vehicleId: number
  timeUs: number
  text: string
}

const us = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`
const timeOf = (value: string) => `(timestamptz '1970-01-01 00:00:00Z' + ${value} * interval '1 microsecond')`

/** The heads of vehicles, by vehicle. One that another version wrote is left out: the readings have to be read again. */
export async function readHeads(sql: Sql, vehicleIds: readonly number[]): Promise<Map<number, Head>> {
  if (vehicleIds.length === 0) return new Map()
  const rows = await sql.unsafe<StateRow[]>(
    `select vehicle_id as "vehicleId", ${us('time')} as "timeUs", state as text from vehicle_heads
     where vehicle_id = any ($1::bigint[])`,
    [[...vehicleIds]],
  )
  return new Map(rows.flatMap((it) => toHead(it).map((head) => [it.vehicleId, head])))
}

/** The newest stored state of a vehicle that has no reading from `fromUs` on. */
export async function readBase(sql: Sql, vehicleId: number, fromUs: number): Promise<Head | undefined> {
  if (fromUs === Number.NEGATIVE_INFINITY) return undefined
  const before = fromUs === Number.POSITIVE_INFINITY ? 'true' : `time < ${timeOf('$2::bigint')}`
  const rows = await sql.unsafe<StateRow[]>(
    `select vehicle_id as "vehicleId", ${us('time')} as "timeUs", state as text from (
       (select * from vehicle_snapshots where vehicle_id = $1 and ${before} order by time desc limit 1)
       union all (select * from vehicle_heads where vehicle_id = $1 and ${before})
     ) as it order by time desc`,
    fromUs === Number.POSITIVE_INFINITY ? [vehicleId] : [vehicleId, fromUs],
  )
  return rows.flatMap(toHead)[0]
}

/** Times of the snapshots of a vehicle from a time on, in order, microseconds since 1970. */
export async function readSnapshotTimes(sql: Sql, vehicleId: number, fromUs: number): Promise<number[]> {
  if (fromUs === Number.POSITIVE_INFINITY) return []
  const rows = await sql.unsafe<{ timeUs: number }[]>(
    `select ${us('time')} as "timeUs" from vehicle_snapshots
     where vehicle_id = $1 and time >= ${timeOf('$2::bigint')} order by time`,
    [vehicleId, Math.max(fromUs, 0)],
  )
  return rows.map(({ timeUs }) => timeUs)
}

/** Whether the stored snapshot of that time has this state. */
export async function isStoredState(sql: Sql, { vehicleId, timeUs, state }: Snapshot): Promise<boolean> {
  const [row] = await sql.unsafe<{ isEqual: boolean }[]>(
    `select state = $3 as "isEqual" from vehicle_snapshots where vehicle_id = $1 and time = ${timeOf('$2::bigint')}`,
    [vehicleId, timeUs, writeState(state)],
  )
  return row?.isEqual ?? false
}

/** Writes heads over those before. */
export async function writeHeads(sql: Sql, heads: readonly Snapshot[]): Promise<void> {
  if (heads.length === 0) return
  await sql.unsafe(
    `insert into vehicle_heads (vehicle_id, time, state) ${ROWS}
     on conflict (vehicle_id) do update set time = excluded.time, state = excluded.state`,
    toColumns(heads),
  )
}

/** Adds snapshots, over those of the same times. */
export async function addSnapshots(sql: Sql, snapshots: readonly Snapshot[]): Promise<void> {
  if (snapshots.length === 0) return
  await sql.unsafe(
    `insert into vehicle_snapshots (vehicle_id, time, state) ${ROWS}
     on conflict (vehicle_id, time) do update set state = excluded.state where vehicle_snapshots.state <> excluded.state`,
    toColumns(snapshots),
  )
}

/** Deletes the snapshots of a vehicle later than `afterUs` and earlier than `beforeUs`. */
export async function deleteSnapshots(
  sql: Sql,
  vehicleId: number,
  afterUs: number,
  beforeUs: number,
): Promise<void> {
  const before = beforeUs === Number.POSITIVE_INFINITY ? 'true' : `time < ${timeOf('$3::bigint')}`
  await sql.unsafe(
    `delete from vehicle_snapshots where vehicle_id = $1 and time > ${timeOf('$2::bigint')} and ${before}`,
    [vehicleId, Math.max(afterUs, 0), ...(beforeUs === Number.POSITIVE_INFINITY ? [] : [beforeUs])],
  )
}

/** Deletes the head of a vehicle if it is later than `afterUs`, and not later than `untilUs`. */
export async function deleteHead(
  sql: Sql,
  vehicleId: number,
  afterUs: number,
  untilUs: number,
): Promise<void> {
  const bounded = (value: number) => Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER)
  await sql.unsafe(
    `delete from vehicle_heads
     where vehicle_id = $1 and time > ${timeOf('$2::bigint')} and time <= ${timeOf('$3::bigint')}`,
    [vehicleId, bounded(afterUs), bounded(untilUs)],
  )
}

const ROWS = `
  select vehicle_id, ${timeOf('time_us')}, state
  from unnest($1::bigint[], $2::bigint[], $3::text[]) as row (vehicle_id, time_us, state)`

function toColumns(rows: readonly Snapshot[]) {
  return [rows.map((it) => it.vehicleId), rows.map((it) => it.timeUs), rows.map((it) => writeState(it.state))]
}

function toHead({ timeUs, text }: StateRow): Head[] {
  const state = parseState(text)
  return state === undefined ? [] : [{ timeUs, state }]
}
