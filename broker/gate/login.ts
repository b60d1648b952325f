import type { AedesOptions, Client, ConnectPacket } from 'aedes'
import type { Authenticate } from './authenticate.ts'
import type { GateMetrics } from './metrics.ts'
import type { Sessions } from './sessions.ts'

interface LoginOptions {
  authenticate: Authenticate
  sessions: Sessions
  metrics: GateMetrics
}

/** aedes' hooks for a CONNECT. */
export function createLogin({ authenticate, sessions, metrics }: LoginOptions) {
  /** Keepalive is ours: aedes does not see the publishes that the edge takes out, and would drop a busy device. */
  const preConnect: NonNullable<AedesOptions['preConnect']> = (client, packet, done) => {
    const session = sessions.of(client.conn)
    if (session === undefined) return done(new Error('the connection is not known'), false)
    session.connect = packet
    session.clientId = packet.clientId.slice(0, 200)
    session.silenceMaxMs = (packet.keepalive ?? 0) * 1500
    packet.keepalive = 0
    done(null, true)
  }

  async function login(client: Client, password: Buffer | undefined): Promise<Error | undefined> {
    const session = sessions.of(client.conn)
    const result = await authenticate(client.id, password)
    if (session === undefined) return new Error('the connection is not known')
    if ('reason' in result) {
      const { reason, detail, returnCode } = result
      metrics.loginsRefused.inc({ reason })
      sessions.logRefusal('login_refused', session, { reason, detail })
      return Object.assign(new Error(detail), { returnCode })
    }
    session.identity = result
    if (!result.device && session.connect) endWithConnection(client, session.connect)
    // It holds the token, and that holds the bytes it came in.
    session.connect = undefined
    return undefined
  }

  return {
    preConnect,
    authenticate: ((client, _userName, password, done) => {
      void login(client, password).then((error) => done((error as never) ?? null, error === undefined))
    }) satisfies NonNullable<AedesOptions['authenticate']>,
  }
}

/** Only devices have sessions that outlive a connection: what waits for an absent dashboard would have no bound. */
function endWithConnection(client: Client, connect: ConnectPacket): void {
  connect.clean = true
  Object.assign(client, { clean: true })
}
