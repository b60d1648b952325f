/** CONNACK return codes of MQTT 3.1.1, section 3.2.2.3. */
export const RETURN_CODES = {
  identifierRejected: 2,
  unavailable: 3,
  badCredentials: 4,
  notAuthorized: 5,
} as const

interface ReasonOfRefusal {
  /** Return codes that a CONNACK of this reason may have. */
  returnCodes: readonly (keyof typeof RETURN_CODES)[]
  meaning: string
  /** false: it does not count as an attempt with a wrong token */
  isAttempt?: false
}

/**
 * Every reason to refuse a login: a label of `logins_refused_total`, the `reason` in the log, and a row of the table in
 * `docs/device-auth.md`.
 */
export const REFUSAL_REASONS = {
  client_id: {
    returnCodes: ['identifierRejected'],
    meaning:
      "The client id is not the device's key, lacks the prefix of the user, or has a control character.",
  },
  database_away: {
    returnCodes: ['unavailable'],
    meaning: 'The database did not answer in time.',
    isAttempt: false,
  },
  too_many_connections: {
    returnCodes: ['unavailable'],
    meaning: 'The user or service has as many connections as it may have.',
    isAttempt: false,
  },
  too_many_users: {
    returnCodes: ['unavailable'],
    meaning: 'There is no room for another account.',
    isAttempt: false,
  },
  too_many_vehicles: {
    returnCodes: ['unavailable'],
    meaning: 'There is no room for all vehicles of the account.',
    isAttempt: false,
  },
  connection_ended: {
    returnCodes: ['unavailable'],
    meaning: 'The connection ended during the login.',
    isAttempt: false,
  },
  no_token: { returnCodes: ['badCredentials'], meaning: 'The password is empty.' },
  token_invalid: {
    returnCodes: ['badCredentials'],
    meaning: 'The password is no token, or its signature or claims are wrong.',
  },
  token_expired: { returnCodes: ['badCredentials'], meaning: 'The token has expired.' },
  token_revoked: {
    returnCodes: ['badCredentials', 'notAuthorized'],
    meaning:
      'The token was revoked, or issued to an earlier device with this key; 5 if the user has logged out.',
  },
  too_many_lookups: {
    returnCodes: ['badCredentials'],
    meaning: 'Too many unknown devices tried to log in during this second.',
  },
  unknown_device: {
    returnCodes: ['notAuthorized'],
    meaning: 'The device is not registered, or in no vehicle.',
  },
  unknown_user: { returnCodes: ['notAuthorized'], meaning: 'The user of the token does not exist.' },
  account_changed: {
    returnCodes: ['notAuthorized'],
    meaning: "The user's role now differs from the token's.",
  },
  client_certificate: {
    returnCodes: ['notAuthorized'],
    meaning: 'The common name of the client certificate is not the client id.',
  },
} as const satisfies Record<string, ReasonOfRefusal>

export type LoginRefusalReason = keyof typeof REFUSAL_REASONS

/** Whether a refusal counts as an attempt with a wrong token. */
export function isAttempt(reason: LoginRefusalReason): boolean {
  return !('isAttempt' in REFUSAL_REASONS[reason])
}
