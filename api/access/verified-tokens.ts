import type { Jwt } from '../../kit/jwt.ts'
import { checkTimes } from '../../kit/token-times.ts'

/**
 * Tokens whose payload is kept, of 4 KiB at most; then all are forgotten.
 * @limit verified API tokens in memory | all are forgotten
 */
const TOKENS_MAX = 1000

/**
 * Verifies the signature of a token once: a page or a script sends the same one with each request, and to verify it again is
 * a tenth of the work for a short reply. Its times are checked each time. Payloads are shared; nobody may change them.
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
