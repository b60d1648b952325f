import { PROBLEMS, type ProblemCode } from '../../contract/problems.ts'
import { takesIdempotencyKey } from '../http/idempotency.ts'
import { problemType } from '../http/problem-response.ts'
import { readsBody, type Route } from '../http/route.ts'

/** Headers of a problem for programs, by code. */
const HEADERS: Partial<Record<ProblemCode, Record<string, string>>> = {
  unauthorized: { 'www-authenticate': 'the challenge of RFC 6750' },
  forbidden: { 'www-authenticate': 'the challenge of RFC 6750' },
  too_many_requests: { 'retry-after': 'seconds' },
  unavailable: { 'retry-after': 'seconds, if known' },
}

/** Every code that a route can refuse with, in order of status. */
export function problemCodesOf(route: Route): ProblemCode[] {
  // Unknown query parameters are refused everywhere.
  const codes = new Set<ProblemCode>(['invalid_request', 'internal', ...(route.problems ?? [])])
  if (route.access !== 'public') codes.add('unauthorized').add('forbidden').add('unavailable')
  if (readsBody(route)) codes.add('payload_too_large').add('unsupported_media_type').add('unavailable')
  if (route.rateLimited) codes.add('too_many_requests')
  // The key belongs to another request, or to one that is still running.
  if (takesIdempotencyKey(route)) codes.add('conflict')
  return [...codes].toSorted((a, b) => PROBLEMS[a].status - PROBLEMS[b].status)
}

/** Description of a status with these codes. */
export function describeProblems(codes: readonly ProblemCode[]) {
  return codes.map((code) => `${PROBLEMS[code].title} (\`${code}\`)`).join('; ')
}

export function problemHeaders(codes: readonly ProblemCode[]): Record<string, string> {
  return Object.assign({}, ...codes.map((code) => HEADERS[code] ?? {})) as Record<string, string>
}

/** Example for the documentation page. */
export function exampleOf([code = 'internal']: readonly ProblemCode[]) {
  const { status, title } = PROBLEMS[code]
  const request_id = '3f0c9f0a-7c39-4b0f-9a57-0d3f4f8f2f61'
  return {
    type: problemType(code),
    title,
    status,
    detail: 'what was wrong with this request',
    code,
    request_id,
  }
}
