import type { Sql } from '../../../sql/connect.ts'
import { FIELD_RANGES } from '../../support/field-ranges.ts'

/** SQL conditions for rows that `telemetry` must never have. */
const RANGES = { ...FIELD_RANGES, seq: [0, 9_007_199_254_740_991] } as const

const values = [...Object.keys(RANGES).filter((it) => it !== 'seq'), 'ignition', 'status', 'extra']

const FORBIDDEN: Record<string, string> = {
  // PostgreSQL treats NaN as greater than any number, so this also finds it.
  ...Object.fromEntries(
    Object.entries(RANGES).map(([name, [least, most]]) => [
      name,
      `not (${name} between ${least} and ${most})`,
    ]),
  ),
  'half a position': '(lat is null) <> (lon is null)',
  status: "char_length(status) not between 1 and 32 or status ~ '[\\x01-\\x1f\\x7f]'",
  'too old': "time < '2000-01-01T00:00:00Z'",
  'too new': "time > received_at + interval '5 minutes 1 second'",
  'received in the future': "received_at > now() + interval '5 seconds'",
  'nothing in it': values.map((it) => `${it} is null`).join(' and '),
  'extra is no object': "jsonb_typeof(extra) <> 'object'",
  extra: `jsonb_typeof(extra) = 'object' and (
    (select count(*) from jsonb_object_keys(extra)) > 32
    or exists (select from jsonb_each(extra) it(name, value)
      where char_length(name) not between 1 and 64 or name = '__proto__' or name ~ '[\\x01-\\x1f\\x7f]'
      or jsonb_typeof(value) in ('object', 'array')
      or jsonb_typeof(value) = 'string'
        and (char_length(value #>> '{}') > 256 or value #>> '{}' ~ '[\\x01-\\x1f\\x7f]')))`,
  'of nobody':
    'not exists (select from vehicles where id = vehicle_id) or not exists (select from devices where id = device_id)',
}

/** Readings of an instant must have different values, and `nth` without gaps. */
const TOGETHER = {
  'stored twice': `group by vehicle_id, time, ${Object.keys(RANGES).join()}, ignition, status, extra having count(*) > 1`,
  'a gap in nth': 'group by vehicle_id, time having max(nth) + 1 <> count(*)',
}

/** One line for each kind of forbidden row in `telemetry`, and one for readings refused only by the database. */
export async function findForbidden(sql: Sql): Promise<string[]> {
  const found: string[] = []
  for (const [name, predicate] of Object.entries(FORBIDDEN)) {
    const [row] = await sql.unsafe(
      `select *, count(*) over () as count from telemetry where ${predicate} limit 1`,
    )
    if (row !== undefined) found.push(`${name}: ${JSON.stringify(row)}`)
  }
  for (const [name, groups] of Object.entries(TOGETHER)) {
    const [row] = await sql.unsafe(`select vehicle_id, time, count(*) from telemetry ${groups} limit 1`)
    if (row !== undefined) found.push(`${name}: ${JSON.stringify(row)}`)
  }
  const [refused] = await sql`
    select convert_from(payload, 'utf8') as payload, problems from rejected_messages where code = 'storage_refused' limit 1`
  if (refused !== undefined) found.push(`storage_refused: ${JSON.stringify(refused)}`)
  return found
}
