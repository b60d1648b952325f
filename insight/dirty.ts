import type { Sql } from '../sql/connect.ts'
import type { Change } from './changes.ts'

/** A vehicle whose results are to be computed again for a time. */
export interface Dirty extends Change {
  /** milliseconds since 1970, when its oldest change was noted */
  sinceMs: number
  failures: number
  /** computed up to `fromUs`, and the rest is not yet */
  isPartial: boolean
  /** not to be tried before, milliseconds since 1970 */
  notBeforeMs: number
}

/** Changes of a vehicle that are closer together are computed in one run. A snapshot lies between those that are not. */
const NEAR_US = 26 * 3_600_000_000
/** A vehicle is computed again at most this often. */
const PAUSE_MS = 10_000

const timeOf = (us: string) =>
  `case when ${us} = 'infinity' or ${us} = '-infinity' then ${us}::text::timestamptz
    else timestamptz '1970-01-01 00:00:00Z' + ${us} * interval '1 microsecond' end`

/** Vehicles whose results are to be computed again, in memory and in `vehicle_dirty`. One process writes there at a time. */
export class DirtyVehicles {
  readonly #byVehicle = new Map<number, Dirty[]>()
  /** when a vehicle was computed, milliseconds since 1970 */
  readonly #doneMs = new Map<number, number>()

  async load(sql: Sql): Promise<void> {
    this.#byVehicle.clear()
    const rows = await sql<Dirty[]>`
      select vehicle_id as "vehicleId", (extract(epoch from from_time) * 1000000)::float8 as "fromUs",
        (extract(epoch from to_time) * 1000000)::float8 as "toUs", (extract(epoch from since) * 1000)::float8 as "sinceMs",
        failures, is_partial as "isPartial", 0 as "notBeforeMs"
      from vehicle_dirty`
    for (const it of rows) this.#listOf(it.vehicleId).push({ ...it })
  }

  get size(): number {
    let size = 0
    for (const it of this.#byVehicle.values()) size += it.length
    return size
  }

  /** Whether the last attempt of a vehicle failed, or it was computed again in part. */
  isHeldBack(vehicleId: number): boolean {
    return this.#byVehicle.get(vehicleId)?.some((it) => it.failures > 0 || it.isPartial) ?? false
  }

  /** vehicles whose last attempt failed */
  get failing(): number {
    let failing = 0
    for (const list of this.#byVehicle.values()) if (list.some((it) => it.failures > 0)) failing++
    return failing
  }

  /** age of the oldest, ms; 0 without one */
  ageMs(nowMs: number): number {
    let oldest = nowMs
    for (const list of this.#byVehicle.values()) for (const it of list) oldest = Math.min(oldest, it.sinceMs)
    return nowMs - oldest
  }

  /** Those that may be computed now, the longest waiting first. */
  due(nowMs: number): Dirty[] {
    for (const [vehicleId, doneMs] of this.#doneMs)
      if (doneMs + PAUSE_MS < nowMs) this.#doneMs.delete(vehicleId)
    return [...this.#byVehicle.values()]
      .flat()
      .filter((it) => it.notBeforeMs <= nowMs)
      .toSorted((a, b) => a.sinceMs - b.sinceMs)
  }

  /** Notes changes. They are part of the memory only when the function that it returns is called, after the commit. */
  async add(sql: Sql, changes: readonly Change[], nowMs: number): Promise<() => void> {
    if (changes.length === 0) return () => {}
    const merged = changes.map((change) => this.#merge(change, nowMs))
    const removed = merged.flatMap(({ replaced }) => replaced)
    await remove(sql, removed)
    await insert(
      sql,
      merged.map(({ dirty }) => dirty),
    )
    return () => {
      for (const { dirty, replaced } of merged) {
        const list = this.#listOf(dirty.vehicleId)
        const kept = list.filter((it) => !replaced.includes(it))
        this.#byVehicle.set(dirty.vehicleId, [...kept, dirty])
      }
    }
  }

  /** Removes one that was computed. The memory changes when the function that it returns is called. */
  async done(sql: Sql, dirty: Dirty, nowMs: number): Promise<() => void> {
    await remove(sql, [dirty])
    return () => {
      this.#doneMs.set(dirty.vehicleId, nowMs)
      const kept = this.#listOf(dirty.vehicleId).filter((it) => it !== dirty)
      if (kept.length === 0) this.#byVehicle.delete(dirty.vehicleId)
      else this.#byVehicle.set(dirty.vehicleId, kept)
    }
  }

  /** Computed up to a time: the rest is left. The memory changes when the function that it returns is called. */
  async shorten(sql: Sql, dirty: Dirty, fromUs: number): Promise<() => void> {
    const rest = { ...dirty, fromUs, toUs: Math.max(dirty.toUs, fromUs), isPartial: true }
    await remove(sql, [dirty])
    await insert(sql, [rest])
    return () => {
      const others = this.#listOf(dirty.vehicleId).filter((it) => it !== dirty)
      this.#byVehicle.set(dirty.vehicleId, [...others, rest])
    }
  }

  #merge(change: Change, nowMs: number): { dirty: Dirty; replaced: Dirty[] } {
    const doneMs = this.#doneMs.get(change.vehicleId)
    const notBeforeMs = doneMs === undefined ? 0 : doneMs + PAUSE_MS
    const dirty = { ...change, sinceMs: nowMs, failures: 0, isPartial: false, notBeforeMs }
    const replaced = this.#listOf(change.vehicleId).filter(
      (it) => it.fromUs <= change.toUs + NEAR_US && change.fromUs <= it.toUs + NEAR_US,
    )
    for (const it of replaced) {
      dirty.fromUs = Math.min(dirty.fromUs, it.fromUs)
      dirty.toUs = Math.max(dirty.toUs, it.toUs)
      dirty.sinceMs = Math.min(dirty.sinceMs, it.sinceMs)
      dirty.failures = Math.max(dirty.failures, it.failures)
      dirty.isPartial ||= it.isPartial
      dirty.notBeforeMs = Math.max(dirty.notBeforeMs, it.notBeforeMs)
    }
    return { dirty, replaced }
  }

  #listOf(vehicleId: number): Dirty[] {
    const known = this.#byVehicle.get(vehicleId)
    if (known !== undefined) return known
    const list: Dirty[] = []
    this.#byVehicle.set(vehicleId, list)
    return list
  }
}

async function insert(sql: Sql, rows: readonly Dirty[]): Promise<void> {
  await sql.unsafe(
    `insert into vehicle_dirty (vehicle_id, from_time, to_time, since, failures, is_partial)
     select vehicle_id, ${timeOf('from_us')}, ${timeOf('to_us')}, to_timestamp(since_ms / 1000), failures, is_partial
     from unnest($1::bigint[], $2::text::float8[], $3::text::float8[], $4::text::float8[], $5::text::integer[], $6::text::boolean[])
       as row (vehicle_id, from_us, to_us, since_ms, failures, is_partial)
     on conflict (vehicle_id, from_time) do update
       set to_time = greatest(vehicle_dirty.to_time, excluded.to_time), since = least(vehicle_dirty.since, excluded.since)`,
    [
      rows.map((it) => it.vehicleId),
      list(rows.map((it) => it.fromUs)),
      list(rows.map((it) => it.toUs)),
      list(rows.map((it) => it.sinceMs)),
      list(rows.map((it) => it.failures)),
      list(rows.map((it) => it.isPartial)),
    ],
  )
}

async function remove(sql: Sql, rows: readonly Dirty[]): Promise<void> {
  if (rows.length === 0) return
  await sql.unsafe(
    `delete from vehicle_dirty d using unnest($1::bigint[], $2::text::float8[]) as row (vehicle_id, from_us)
     where d.vehicle_id = row.vehicle_id and d.from_time = ${timeOf('row.from_us')}`,
    [rows.map((it) => it.vehicleId), list(rows.map((it) => it.fromUs))],
  )
}

/** An array as PostgreSQL writes it. */
const list = (values: readonly (number | boolean)[]) => `{${values.join(',')}}`
