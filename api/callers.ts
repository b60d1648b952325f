import type { Claims } from '../contract/claims.ts'
import type { Sql } from '../sql/connect.ts'
import { findAccess } from './queries/users.ts'

export interface Callers {
  /** A sentence that says why a token with these claims, which are genuine, is good no more; undefined: it is. */
  reasonToRefuse(claims: Claims): Promise<string | undefined>
}

/** What was read of a user is taken to be true for so long. */
const FRESH_MS = 1000
/** Users that are remembered, about 100 bytes each; then all are forgotten. */
const USERS_MAX = 10_000

/**
 * Knows whether the user of a token is still there, still has the role that the token says, and has not logged out
 * everywhere since. Changes count after a second at the latest.
 */
export function createCallers({ sql, now }: { sql: Sql; now: () => number }): Callers {
  const known = new Map<string, { access: ReturnType<typeof findAccess>; atMs: number }>()

  function accessOf(sub: string): ReturnType<typeof findAccess> {
    const nowMs = now()
    const found = known.get(sub)
    if (found && nowMs - found.atMs < FRESH_MS) return found.access
    if (known.size >= USERS_MAX) known.clear()
    const access = /^\d{1,15}$/.test(sub) ? findAccess(sql, Number(sub)) : Promise.resolve(undefined)
    known.set(sub, { access, atMs: nowMs })
    access.catch(() => known.delete(sub))
    return access
  }

  return {
    async reasonToRefuse({ sub, role, iat, sid }) {
      if (role !== 'admin' && role !== 'user') return undefined
      const access = await accessOf(sub)
      if (access === undefined) return 'the user of this token is not there any more'
      if (access.role !== role) return `the user has the role ${access.role} now: log in again`
      if (sid !== undefined && access.endedLogins.includes(sid)) return 'this login has ended: log in again'
      return iat < access.tokensValidFromS ? 'the user has logged out: log in again' : undefined
    },
  }
}
