export type TokenState = 'valid' | 'expired' | 'revoked'

interface Token {
  expires_at: string
  revoked_at: string | null
}

/** Whether a device can log in with its token. */
export function tokenState({ expires_at, revoked_at }: Token, nowMs: number): TokenState {
  if (revoked_at !== null) return 'revoked'
  return Date.parse(expires_at) <= nowMs ? 'expired' : 'valid'
}
