import { reasonToEnd, type Account } from '../../registry/account.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Scopes } from '../../registry/scopes.ts'
import { refuse, refuseFor, type LoginRefusal } from './login-refusal.ts'
import type { Identity } from '../identity.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ROW_ID } from '../../../contract/ids.ts'

export interface UserLogins {
  /**
   * Gives the session its `identity` if the user or service may be connected, and keeps the visible vehicles in memory until the
   * connection is over. Otherwise returns the reason.
   */
  take(session: Session, identity: Identity): Promise<LoginRefusal | undefined>
}

const USER_ID = new RegExp(`^${ROW_ID}$`)

/**
 * Logins of administrators and users, who are in the database, and of services. A connection ends with its user, with the role
 * that the token names, and when the user logs out everywhere. A connection of a service ends with its token.
 */
export function createUserLogins(options: {
  scopes: Scopes
  sessions: Sessions
  registry: Pick<Registry, 'isRevoked'>
  connectionsPerUserMax: number
}): UserLogins {
  const { scopes, sessions, registry, connectionsPerUserMax } = options
  /** by role and subject */
  const connections = new Map<string, number>()

  scopes.onAccountChange((account) => {
    const reasonOf = ({ identity }: Session) =>
      identity?.account === account ? reasonToEnd(account, identity)?.reason : undefined
    sessions.endWhere((it) => reasonOf(it) === 'too_many_vehicles', 'too_many_vehicles')
    sessions.endWhere((it) => reasonOf(it) !== undefined, 'account_changed')
  })

  function count(who: string, change: 1 | -1): void {
    const own = (connections.get(who) ?? 0) + change
    if (own === 0) connections.delete(who)
    else connections.set(who, own)
  }

  return {
    async take(session, identity) {
      const { role, sub } = identity
      const isUser = role !== 'service'
      if (isUser && !USER_ID.test(sub))
        return refuse('unknown_user', 'the sub is not a user id', 'notAuthorized')
      const who = `${isUser ? 'user' : role} ${sub}`
      if ((connections.get(who) ?? 0) >= connectionsPerUserMax) {
        const detail = `the ${isUser ? 'user' : role} has ${connectionsPerUserMax} connections`
        return refuse('too_many_connections', detail, 'unavailable')
      }
      if (session.edge.destroyed) return refuseEnded()
      // Before the account is read, so that many logins at once are counted.
      count(who, 1)
      session.edge.once('close', () => count(who, -1))
      let account: Account | undefined
      try {
        account = await acquire(identity)
      } catch (error) {
        return refuseFor(error)
      }
      // Checked again: the connection may have ended while the database was asked.
      const refusal = session.edge.destroyed ? refuseEnded() : refusalOf(account, identity)
      if (refusal !== undefined) {
        if (account !== undefined) scopes.release(account.scope)
        return refusal
      }
      if (account !== undefined) {
        const { scope } = account
        session.edge.once('close', () => scopes.release(scope))
      }
      identity.account = account
      session.identity = identity
      return undefined
    },
  }

  function refusalOf(account: Account | undefined, identity: Identity): LoginRefusal | undefined {
    const { jti, sid } = identity
    if (registry.isRevoked(jti) || (sid !== undefined && registry.isRevoked(sid)))
      return refuse('token_revoked', 'the token was revoked', 'notAuthorized')
    const end = account && reasonToEnd(account, identity)
    if (end === undefined) return undefined
    const { reason, detail } = end
    return refuse(reason, detail, reason === 'too_many_vehicles' ? 'unavailable' : 'notAuthorized')
  }

  /** `undefined` for a service that sees all vehicles. */
  async function acquire({ role, sub, sid, groups }: Identity): Promise<Account | undefined> {
    if (role !== 'service') return scopes.acquire(Number(sub))
    // An issued token with groups has the id of its service token; without the id it gives access to nothing, see `maySee`.
    return groups === undefined || sid === undefined ? undefined : scopes.acquireService(sid, groups)
  }
}

function refuseEnded(): LoginRefusal {
  return refuse('connection_ended', 'the connection has ended', 'unavailable')
}
