import { createSecretKey } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { FleetwireError } from './errors.ts'

export interface Jwt {
  /** Signs claims as they are; they bring their own `iat` and `exp`. */
  sign(claims: object): string
  /**
   * Returns the payload of a token that was signed with our key and has not expired; what it claims is for the caller
   * to check. Throws `token_expired` or `token_invalid`; the message never repeats the token.
   */
  verify(token: string): unknown
}

/** A token longer than this is refused unread: our own are under 500 bytes, a device-signed one under 2 KiB. */
const TOKEN_BYTES_MAX = 4096

/** HS256 tokens. A KeyObject verifies in 9 us where the same secret as a string takes 330 us. */
export function createJwt(secret: string): Jwt {
  const key = createSecretKey(Buffer.from(secret, 'utf8'))

  return {
    sign: (claims) => jwt.sign(claims, key, { algorithm: 'HS256' }),

    verify(token) {
      if (token.length > TOKEN_BYTES_MAX) {
        throw new FleetwireError('token_invalid', `the token is longer than ${TOKEN_BYTES_MAX} bytes`)
      }
      try {
        return jwt.verify(token, key, { algorithms: ['HS256'] })
      } catch (error) {
        if (error instanceof jwt.TokenExpiredError) {
          throw new FleetwireError('token_expired', `the token expired at ${error.expiredAt.toISOString()}`)
        }
        // Other errors come from parsing what is in the token, and quote it.
        const message = error instanceof jwt.JsonWebTokenError ? error.message : 'the token is malformed'
        throw new FleetwireError('token_invalid', message)
      }
    },
  }
}
