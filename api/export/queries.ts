import type { RunQuery } from '../database/run-query.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Column } from '../history/columns.ts'
import type { HistoryFilter } from '../history/filter.ts'
import { behind, matching, type Vehicle } from '../history/filter-sql.ts'
import { jsonProperty } from '../history/reading-json.ts'
import {
  coordinate,
  hasPosition,
  lastKey,
  neighbours,
  trackPoint,
  type TrackPointKey,
  type TrackSummary,
} from './track.ts'

/** One reading as a line of text, written by the server: the name of a format and the end of its lines. */
export type LineFormat = 'csv' | 'ndjson' | 'feature' | 'coordinate' | 'track-point'

/** Lines of one page: a few megabytes at most, unless each reading has a large `extra`. */
const PAGE_LINES = 10_000

export interface LineOptions {
  format: LineFormat
  /** leaves texts that a spreadsheet would run as they are */
  isRaw: boolean
  /** the positions of a `coordinate` */
  track: Pick<TrackSummary, 'hasAltitudes' | 'crosses'>
}

export interface LinesPage {
  text: string
  count: number
}

/**
 * A vehicle's readings as lines of text, each with a line feed, page by page in order of time and `nth`. Each page is a
 * query that begins after the last reading of the page before. Between pages nothing is open in the database, so a
 * client may be as slow as it likes. Lines of positions omit readings without a position.
 */
export async function* readLines(
  ask: RunQuery,
  vehicle: Vehicle,
  filter: HistoryFilter,
  { format, isRaw, track }: LineOptions,
): AsyncGenerator<LinesPage> {
  const needsPosition = format !== 'csv' && format !== 'ndjson'
  const isTrack = format === 'coordinate' || format === 'track-point'
  let last: TrackPointKey | undefined
  for (;;) {
    const [page] = await ask(
      async (sql) => sql<({ text: string | null; count: number } & TrackPointKey)[]>`
      select string_agg(line, '') as text, count(*) as count, ${lastKey(sql)}
      from (
        select time, nth, lat, lon, altitude,
          concat(${line(sql, vehicle, filter.columns, { format, isRaw, track })}, chr(10)) as line
        from (
          select * ${isTrack ? sql`, ${neighbours(sql, last)}` : sql``} from (
          select * from telemetry
          where vehicle_id = ${vehicle.id} ${matching(sql, filter)} ${behind(sql, last)}
            ${needsPosition ? sql`and ${hasPosition(sql)}` : sql``}
          order by time, nth
          limit ${PAGE_LINES}
          ) as reading
          ${isTrack ? sql`window in_order as (order by time, nth)` : sql``}
        ) as reading
      ) as it
    `,
    )
    if (!page || page.text === null) return
    yield { text: page.text, count: page.count }
    if (page.count < PAGE_LINES) return
    last = page
  }
}

/** Arguments of concat(), which skips nulls. */
function line(sql: Sql, vehicle: Vehicle, columns: readonly Column[], { format, isRaw, track }: LineOptions) {
  const without = columns.filter((it) => it !== 'lat' && it !== 'lon' && it !== 'altitude')
  switch (format) {
    case 'csv':
      return sql`
        ${`${isRaw ? vehicle.key : vehicle.key.replace(/^-/, "'-")},`}::text, ${utc(sql, 'time')}
        ${columns.length === 0 ? sql`` : columns.map((it) => sql`, ',', ${csv(sql, vehicle, it, isRaw)}`)}`
    case 'ndjson':
      return sql`${'{'}::text, ${properties(sql, vehicle, columns)}, '}'`
    case 'feature':
      return sql`
        ',{"type":"Feature","geometry":{"type":"Point","coordinates":', concat('[', lon, ',', lat, ',' || altitude, ']'), '},"properties":{',
        ${properties(sql, vehicle, without)}, '}}'`
    case 'coordinate':
      return coordinate(sql, track)
    case 'track-point':
      return trackPoint(sql, utc(sql, 'time'))
  }
}

function properties(sql: Sql, vehicle: Vehicle, columns: readonly Column[]) {
  return sql`
    ${`"vehicle":"${vehicle.key}","time":"`}::text, ${utc(sql, 'time')}, '"'
    ${columns.length === 0 ? sql`` : columns.map((it) => property(sql, vehicle, it))}`
}

function property(sql: Sql, vehicle: Vehicle, column: Column) {
  if (column === 'received_at') return sql`, ',"received_at":"' || ${utc(sql, column)} || '"'`
  if (column === 'device') return sql`, ',"device":' || to_json(${deviceKey(sql, vehicle)})::text`
  return sql.unsafe(jsonProperty(column))
}

type Fragment = ReturnType<typeof fragment>

const fragment = (sql: Sql) => sql``

/**
 * Places where a text cell may begin as a formula. That includes the place after a semicolon, where spreadsheets split
 * cells if the comma is the decimal sign. Numbers are numbers. Some spreadsheets treat the full-width signs as the
 * others (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const BEFORE_FORMULA = '(^|;)(?=[[:space:]]*[-=+@\uff0d\uff1d\uff0b\uff20])'

/**
 * RFC 4180: a text with a comma, a quote or a line break is quoted, and a quote is doubled. A text that a spreadsheet
 * would run gets an apostrophe before it, which spreadsheets do not show, unless `isRaw`.
 */
function csv(sql: Sql, vehicle: Vehicle, column: Column, isRaw: boolean) {
  const safe = (text: Fragment) =>
    isRaw ? text : sql`regexp_replace(${text}, ${BEFORE_FORMULA}, ${"\\1'"}, 'g')`
  const quoted = (text: Fragment) => sql`'"' || replace(${text}, '"', '""') || '"'`
  if (column === 'received_at') return utc(sql, column)
  if (column === 'device') return safe(deviceKey(sql, vehicle))
  if (column === 'status')
    return sql`case when status ~ '[",]' then ${quoted(safe(sql`status`))} else ${safe(sql`status`)} end`
  if (column === 'extra') return quoted(safe(sql`extra::text`))
  if (column === 'ignition') return sql`ignition::text`
  return sql`${sql(column)}`
}

/** Most readings are from the vehicle's current device, which is looked up once for all of them. */
function deviceKey(sql: Sql, { id }: Vehicle) {
  return sql`case device_id
    when (select min(id) from devices where vehicle_id = ${id})
    then (select key from devices where vehicle_id = ${id} order by devices.id limit 1)
    else (select key from devices where devices.id = device_id) end`
}

/** RFC 3339 with microseconds. */
function utc(sql: Sql, column: 'time' | 'received_at') {
  return sql`to_char(${sql(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}
