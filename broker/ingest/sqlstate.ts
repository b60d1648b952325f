import { codeOf } from '../../kit/errors.ts'

/**
 * What a failed write means:
 * - `unique`: a reading in it is stored already, or stands in it twice
 * - `row`: the database refuses one of its rows and always will
 * - `retry`: nothing is wrong with the rows; the database is away, busy, full or not as it should be
 */
export type Failure = 'unique' | 'row' | 'retry'

/**
 * Classifies an error of the driver by its SQLSTATE. Data exceptions (22), integrity constraints (23), a trigger's
 * `raise exception` (P0001) and a row without a partition (23514) come from a row. Everything else is tried again: to
 * hold an acknowledgement back loses nothing.
 */
export function classify(error: unknown): Failure {
  const code = codeOf(error)
  if (code === '23505') return 'unique'
  // Out of range of the server's own limits, such as an index entry that is too large, is a row's fault as well.
  if (/^(22|23)...$/.test(code) || code === 'P0001' || code === '54000') return 'row'
  return 'retry'
}
