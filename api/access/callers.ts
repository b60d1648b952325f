import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { findServiceAccess, noteServiceTokenUse } from '../service-tokens/queries.ts'
import { findAccess } from '../users/queries.ts'
import { ROW_ID } from '../../contract/ids.ts'

const USER_ID = new RegExp(`^${ROW_ID}$`)

export interface Callers {
  /** Why a token with these genuine claims is no longer valid, as a sentence; `undefined` if it still is. */
  reasonToRefuse(claims: Claims): Promise<string | undefined>
  /** Forgets a service token that this process has just revoked. */
  forgetService(jti: string): void
}

/** Time for which data of a user or a service token are used before they are read again. */
const FRESH_MS = 1000
/** Users and service tokens in memory, about 100 bytes each; beyond it all are forgotten. */
const KNOWN_MAX = 10_000

/**
 * Checks that the user of a token still exists, still has the role in the token, and has not logged out everywhere
 * since. Checks that a service token still exists and is not revoked. Changes count after a second at the latest.
 * @param options.accessSql a separate connection for these queries, because all requests wait for them
 */
export function createCallers(options: { sql: Sql; accessSql: Sql; now: () => number }): Callers {
  const { sql, accessSql, now } = options
  const users = createMemory((sub) => findAccess(accessSql, Number(sub)), now)
  const services = createMemory(async (jti) => {
    const access = await findServiceAccess(accessSql, jti)
    // For display only: not awaited. If this write fails, a later request repeats it.
    if (access?.isUseDue && !access.isRevoked) noteServiceTokenUse(sql, jti).catch(() => {})
    return access
  }, now)

  async function reasonToRefuseService(jti: string): Promise<string | undefined> {
    const access = await services.of(jti)
    if (access === undefined) return 'this service token does not exist'
    return access.isRevoked ? 'this service token was revoked' : undefined
  }

  return {
    async reasonToRefuse({ sub, role, iat, sid, jti, scopes }) {
      if (role === 'service' && scopes !== undefined) return reasonToRefuseService(jti)
      if (role !== 'admin' && role !== 'user') return undefined
      const access = USER_ID.test(sub) ? await users.of(sub) : undefined
      if (access === undefined) return 'the user of this token no longer exists'
      if (access.role !== role) return `the user now has the role ${access.role}: log in again`
      if (sid !== undefined && access.endedLogins.includes(sid)) return 'this login has ended: log in again'
      return iat < access.tokensValidFromS ? 'the user has logged out: log in again' : undefined
    },
    forgetService: services.forget,
  }
}

/** Caches the results of `read` by id for `FRESH_MS`. */
function createMemory<T>(read: (id: string) => Promise<T>, now: () => number) {
  const known = new Map<string, { read: Promise<T>; atMs: number }>()
  return {
    of(id: string): Promise<T> {
      const nowMs = now()
      const found = known.get(id)
      if (found && nowMs - found.atMs < FRESH_MS) return found.read
      if (known.size >= KNOWN_MAX) known.clear()
      const entry = { read: read(id), atMs: nowMs }
      known.set(id, entry)
      entry.read.catch(() => known.delete(id))
      return entry.read
    },
    forget: (id: string) => void known.delete(id),
  }
}
