import type { Client } from 'aedes'
import type { Duplex } from 'node:stream'
import type { LastLogin } from '../../presence-link.ts'
import { Exchanges, type ExchangeRoom } from './exchanges.ts'
import { UnconfirmedIds } from './unconfirmed-ids.ts'

/**
 * Sessions of devices that connect with clean session 0: they outlive their connections. A session ends when its device logs
 * in at another broker, which this broker learns at the device's next login here. A CONNACK reports session present
 * exactly if a session exists here, "even if the rest of the session state is empty" (MQTT 3.1.1, section 3.1.2.4). aedes'
 * persistence keeps subscriptions of these sessions only.
 */
export interface KeptSessions {
  /** Continues, begins or ends a session for a connection that has logged in, before aedes reads the session. */
  open(client: Client, deviceId: number, last: LastLogin): void
  /** Whether the session of this client id existed before its last CONNECT. */
  isResumed(clientId: string): boolean
  /** The QoS 2 messages of this connection's session. */
  exchangesOf(client: Client): Exchanges
  /** The packet identifiers of messages that were sent to this connection's session. */
  unconfirmedOf(connection: Duplex): UnconfirmedIds
  /** sessions of devices that are not connected */
  readonly away: number
}

interface KeptSession {
  deviceId: number
  exchanges: Exchanges
  unconfirmed: UnconfirmedIds
  connection: Duplex
  isResumed: boolean
  /** milliseconds since 1970; of a session without a connection */
  awaySinceMs: number
}

/**
 * Maximum of unreleased messages in all sessions together, some 200 MB. See `Exchanges` for the share of one session.
 * @limit QoS 2 messages without PUBREL of all sessions; a session gets 1 % of the free places | sessions that are
 * away are forgotten, or a connection is closed
 */
const UNRELEASED_MAX = 1_000_000
/** Beyond this part of the room, sessions of devices that are away are forgotten. */
const FULL = 3 / 4

/**
 * @param options.awayMax sessions without a connection; beyond that the session that is away for longest is forgotten
 * @param options.awayMaxMs the time after which a session without a connection is forgotten
 * @param options.forget removes all other data of a session
 */
export function createKeptSessions(options: {
  awayMax: number
  awayMaxMs: number
  forget: (clientId: string) => void
  unreleasedMax?: number
}): KeptSessions {
  const { awayMax, awayMaxMs, forget, unreleasedMax = UNRELEASED_MAX } = options
  const room: ExchangeRoom = { max: unreleasedMax, used: 0 }
  const connected = new Map<string, KeptSession>()
  /** the session that is away for longest is the first */
  const away = new Map<string, KeptSession>()
  /** by connection: a connection that is being taken over keeps its own */
  const exchanges = new WeakMap<Duplex, Exchanges>()
  const unconfirmed = new WeakMap<Duplex, UnconfirmedIds>()

  function open(client: Client, deviceId: number, last: LastLogin): void {
    // Called at the login, not when aedes reads the session: until the replaced connection ends, both connections
    // share the session.
    const { id, clean, conn } = client
    forgetExpired()
    const before = connected.get(id) ?? away.get(id)
    away.delete(id)
    connected.delete(id)
    // A device may have been deleted, and another one created under its key. [MQTT-3.1.2-6]
    const isResumed = !clean && before?.deviceId === deviceId && last !== 'elsewhere'
    if (!isResumed) before?.exchanges.end()
    if (clean) return
    const session: KeptSession = isResumed
      ? before
      : {
          deviceId,
          exchanges: new Exchanges(room),
          unconfirmed: new UnconfirmedIds(),
          connection: conn,
          isResumed,
          awaySinceMs: 0,
        }
    Object.assign(session, { connection: conn, isResumed })
    connected.set(id, session)
    exchanges.set(conn, session.exchanges)
    unconfirmed.set(conn, session.unconfirmed)
    conn.once('close', () => leave(id, session, conn))
  }

  function leave(id: string, session: KeptSession, connection: Duplex): void {
    if (connected.get(id) !== session || session.connection !== connection) return
    connected.delete(id)
    session.awaySinceMs = Date.now()
    away.set(id, session)
    forgetExpired()
  }

  function forgetExpired(): void {
    const sinceMinMs = Date.now() - awayMaxMs
    for (const [id, session] of away) {
      const isFull = away.size > awayMax || room.used > room.max * FULL
      if (!isFull && session.awaySinceMs > sinceMinMs) return
      away.delete(id)
      session.exchanges.end()
      forget(id)
    }
  }

  return {
    open,
    isResumed: (clientId) => connected.get(clientId)?.isResumed ?? false,
    exchangesOf({ conn }) {
      const known = exchanges.get(conn)
      if (known !== undefined) return known
      const made = new Exchanges(room)
      exchanges.set(conn, made)
      if (conn.closed) made.end()
      else conn.once('close', () => made.end())
      return made
    },
    unconfirmedOf: (connection) => unconfirmed.get(connection) ?? new UnconfirmedIds(),
    get away() {
      return away.size
    },
  }
}
