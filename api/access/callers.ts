import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { findServiceAccess, noteServiceTokenUse } from '../service-tokens/queries.ts'
import { findAccess } from '../users/queries.ts'
import { ROW_ID } from '../../contract/ids.ts'

const USER_ID = new RegExp(`^${ROW_ID}$`)

export interface Callers {
  /** Why a token with these genuine claims is no longer valid, as a sentence; `undefined` if it still is. */
  reasonToRefuse(claims: Claims): Promise<string | undefined>
  /** A service token that this process has just revoked. */
  forgetService(jti: string): void
}

/** How long data of a user or a service token is used before it is read again. */
const FRESH_MS = 1000
/** Users, and service tokens, that are remembered, about 100 bytes each; then all are forgotten. */
const KNOWN_MAX = 10_000

/**
 * Knows whether the user of a token is still there, still has the role that the token says, and has not logged out
 * everywhere since; and whether a service token is still there and not revoked. Changes count after a second at the latest.
 * @param options.accessSql for what is read: over connections of its own, since all requests wait for it
 */
export function createCallers(options: { sql: Sql; accessSql: Sql; now: () => number }): Callers {
  const { sql, accessSql, now } = options
  const users = createMemory((sub) => findAccess(accessSql, Number(sub)), now)
  const services = createMemory(async (jti) => {
    const access = await findServiceAccess(accessSql, jti)
    // For display only: it is not awaited, and if it cannot be written now, a later request writes it.
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

/** Results of `read` by id, of the last `FRESH_MS`. */
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
