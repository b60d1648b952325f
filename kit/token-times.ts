import { FleetwireError } from './errors.ts'

/**
 * How far the clocks of whoever signs, whoever verifies and the database may be apart. A token counts from 60 s before
 * its `nbf` and `iat` until 60 s after its `exp`, everywhere alike: a connection ends at `exp` + 60 s, because a device
 * that were thrown out earlier could log in again with the same token, and would be thrown out again.
 * @limit how far clocks may be apart | a token is not yet or no longer valid
 */
export const CLOCK_TOLERANCE_S = 60

/** 9999-12-31: a later time is no time, and a Date could not hold all of them. */
const TIME_MAX_S = 253_402_300_799

/** A payload whose `exp`, and `iat` and `nbf` where it has them, are whole seconds that allow it now. */
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
