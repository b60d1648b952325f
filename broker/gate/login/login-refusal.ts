import { codeOf, messageOf } from '../../../kit/errors.ts'

/** CONNACK return codes of MQTT 3.1.1, section 3.2.2.3. */
export const RETURN_CODES = {
  identifierRejected: 2,
  unavailable: 3,
  badCredentials: 4,
  notAuthorized: 5,
} as const

/** `reason` is a metric's label, `detail` is for the log, `returnCode` for the device. */
export interface LoginRefusal {
  reason: LoginRefusalReason
  detail: string
  returnCode: (typeof RETURN_CODES)[keyof typeof RETURN_CODES]
}

export type LoginRefusalReason =
  | 'no_token'
  | 'token_invalid'
  | 'token_expired'
  | 'token_revoked'
  | 'client_id'
  | 'client_certificate'
  | 'unknown_device'
  | 'unknown_user'
  | 'account_changed'
  | 'connection_ended'
  | 'too_many_connections'
  | 'too_many_lookups'
  | 'too_many_users'
  | 'too_many_vehicles'
  | 'database_away'

export function refuse(
  reason: LoginRefusalReason,
  detail: string,
  returnCode: keyof typeof RETURN_CODES,
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
