import { codeOf } from '../../kit/errors.ts'

/**
 * Meaning of a failed write:
 * - `unique`: one of its readings is stored already, or is in the write twice
 * - `row`: the database refuses one of its rows and always will
 * - `away`: the database takes no writes at all: it is absent, starting, full, read-only or misconfigured
 * - `retry`: the next attempt may succeed: the connection was lost, or two transactions waited for each other
 * - `moved`: devices were moved since its readings were placed (`expect_moves`)
 * - `unclear`: any other error of the server, for this batch only or for all
 */
export type Failure = 'unique' | 'row' | 'away' | 'retry' | 'moved' | 'unclear'

/**
 * Of PostgreSQL by class: 08 connection, 25 read-only and the like, 28 login, 3D and 42 a database or object is absent
 * or not ours, 53 resources (53100 is a full disk), 57P03 starting or stopping, 58 I/O. Of Node.js and postgres.js: no connection
 * could be made.
 */
const AWAY =
  /^(08...|25...|28...|3D...|42...|53...|57P03|58...|ECONNREFUSED|ENOENT|EACCES|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT)$/
/** 40 a transaction that was rolled back, 57 a query or backend that was ended. */
const RETRY = /^(40...|57...)$/
/** Five characters with a digit among them. Other codes, such as CONNECTION_CLOSED, are errors of the connection. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/

/** Whether the connection was lost or could not be made. Otherwise the server answered with an error. */
export function isOfConnection(error: unknown): boolean {
  return !SQLSTATE.test(codeOf(error))
}

/**
 * Classifies an error of the driver by its SQLSTATE. Data exceptions (22), integrity constraints (23), a trigger's
 * `raise exception` (P0001) and a row without a partition (23514) come from a row.
 */
export function classify(error: unknown): Failure {
  const code = codeOf(error)
  if (code === '23505') return 'unique'
  if (code === 'FW001') return 'moved'
  // A value beyond the server's own limits, such as an index entry that is too large, is a row's fault as well.
  if (/^(22|23)...$/.test(code) || code === 'P0001' || code === '54000') return 'row'
  if (AWAY.test(code)) return 'away'
  return RETRY.test(code) || !SQLSTATE.test(code) ? 'retry' : 'unclear'
}
