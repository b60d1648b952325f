import { READING_FIELDS } from '../../contract/telemetry.ts'
import type { Column } from './columns.ts'

/**
 * SQL that writes a reading's JSON in the server, so that the API need not process its twenty values one by one. The
 * names are fixed and need no escaping. They are part of the text, because postgres.js searches all of the text before
 * each identifier, and sends each parameter.
 */

type Field = (typeof READING_FIELDS)[number]

/** Arguments of concat(), each with a comma before it: `,"name":value`, or nothing if the column is null. */
export function jsonProperty(column: Field): string {
  if (column === 'status') return `, ',"status":' || to_json(status)::text`
  if (column === 'ignition') return `, ',"ignition":' || ignition::text`
  // The value is a separate argument: concat writes a number into the text, while a cast would convert it to text
  // first.
  return `, case when ${column} is not null then ',"${column}":' end, ${column}`
}

/**
 * The JSON object of a reading, {time, ...columns}, with its vehicle first if `vehicle` is an expression for the
 * vehicle's key. `device` must be a column with the device's key or null.
 */
export function readingJson(columns: readonly Column[], vehicle?: string): string {
  const properties = columns.map((column) => {
    if (column === 'received_at') return `, ',"received_at":"', ${jsonTime('received_at')}, '"'`
    if (column === 'device') return `, ',"device":', coalesce('"' || device || '"', 'null')`
    return jsonProperty(column)
  })
  const named = vehicle === undefined ? '' : `'"vehicle":"', ${vehicle}, '",', `
  return `concat('{', ${named}'"time":"', ${jsonTime('time')}, '"'${properties.join('')}, '}')`
}

/** RFC 3339 with milliseconds, or with microseconds if the time has them, as written by `formatTime`. */
export function jsonTime(column: 'time' | 'received_at'): string {
  return `to_char(${column} at time zone 'UTC', case date_part('microseconds', ${column})::int % 1000
    when 0 then 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"' else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' end)`
}
