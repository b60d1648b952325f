import { STATUS_CODES } from 'node:http'
import type { Response } from 'express'
import { PROBLEMS, type ProblemCode } from '../../contract/problems.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import { challenge } from '../access/authenticate.ts'
import { refuse, type Refusal } from './refusal.ts'
import { sendText } from './send-text.ts'

/** Answers with RFC 9457 `application/problem+json`. Sends nothing if the reply has already begun. */
export function sendProblem(res: Response, requestId: string, refusal: Refusal): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  const { refused: code, detail, errors, headers = {} } = refusal
  const { status, title } = PROBLEMS[code]
  const type = problemType(code)
  const body = JSON.stringify({ type, title, status, detail, code, request_id: requestId, errors })
  sendText(res.status(status).set(headers), 'application/problem+json', body)
}

export function problemType(code: ProblemCode): string {
  return `https://fleetwire.dev/problems/${code}`
}

/**
 * The reply for anything that was thrown: a client's mistake found by Express or body-parser, a database that cannot
 * answer now, or otherwise `internal`, which reveals nothing about the error.
 */
export function refusalOf(error: unknown): Refusal {
  if (isUnavailable(error)) {
    return refuse('unavailable', 'the database is not available right now', {
      headers: { 'retry-after': '5' },
    })
  }
  if (isOfDeletedUser(error)) return challenge('the user of this token no longer exists', 'invalid_token')
  const status = statusOf(error)
  const code = status === undefined ? undefined : CLIENT_ERRORS[status]
  if (code === undefined)
    return refuse('internal', 'the request failed on the server; find it in the log by its request_id')
  return refuse(code, messageOf(error) || STATUS_CODES[PROBLEMS[code].status] || '')
}

const CLIENT_ERRORS: Partial<Record<number, ProblemCode>> = {
  400: 'invalid_request',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

/** The `status` that http-errors and Express assign to a client's mistake. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}

/**
 * SQLSTATE classes and errors of the connection after which the same request may succeed: 08 connection exception, 53
 * insufficient resources, 57 operator intervention (shutdown, statement timeout), 40 rolled back, 25006 read-only
 * server, 55P03 lock not available.
 */
const UNAVAILABLE =
  /^(08...|53...|57...|40...|25006|55P03|ECONN.*|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT|CONNECT_TIMEOUT|CONNECTION_.*)$/

const FOREIGN_KEY_VIOLATION = '23503'

/** The user of a new record was deleted after the token was checked. */
function isOfDeletedUser(error: unknown): boolean {
  return (
    codeOf(error) === FOREIGN_KEY_VIOLATION &&
    error instanceof Error &&
    'constraint_name' in error &&
    /_(created_by|issued_by|owner_id)_fkey$/.test(String(error.constraint_name))
  )
}

function isUnavailable(error: unknown): boolean {
  return statusOf(error) === undefined && UNAVAILABLE.test(codeOf(error))
}
