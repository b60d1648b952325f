import type { Sql } from '../../sql/connect.ts'
import { formatTime } from '../../contract/time.ts'

/** SQLSTATE of a row whose key exists already. */
export const UNIQUE_VIOLATION = '23505'

/** A `timestamptz` column as an integer of microseconds since 1970; a JavaScript Date would keep milliseconds only. */
export function asUs(sql: Sql, column: string) {
  return sql`(extract(epoch from ${sql(column)}) * 1000000)::bigint`
}

/** A parameter of type `timestamptz`. */
export function fromUs(sql: Sql, us: number) {
  return sql`${formatTime(us)}::timestamptz`
}
