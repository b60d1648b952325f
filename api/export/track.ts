import type { RunQuery } from '../database/run-query.ts'
import type { Sql } from '../../sql/connect.ts'
import type { HistoryFilter } from '../history/filter.ts'
import { fromUs } from '../database/columns.ts'
import { behind, matching, type ReadingKey, type Vehicle } from '../history/filter-sql.ts'

/** Properties of a vehicle's positions that must be known before its line begins. */
export interface TrackSummary {
  positions: number
  /** each has an altitude */
  hasAltitudes: boolean
  /** two neighbours are on different sides of the 180th meridian, by the shorter way between them */
  crosses: boolean
}

/** A reading with a position, and the neighbour that the next page needs. */
export interface TrackPointKey extends ReadingKey {
  lat: number
  lon: number
  altitude: number | null
}

/** Positions of one query, about a tenth of a second's work. */
const PAGE_POSITIONS = 100_000
/** A track is interrupted after a longer gap; the dashboard's replay uses the same value. */
export const TRACK_GAP_MINUTES = 10

/** Summarizes the positions of a vehicle page by page, as `readLines` reads them. */
export async function summarizeTrack(
  ask: RunQuery,
  vehicle: Vehicle,
  filter: HistoryFilter,
): Promise<TrackSummary> {
  const summary = { positions: 0, hasAltitudes: true, crosses: false }
  let last: TrackPointKey | undefined
  for (;;) {
    const [page] = await ask(
      async (sql) => sql<(TrackSummary & TrackPointKey)[]>`
      select count(*) as positions, bool_and(altitude is not null) as "hasAltitudes",
        coalesce(bool_or(${sql.unsafe(CROSSES)}), false) as crosses, ${lastKey(sql)}
      from (
        select *, ${neighbours(sql, last)} from (
          select time, nth, lat, lon, altitude from telemetry
          where vehicle_id = ${vehicle.id} ${matching(sql, filter)} ${behind(sql, last)} and ${hasPosition(sql)}
          order by time, nth
          limit ${PAGE_POSITIONS}
        ) as reading
        window in_order as (order by time, nth)
      ) as it
    `,
    )
    if (!page || page.positions === 0) return summary
    summary.positions += page.positions
    summary.hasAltitudes &&= page.hasAltitudes
    summary.crosses ||= page.crosses
    if (page.positions < PAGE_POSITIONS) return summary
    last = page
  }
}

export function hasPosition(sql: Sql) {
  return sql`lat is not null and lon is not null`
}

/** Columns with the position before each position; for the first of a page that is the last of the page before. */
export function neighbours(sql: Sql, last: TrackPointKey | undefined) {
  const known = (column: 'lat' | 'lon' | 'altitude') => sql`${last?.[column] ?? null}::float8`
  return sql`
    coalesce(lag(time) over in_order, ${last === undefined ? sql`null` : fromUs(sql, last.timeUs)}) as time_before,
    coalesce(lag(lat) over in_order, ${known('lat')}) as lat_before,
    coalesce(lag(lon) over in_order, ${known('lon')}) as lon_before,
    coalesce(lag(altitude) over in_order, ${known('altitude')}) as altitude_before`
}

/** The place of a page's last row, with the data that the next page needs from it. */
export function lastKey(sql: Sql) {
  return sql`
    (extract(epoch from max(time)) * 1000000)::bigint as "timeUs", (array_agg(nth))[count(*)] as nth,
    (array_agg(lat))[count(*)] as lat, (array_agg(lon))[count(*)] as lon, (array_agg(altitude))[count(*)] as altitude`
}

const CROSSES = 'abs(lon - lon_before) > 180'

/**
 * Arguments of concat() for a position of a GeoJSON line, with a comma before it. RFC 7946, section 3.1.9: a line that
 * crosses the 180th meridian is cut there, and its parts touch it. Section 3.1.1: longitude, latitude and optionally
 * the altitude.
 */
export function coordinate(
  sql: Sql,
  { hasAltitudes, crosses }: Pick<TrackSummary, 'hasAltitudes' | 'crosses'>,
) {
  const position = `',[', lon, ',', lat ${hasAltitudes ? ", ',' || altitude" : ''}, ']'`
  if (!crosses) return sql.unsafe(position)
  // The part of the way before the meridian; both positions may lie on it.
  const part = 'coalesce((180 - abs(lon_before)) / nullif(360 - abs(lon_before) - abs(lon), 0), 0)'
  const between = (column: 'lat' | 'altitude') =>
    `${column}_before + (${column} - ${column}_before) * ${part}`
  const rest = `',', ${between('lat')} ${hasAltitudes ? `, ',' || ${between('altitude')}` : ''}`
  return sql.unsafe(`case when ${CROSSES}
    then concat(',[', sign(lon_before) * 180, ${rest}, ']],[[', sign(lon) * 180, ${rest}, ']') end, ${position}`)
}

/**
 * Arguments of concat() for a point of a GPX track. GPX has no elements for speed and course: those of Garmin's
 * TrackPointExtension are in m/s and in degrees below 360. xsd:decimal has no exponent, and GPX no longitude of 180. A
 * segment ends where the track is interrupted.
 */
export function trackPoint(sql: Sql, time: ReturnType<typeof hasPosition>) {
  return sql`
    case when time - time_before > make_interval(mins => ${TRACK_GAP_MINUTES}) then ${'</trkseg>\n<trkseg>\n'}::text end,
    '<trkpt lat="', lat::numeric, '" lon="', case lon when 180 then -180 else lon::numeric end, '">',
    '<ele>' || altitude::numeric || '</ele>', '<time>', ${time}, '</time>',
    case when speed is not null or heading is not null then concat(
      '<extensions><gpxtpx:TrackPointExtension>',
      '<gpxtpx:speed>' || trim_scale(round((speed / 3.6)::numeric, 4)) || '</gpxtpx:speed>',
      '<gpxtpx:course>' || case heading when 360 then 0 else heading::numeric end || '</gpxtpx:course>',
      '</gpxtpx:TrackPointExtension></extensions>') end,
    '</trkpt>'`
}
