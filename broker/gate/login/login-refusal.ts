import { codeOf, messageOf } from '../../../kit/errors.ts'
import { RETURN_CODES, type LoginRefusalReason, type REFUSAL_REASONS } from './refusal-reasons.ts'

/** `reason` is a metric's label, `detail` is for the log, `returnCode` for the device. */
export interface LoginRefusal {
  reason: LoginRefusalReason
  detail: string
  returnCode: (typeof RETURN_CODES)[keyof typeof RETURN_CODES]
}

export function refuse<R extends LoginRefusalReason>(
  reason: R,
  detail: string,
  returnCode: (typeof REFUSAL_REASONS)[R]['returnCodes'][number],
): LoginRefusal {
  return { reason, detail, returnCode: RETURN_CODES[returnCode] }
}

/** Errors of our own that refuse a login, by their code. */
const REFUSALS_BY_CODE: ReadonlyMap<string, Omit<LoginRefusal, 'detail'>> = new Map(
  (
    [
      ['token_expired', 'badCredentials'],
      ['token_invalid', 'badCredentials'],
      // As for a bad token, so that strangers do not learn which devices exist.
      ['too_many_lookups', 'badCredentials'],
      ['too_many_users', 'unavailable'],
      ['too_many_vehicles', 'unavailable'],
    ] as const
  ).map(([reason, returnCode]) => [reason, { reason, returnCode: RETURN_CODES[returnCode] }]),
)

/** The refusal for an error during a login. An error without a known code is the database's. */
export function refuseFor(error: unknown): LoginRefusal {
  const known = REFUSALS_BY_CODE.get(codeOf(error))
  if (known === undefined) return refuse('database_away', messageOf(error), 'unavailable')
  return { ...known, detail: messageOf(error) }
}
