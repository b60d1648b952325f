import { messageOf } from '../../kit/errors.ts'
import { reasonToEnd, type Account } from '../registry/account.ts'
import type { Scopes } from '../registry/scopes.ts'
import { refuse, type Refusal } from './authenticate.ts'
import type { Identity } from './identity.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

export interface UserLogins {
  /**
   * Makes `identity` the session's if its user may be connected, and keeps what the user may see in memory until the
   * connection is over. Returns why not.
   */
  take(session: Session, identity: Identity): Promise<Refusal | undefined>
}

const USER_ID = /^[1-9]\d{0,14}$/

/**
 * Logins of administrators and users, who are in the database. A connection ends with its user, with the role that the token
 * names, and when the user logs out everywhere.
 */
export function createUserLogins(options: {
  scopes: Scopes
  sessions: Sessions
  connectionsPerUserMax: number
}): UserLogins {
  const { scopes, sessions, connectionsPerUserMax } = options
  const connections = new Map<number, number>()

  scopes.onAccountChange((account) => {
    const isOver = ({ identity }: Session) =>
      identity?.account === account && reasonToEnd(account, identity) !== undefined
    sessions.endWhere(isOver, 'account_changed')
  })

  function count(userId: number, change: 1 | -1): void {
    const own = (connections.get(userId) ?? 0) + change
    if (own === 0) connections.delete(userId)
    else connections.set(userId, own)
  }

  return {
    async take(session, identity) {
      if (!USER_ID.test(identity.sub)) return refuse('unknown_user', 'the sub is no user id', 'notAuthorized')
      const userId = Number(identity.sub)
      if ((connections.get(userId) ?? 0) >= connectionsPerUserMax) {
        const detail = `the user has ${connectionsPerUserMax} connections`
        return refuse('too_many_connections', detail, 'unavailable')
      }
      if (session.edge.destroyed) return refuse('unknown_user', 'the connection is over', 'notAuthorized')
      // Before the account is there, so that many at once are counted.
      count(userId, 1)
      session.edge.once('close', () => count(userId, -1))
      let account: Account
      try {
        account = await scopes.acquire(userId)
      } catch (error) {
        return refuse('database_away', messageOf(error), 'unavailable')
      }
      const detail = session.edge.destroyed ? 'the connection is over' : reasonToEnd(account, identity)
      if (detail !== undefined) {
        scopes.release(userId)
        return refuse(account.role === undefined ? 'unknown_user' : 'token_revoked', detail, 'notAuthorized')
      }
      session.edge.once('close', () => scopes.release(userId))
      identity.account = account
      session.identity = identity
      return undefined
    },
  }
}
