import type { Claims } from '../../contract/claims.ts'
import { seenFrom, visibleVehicles } from '../access/visible.ts'
import { asUs, fromUs } from '../database/columns.ts'
import type { TimeRange } from '../schema/time-range.ts'
import type { Sql } from '../../sql/connect.ts'

export const JOURNEY_KINDS = ['trip', 'stop', 'gap'] as const
export type JourneyKind = (typeof JOURNEY_KINDS)[number]

/** Integers as in `journeys`; times in microseconds since 1970. */
export interface JourneyRow {
  id: number
  vehicle: string
  kind: JourneyKind
  fromUs: number
  /** null while it is open */
  toUs: number | null
  asOfUs: number
  distanceMm: number | null
  odometerMm: number | null
  movingMs: number
  idleMs: number
  speedMax: number | null
  speedAvg: number | null
  fuelUl: number | null
  startLat: number | null
  startLon: number | null
  startPlace: string | null
  endLat: number | null
  endLon: number | null
  endPlace: string | null
  revision: number
}

/** A place among journeys in order of time. */
export interface JourneyKey {
  fromUs: number
  id: number
}

export interface JourneyQuery {
  /** journeys that overlap it */
  range: TimeRange
  kind: JourneyKind | undefined
  /** only journeys after this one */
  behind: JourneyKey | undefined
  limit: number
}

/** The vehicles of a query: one, those of a group, or all. Only those that the caller may see count. */
export type Asked = { key: string } | { group: string } | { all: true }

/**
 * Maximum of vehicles that are read one by one, each along its index. Journeys of more vehicles are read along the
 * index of all times.
 */
const FEW_MAX = 100

/**
 * Journeys of vehicles that the caller may see, in order of their beginning. A journey that began before the start of
 * the history that a grant shows is left out, because its figures and its place of departure are from before.
 */
export async function listJourneys(
  sql: Sql,
  caller: Claims,
  asked: Asked,
  query: JourneyQuery,
): Promise<JourneyRow[]> {
  if ('key' in asked) return listOfFew(sql, given(sql, caller, sql`key = ${asked.key}`), query)
  const condition = 'group' in asked ? sql`group_key = ${asked.group}` : sql`true`
  const ids = await sql<{ id: number }[]>`
    select id from vehicles where ${condition} and ${visibleVehicles(sql, caller)} limit ${FEW_MAX + 1}`
  if (ids.length > FEW_MAX) return listOfMany(sql, given(sql, caller, condition), query)
  const few = ids.map(({ id }) => id)
  return listOfFew(sql, given(sql, caller, sql`vehicles.id = any(${few}::bigint[])`), query)
}

/** A table `given` of the vehicles, with the start of their visible history. */
function given(sql: Sql, caller: Claims, condition: Fragment) {
  return sql`(
    select id, key, ${seenFrom(sql, caller)} as seen_from
    from vehicles where ${condition} and ${visibleVehicles(sql, caller)}
  ) as given`
}

type Fragment = ReturnType<typeof visibleVehicles>

/**
 * Reads a page of each vehicle along its index. Journeys of a vehicle do not overlap. So the first one that can reach
 * into the range is the last one that began before it.
 */
async function listOfFew(sql: Sql, vehicles: Fragment, query: JourneyQuery): Promise<JourneyRow[]> {
  const { range, limit } = query
  return sql<JourneyRow[]>`
    select ${columns(sql)}
    from ${vehicles}
    cross join lateral (
      select * from journeys as it
      where it.vehicle_id = given.id ${matching(sql, query)}
        ${
          range.fromUs === undefined
            ? sql``
            : sql`and it.from_time >= coalesce((
                select max(from_time) from journeys
                where vehicle_id = given.id and from_time <= ${fromUs(sql, range.fromUs)}
              ), '-infinity')`
        }
      order by it.from_time, it.id
      limit ${limit}
    ) as it
    order by it.from_time, it.id
    limit ${limit}
  `
}

/**
 * Reads a page along the index of all times, after those journeys that began before the range: at most one of each
 * vehicle.
 */
async function listOfMany(sql: Sql, vehicles: Fragment, query: JourneyQuery): Promise<JourneyRow[]> {
  const { range, behind, limit } = query
  const since = range.fromUs
  const later = sql`(
    select given.key, it.* from journeys as it join ${vehicles} on given.id = it.vehicle_id
    where true ${matching(sql, query)} ${since === undefined ? sql`` : sql`and it.from_time >= ${fromUs(sql, since)}`}
    order by it.from_time, it.id
    limit ${limit}
  )`
  // The page is behind them.
  const isPast = since === undefined || (behind !== undefined && behind.fromUs >= since)
  if (isPast)
    return sql<JourneyRow[]>`select ${columns(sql, 'it')} from ${later} as it order by from_time, it.id`
  return sql<JourneyRow[]>`
    select ${columns(sql, 'it')}
    from (
      select given.key, it.* from ${vehicles}
      cross join lateral (
        select * from journeys
        where vehicle_id = given.id and from_time < ${fromUs(sql, since)}
        order by from_time desc limit 1
      ) as it
      where true ${matching(sql, query)}
      union all ${later}
    ) as it
    order by it.from_time, it.id
    limit ${limit}
  `
}

/** Conditions on `it`, a journey of a `given` vehicle, each with an "and" before it. */
function matching(sql: Sql, { range, kind, behind }: JourneyQuery) {
  return sql`
    and it.from_time >= given.seen_from
    ${range.fromUs === undefined ? sql`` : sql`and (it.to_time is null or it.to_time > ${fromUs(sql, range.fromUs)})`}
    ${range.toUs === undefined ? sql`` : sql`and it.from_time < ${fromUs(sql, range.toUs)}`}
    ${kind === undefined ? sql`` : sql`and it.kind = ${kind}`}
    ${behind === undefined ? sql`` : isBehind(sql, behind)}
  `
}

/** The condition on the time alone is redundant, but an index on the time without the id is searched by it. */
function isBehind(sql: Sql, { fromUs: us, id }: JourneyKey) {
  const time = fromUs(sql, us)
  return sql`and it.from_time >= ${time} and (it.from_time, it.id) > (${time}, ${id}::bigint)`
}

function columns(sql: Sql, vehicle: 'given' | 'it' = 'given') {
  return sql`
    it.id, ${sql(vehicle)}.key as vehicle, it.kind, ${asUs(sql, 'it.from_time')} as "fromUs",
    ${asUs(sql, 'it.to_time')} as "toUs", ${asUs(sql, 'it.as_of')} as "asOfUs", distance_mm as "distanceMm",
    odometer_mm as "odometerMm", moving_ms as "movingMs", idle_ms as "idleMs", speed_max as "speedMax",
    speed_avg as "speedAvg", fuel_ul as "fuelUl", start_lat as "startLat", start_lon as "startLon",
    start_place as "startPlace", end_lat as "endLat", end_lon as "endLon", end_place as "endPlace", revision`
}
