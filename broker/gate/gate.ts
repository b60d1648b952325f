import { Aedes, type AedesOptions, type Client } from 'aedes'
import { vehicleTopic } from '../../contract/topics.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Accept } from '../accept.ts'
import type { Registry } from '../registry/registry.ts'
import { createAuthenticate } from './authenticate.ts'
import { listenTcp, listenWebSocket, type Listener, type OnConnection } from './listeners.ts'
import { createLogin } from './login.ts'
import { createGateMetrics } from './metrics.ts'
import { createPermissions } from './permissions.ts'
import { createPersistence } from './persistence.ts'
import { createRenewal } from './renewal.ts'
import type { Session } from './session.ts'
import { createSessions, PACKET_BYTES_MAX } from './sessions.ts'
import { createTelemetrySubscribers } from './telemetry-subscribers.ts'
import { createTelemetry } from './telemetry.ts'

export interface Gate {
  mqttPort: number
  wsPort: number
  /** Takes nothing more, acknowledges what was taken once it is settled, then closes every connection. */
  close(): Promise<void>
}

export interface GateOptions {
  accept: Accept
  registry: Registry
  jwt: Jwt
  log: Log
  metrics: Metrics
  host: string
  mqttPort: number
  wsPort: number
  connectionsMax: number
}

const CONNECT_TIMEOUT_MS = 10_000
/** QoS 2 messages of one connection whose PUBREL has not come; one more ends the connection. */
const UNRELEASED_MAX = 100
/** A connection whose other side reads nothing for this long, with as much unsent as is allowed, is closed. */
const DRAIN_TIMEOUT_MS = 10_000
/** MQTT 3.1 allows 23 characters, a limit that no client keeps to. */
const CLIENT_ID_LENGTH_MAX = 256

/**
 * The MQTT side: listeners, logins, permissions, acknowledgements. The only room that knows aedes.
 * Throws `cannot_listen`.
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { registry, log, connectionsMax, host } = options
  const metrics = createGateMetrics(options.metrics, { connections: () => sessions.size })
  const sessions = createSessions({ log, metrics, connectionsMax })
  const telemetry = createTelemetry({
    accept: options.accept,
    metrics,
    publish,
    isFollowed: () => subscribers.any(),
  })
  const persistence = createPersistence((client, topic) => isGranted(client, topic))
  const authenticate = createAuthenticate(options)
  const { isGranted, ...permissions } = createPermissions({
    sessions,
    metrics,
    telemetry,
    renew: createRenewal({ authenticate, sessions, metrics }),
    // Rejects when there is none.
    wasReceived: (client, packet) => persistence.incomingGetPacket(client, packet).then(Boolean, () => false),
  })
  const login = createLogin({ authenticate, sessions, metrics })

  const aedes = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxClientsIdLength: CLIENT_ID_LENGTH_MAX,
    maxInflightInbound: UNRELEASED_MAX,
    drainTimeout: DRAIN_TIMEOUT_MS,
    // No limit on deliveries that are under way: none of them waits for its reader, see Edge.
    concurrency: 0,
    persistence,
    ...login,
    ...permissions,
  } satisfies AedesOptions)
  const subscribers = createTelemetrySubscribers(aedes)
  aedes.on('clientReady', openEdge)

  function publish(topic: string, payload: Buffer): void {
    aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => {})
  }

  /** From now on the edge takes the device's telemetry; what came before went through `permissions`. */
  function openEdge(client: Client): void {
    const session = sessions.of(client.conn)
    const device = session?.identity?.device
    if (session === undefined) return
    if (device === undefined) return session.edge.open()
    const topic = vehicleTopic(device.vehicleKey, 'telemetry')
    session.edge.open(topic, (payload, settled) => telemetry.take(session, payload, settled))
  }

  const onConnection: OnConnection = (socket, remoteAddress) => {
    const session = sessions.open(socket, remoteAddress)
    if (session !== undefined) aedes.handle(session.edge)
  }

  const onError = (error: Error) =>
    log.error({ event: 'accept_failed', err: error }, 'connection not accepted')

  registry.onDeviceChange((key) => {
    sessions.endWhere(({ identity }) => identity?.device?.deviceKey === key, 'device_changed')
  })
  registry.onPublicKeyChange((key) => {
    const isSignedWithIt = ({ identity }: Session) =>
      identity?.signer === 'device' && identity.device?.deviceKey === key
    sessions.endWhere(isSignedWithIt, 'public_key_changed')
  })
  registry.onRevoke((jti) => sessions.endWhere(({ identity }) => identity?.jti === jti, 'token_revoked'))

  const listeners: Listener[] = []
  async function close(): Promise<void> {
    for (const listener of listeners) listener.close()
    sessions.stopReading()
    await telemetry.close()
    // The acknowledgements of the last batch are written after this turn of the event loop.
    await new Promise(setImmediate)
    await sessions.farewell()
    await new Promise<void>((resolve) => {
      aedes.close(resolve)
    })
  }

  try {
    const tcp = await listenTcp({ host, port: options.mqttPort, onConnection, onError })
    listeners.push(tcp)
    const webSocketOptions = { host, port: options.wsPort, onConnection, onError }
    const webSocket = await listenWebSocket(webSocketOptions, PACKET_BYTES_MAX)
    listeners.push(webSocket)
    return { mqttPort: tcp.port, wsPort: webSocket.port, close }
  } catch (error) {
    await close()
    throw error
  }
}
