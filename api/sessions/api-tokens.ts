import { randomUUID } from 'node:crypto'
import { makeClaims } from '../../contract/claims.ts'
import { formatTime } from '../../contract/time.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { Login } from '../users/queries.ts'

/** A browser gets a new token with its cookie; a script logs in again. */
const LIFETIME_S = 3600

export interface ApiTokens {
  /**
   * @param sid of the login
   * @param atMs a time before the user was looked up, so that whatever ends the user's tokens from then on also ends
   *   this one
   */
  make(
    user: Pick<Login, 'id' | 'role' | 'tokensValidFromS'>,
    sid: string,
    atMs: number,
  ): { token: string; expires_at: string }
}

/** Issues the tokens that the API itself accepts. */
export function createApiTokens(jwt: Jwt): ApiTokens {
  return {
    make({ id, role, tokensValidFromS }, sid, atMs) {
      // Within a second after a logout everywhere, that of the next second: an earlier `iat` would be refused.
      const nowS = Math.max(Math.floor(atMs / 1000), tokensValidFromS)
      const jti = randomUUID()
      const claims = makeClaims({ sub: String(id), role, aud: 'api', jti, sid, nowS, lifetimeS: LIFETIME_S })
      return { token: jwt.sign(claims), expires_at: formatTime(claims.exp * 1_000_000) }
    },
  }
}
