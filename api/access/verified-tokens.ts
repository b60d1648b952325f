import type { Jwt } from '../../kit/jwt.ts'
import { checkTimes } from '../../kit/token-times.ts'

/**
 * Tokens whose payload is cached, of 4 KiB at most; beyond it all are forgotten.
 * @limit verified API tokens in memory | all are forgotten
 */
const TOKENS_MAX = 1000

/**
 * Verifies the signature of a token once. A page or a script sends the same token with each request, and verifying it
 * again is a tenth of the work for a short reply. Its times are checked each time. Payloads are shared and must not be
 * changed.
 */
export function keepVerified(jwt: Jwt, now: () => number): Jwt {
  const kept = new Map<string, unknown>()
  return {
    ...jwt,
    verify(token) {
      const known = kept.get(token)
      if (known !== undefined) {
        checkTimes(known, Math.floor(now() / 1000))
        return known
      }
      const payload = jwt.verify(token)
      if (kept.size >= TOKENS_MAX) kept.clear()
      kept.set(token, payload)
      return payload
    },
  }
}
