import type { ProblemCode } from '../../contract/problems.ts'

/** One fault of a request. `pointer` is a JSON pointer into its body, query or path parameters. */
export interface Fault {
  code?: ProblemCode
  pointer: string
  detail: string
}

/** An expected refusal: becomes an RFC 9457 problem response. */
export interface Refusal {
  refused: ProblemCode
  detail: string
  errors?: Fault[]
  headers?: Record<string, string>
}

/** A refusal that `detail` explains to a person. */
export function refuse(refused: ProblemCode, detail: string, more: Omit<Refusal, 'refused' | 'detail'> = {}) {
  return { refused, detail, ...more } satisfies Refusal
}

/** A refusal for faults at certain places of the request. `errors` has at least one. */
export function refuseFaults(refused: ProblemCode, errors: Fault[]): Refusal {
  const first = errors[0]
  const where = first && first.pointer !== '' ? `${first.pointer} ` : ''
  const rest = errors.length - 1
  const more = rest > 0 ? ` (and ${rest} more problem${rest > 1 ? 's' : ''})` : ''
  return { refused, detail: `${where}${first?.detail ?? ''}${more}`, errors: errors.slice(0, ERRORS_MAX) }
}

/**
 * Nobody reads more, and a body of 1 MiB can have half a million faults.
 * @limit problems in a reply | further ones are left out
 */
export const ERRORS_MAX = 100

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value
}

/** The refusal to change a vehicle or device to which the caller has read-only access. */
export function refuseReadOnly(what: string, key: string): Refusal {
  return refuse('forbidden', `you have read-only access to ${what} ${key}`)
}
