import { FleetwireError } from './errors.ts'

/**
 * How far the clocks of signer, verifier and database may be apart. Everywhere a token is valid from 60 s before its `nbf` and
 * `iat` until 60 s after its `exp`. A connection ends at `exp` + 60 s: a device that was disconnected earlier could log in again
 * with the same token, and would be disconnected again.
 * @limit how far clocks may be apart | a token is not yet or no longer valid
 */
export const CLOCK_TOLERANCE_S = 60

/** 9999-12-31: later times are refused, because a Date could not hold all of them. */
const TIME_MAX_S = 253_402_300_799

/** A payload that is valid now by its `exp`, and by `iat` and `nbf` if it has them; all are whole seconds. */
export interface Timed {
  exp: number
  iat?: number
  nbf?: number
}

/**
 * Checks the times of a payload at `nowS` (seconds since 1970).
 * @throws FleetwireError `token_expired`, `token_invalid`
 */
export function checkTimes(payload: unknown, nowS: number): asserts payload is Timed {
  if (typeof payload !== 'object' || payload === null) throw invalid('the token has no claims')
  const { exp, iat, nbf } = payload as Record<string, unknown>
  if (exp === undefined) throw invalid('the token has no exp')
  if (!isTime(exp)) throw invalid("the token's exp is not a time in whole seconds")
  for (const [name, value] of Object.entries({ iat, nbf })) {
    if (value === undefined) continue
    if (!isTime(value)) throw invalid(`the token's ${name} is not a time in whole seconds`)
    if (value > nowS + CLOCK_TOLERANCE_S) throw invalid(`the token's ${name} is in the future`)
  }
  if (nowS >= exp + CLOCK_TOLERANCE_S) {
    const at = new Date(exp * 1000).toISOString()
    throw new FleetwireError('token_expired', `the token expired at ${at}`)
  }
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= TIME_MAX_S
}

function invalid(message: string): FleetwireError {
  return new FleetwireError('token_invalid', message)
}
