import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import type { HistoryFilter } from './filter.ts'
import type { TimeRange } from '../schema/time-range.ts'
import type { Condition } from './where.ts'
import { fromUs } from '../database/columns.ts'
import { seenFrom, seenFromUs, visibleVehicles, type SeenVehicle } from '../access/visible.ts'

export interface Vehicle extends SeenVehicle {
  key: string
}

/** Vehicles by their keys, each once. A vehicle that the caller may not see counts as nonexistent. */
export interface RequestedVehicles {
  keys: readonly string[]
  caller: Claims
}

/**
 * A table `given` of the requested vehicles that exist: id, vehicle (its key), place (in the order of the keys, from 1)
 * and, for `sinceGiven`, seen_from. With it, a query about vehicles need not wait for another one that looks them up.
 */
export function givenVehicles(sql: Sql, { keys, caller }: RequestedVehicles) {
  const [key, another] = keys
  // Most queries are about one vehicle, and are planned faster like this.
  if (key !== undefined && another === undefined)
    return sql`(
      select id, key as vehicle, 1 as place, ${seenFrom(sql, caller)} as seen_from
      from vehicles where key = ${key} and ${visibleVehicles(sql, caller)}
    ) as given`
  return sql`(
    select vehicles.id, asked.vehicle, asked.place, ${seenFrom(sql, caller)} as seen_from
    from unnest(${keys}::text[]) with ordinality as asked (vehicle, place)
    join vehicles on vehicles.key = asked.vehicle
    where ${visibleVehicles(sql, caller)}
  ) as given`
}

/** A condition on a time and `given` vehicles, with an "and" before it: within the history that the caller may see. */
export function sinceGiven(sql: Sql, { caller }: RequestedVehicles, time: 'time' | 'bucket' = 'time') {
  return caller.role === 'user' ? sql`and ${sql.unsafe(time)} >= given.seen_from` : sql``
}

/** The part of a range of times that the caller may see. */
export function sinceSeen<T extends TimeRange>(range: T, { seenFromUs: seenUs }: SeenVehicle): T {
  return seenUs === null || (range.fromUs ?? 0) >= seenUs ? range : { ...range, fromUs: seenUs }
}

/** The vehicles with these keys, or of this group, that the caller may see, in order of their keys; at most `limit`. */
export async function findVisibleVehicles(
  sql: Sql,
  caller: Claims,
  asked: { keys: string[] } | { group: string },
  limit: number,
): Promise<Vehicle[]> {
  return sql<Vehicle[]>`
    select id, key, ${seenFromUs(sql, caller)} as "seenFromUs" from vehicles
    where ${'keys' in asked ? sql`key = any (${asked.keys}::text[])` : sql`group_key = ${asked.group}`}
      and ${visibleVehicles(sql, caller)}
    order by key
    limit ${limit}
  `
}

/** The key of a reading among those of its vehicle: an instant can have several readings, which `nth` numbers from 0. */
export interface ReadingKey {
  /** microseconds since 1970 */
  timeUs: number
  nth: number
}

/**
 * A condition on `telemetry` with an "and" before it: only readings after a place, in order of time or against it. The
 * condition on the time alone is redundant, but the planner excludes partitions by it, and not by the pair.
 */
export function behind(sql: Sql, place: ReadingKey | undefined, order: 'asc' | 'desc' = 'asc') {
  if (place === undefined) return sql``
  const time = fromUs(sql, place.timeUs)
  return order === 'asc'
    ? sql`and time >= ${time} and (time, nth) > (${time}, ${place.nth}::int)`
    : sql`and time <= ${time} and (time, nth) < (${time}, ${place.nth}::int)`
}

/** Conditions on `telemetry`, each with an "and" before it: the times and the values of the readings. */
export function matching(sql: Sql, { range, conditions }: Pick<HistoryFilter, 'range' | 'conditions'>) {
  return sql`
    ${range.fromUs === undefined ? sql`` : sql`and time >= ${fromUs(sql, range.fromUs)}`}
    ${range.toUs === undefined ? sql`` : sql`and time < ${fromUs(sql, range.toUs)}`}
    ${conditions.length === 0 ? sql`` : conditions.map((condition) => sql`and ${compare(sql, condition)}`)}
  `
}

function compare(sql: Sql, { field, operator, value }: Condition) {
  const column = sql(field)
  switch (operator) {
    case '>':
      return sql`${column} > ${value}`
    case '>=':
      return sql`${column} >= ${value}`
    case '<':
      return sql`${column} < ${value}`
    case '<=':
      return sql`${column} <= ${value}`
    case '=':
      return sql`${column} = ${value}`
    case '!=':
      return sql`${column} <> ${value}`
  }
}
