import type { Duplex } from 'node:stream'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import { vehicleTopic } from '../../contract/topics.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Tls } from '../../kit/tls.ts'
import type { Accept, OnRefusedLate, Pressure, Receipts } from '../accept.ts'
import type { CommandDesk } from '../commands-link.ts'
import type { LiveDesk } from '../live-link.ts'
import type { LoginBook, PresenceBook, ReportBook } from '../presence-link.ts'
import type { Registry } from '../registry/registry.ts'
import type { Scopes } from '../registry/scopes.ts'
import type { TokenUses } from '../registry/token-uses.ts'
import { createAdmission } from './admission.ts'
import { createAuthenticate } from './authenticate.ts'
import { createBadLogins } from './bad-logins.ts'
import { followCommandSubscribers } from './command-subscribers.ts'
import { createDeviceRates } from './device-rates.ts'
import { createExactlyOnce } from './exactly-once.ts'
import { countHolds } from './hold.ts'
import { createIntake, type Intake } from './intake.ts'
import { createKeptSessions } from './kept-sessions.ts'
import { GATE_LIMITS, type GateLimits } from './limits.ts'
import { listenTcp, listenWebSocket, type Door, type Listener, type OnConnection } from './listeners.ts'
import { followLiveListeners } from './live-listeners.ts'
import { createLogin } from './login.ts'
import { createGateMetrics } from './metrics.ts'
import { createNotices } from './notices.ts'
import { createOutboxes } from './outbox.ts'
import { createOutputLimit } from './output-limit.ts'
import { createPermissions } from './permissions.ts'
import { createPersistence } from './persistence.ts'
import { followPresence } from './presence.ts'
import { TOPIC_LEVELS_MAX } from './publish-topic.ts'
import { createRenewal } from './renewal.ts'
import type { Session } from './session.ts'
import { createSessions, PACKET_BYTES_MAX } from './sessions.ts'
import { createStatusOwners } from './status-owners.ts'
import { createTakeovers } from './takeovers.ts'
import { createTelemetrySubscribers } from './telemetry-subscribers.ts'
import { createTelemetry, SessionTelemetry } from './telemetry.ts'
import { createThrottle } from './throttle.ts'
import { tellUses } from './token-use.ts'
import { createTurns } from './turns.ts'
import { createUserLogins } from './user-logins.ts'

export interface Gate {
  mqttPort: number
  wsPort: number
  /** undefined without TLS */
  mqttsPort: number | undefined
  wssPort: number | undefined
  /** for messages that come over HTTP */
  intake: Intake
  /** Takes nothing more, acknowledges what was taken once it is settled, then closes every connection. */
  close(): Promise<void>
}

export interface GateOptions {
  accept: Accept
  pressure: Pressure
  receipts: Receipts
  /** sets the one that hears of readings that are refused after their message was acknowledged */
  onRefusedLate: (listener: OnRefusedLate) => void
  commands: CommandDesk
  presence: PresenceBook
  logins: LoginBook
  reports: ReportBook
  live: LiveDesk
  registry: Registry
  scopes: Scopes
  tokenUses: Pick<TokenUses, 'note'>
  jwt: Jwt
  log: Log
  metrics: Metrics
  /** of the listeners without TLS */
  host: string
  mqttPort: number
  wsPort: number
  secure?: { tls: Tls; host: string; mqttsPort: number; wssPort: number } | undefined
  connectionsMax: number
  /** from one address; 0: no limit */
  connectionsPerAddressMax: number
  /** of one device; 0: no limit */
  deviceReadingsPerS: number
  deviceBytesPerS: number
  /** time without a report over HTTP after which a device is offline */
  staleAfterMs: number
  limits?: Partial<GateLimits>
}

/** Devices whose rates are remembered, for each connection that may be: those that are away keep their debt. */
const RATES_PER_CONNECTION = 2
/** Kept sessions of devices that are away, for each allowed connection; beyond that the oldest is forgotten. */
const AWAY_PER_CONNECTION = 2
/** Later than `reasonToClose`: aedes would close without a log line, and also clients that read slowly but do read. */
const AEDES_TIMEOUT_MS = 3_600_000
/** MQTT 3.1 allows 23 characters, a limit that no client keeps to. */
const CLIENT_ID_LENGTH_MAX = 256

/**
 * The MQTT side: listeners, logins, permissions, acknowledgements. The only room that knows aedes.
 * Throws `cannot_listen`.
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { registry, log, connectionsMax, host, pressure, logins, receipts } = options
  const limits = { ...GATE_LIMITS, ...options.limits }
  const metrics = createGateMetrics(options.metrics, {
    connections: () => sessions.size,
    away: () => kept.away,
    held: () => countHolds([...sessions.all()].map(({ edge }) => edge)),
  })
  const sessions = createSessions({ log, metrics, limits })
  const admission = createAdmission({
    connectionsMax,
    perAddressMax: options.connectionsPerAddressMax,
    close: (socket, remoteAddress) => sessions.refuse(socket, remoteAddress, 'too_many_connections'),
  })
  /** of each connection, which is over TCP, TLS or WebSocket */
  const sockets = new WeakMap<Duplex, Duplex>()
  const rates = createDeviceRates({
    readingsPerS: options.deviceReadingsPerS,
    bytesPerS: options.deviceBytesPerS,
    devicesMax: connectionsMax * RATES_PER_CONNECTION,
  })
  const turns = createTurns()
  const telemetry = createTelemetry({
    accept: options.accept,
    metrics,
    tellRejected: (...refused) => notices.tell(...refused),
    confirm: (device) => registry.confirm(device),
    moves: () => registry.moves,
    publish,
    isFollowed: () => subscribers.any(),
  })
  const kept = createKeptSessions({
    awayMax: connectionsMax * AWAY_PER_CONNECTION,
    awayMaxMs: limits.sessionAwayMaxMs,
    forget: (id) => void persistence.cleanSubscriptions({ id }),
  })
  const exactlyOnce = createExactlyOnce(kept)
  const deviceIdOf = ({ conn }: Client) => sessions.of(conn)?.identity?.device?.deviceId ?? 0
  const persistence = createPersistence({
    isGranted: (client, topic) => isGranted(client, topic),
    sessions: kept,
    isDone: (packet) => exactlyOnce.isDone(packet),
    released: (client, packetId) => receipts.release(deviceIdOf(client), packetId),
    cleaned: (client) => receipts.forget(deviceIdOf(client)),
  })
  const authenticate = tellUses(createAuthenticate(options), options.tokenUses)
  const owners = createStatusOwners()
  const { isGranted, ...permissions } = createPermissions({
    sessions,
    owners,
    metrics,
    telemetry,
    commands: options.commands,
    outputLimit: createOutputLimit(limits.outputTurnBytesMax),
    renew: createRenewal({ authenticate, sessions, metrics }),
    exactlyOnce,
  })
  const users = createUserLogins({ scopes: options.scopes, sessions, registry, ...limits })
  const badLogins = createBadLogins()
  const takeovers = createTakeovers({ sessions, metrics })
  const login = createLogin({
    authenticate,
    sessions,
    metrics,
    limits,
    badLogins,
    users,
    kept,
    logins,
    receipts,
    takeovers,
  })

  const aedes = await Aedes.createBroker({
    connectTimeout: AEDES_TIMEOUT_MS,
    maxClientsIdLength: CLIENT_ID_LENGTH_MAX,
    // aedes' own limit is off: it counts for each connection, and forgets the messages of the connection before. See Exchanges.
    maxInflightInbound: 0,
    drainTimeout: AEDES_TIMEOUT_MS,
    maxTopicLevels: TOPIC_LEVELS_MAX,
    // No limit on deliveries that are under way: none of them waits for its reader, see Edge.
    concurrency: 0,
    persistence,
    ...login,
    ...permissions,
  } satisfies AedesOptions)
  const subscribers = createTelemetrySubscribers(aedes)
  aedes.on('clientReady', openEdge)
  const noteEnd = ({ conn }: Client, error: Error) => sessions.noteEnd(conn, error)
  aedes.on('clientError', noteEnd)
  aedes.on('connectionError', noteEnd)
  const outboxes = createOutboxes((edge) => kept.unconfirmedOf(edge))
  followCommandSubscribers({ aedes, sessions, outboxes, desk: options.commands })
  const publishQos1 = (topic: string, payload: Buffer) => publish(topic, payload, { qos: 1 })
  const notices = createNotices({ aedes, sessions, outboxes, metrics, publish: publishQos1 })
  // Stored here: aedes forwards a retained message later, and drops it for subscribers that got another message meanwhile.
  const publishRetained = (topic: string, payload: Buffer) => {
    void persistence.storeRetained({ cmd: 'publish', topic, payload, qos: 0, retain: true, dup: false })
    publish(topic, payload)
  }
  options.onRefusedLate((...late) => notices.tellLate(...late))
  const { live, presence: book } = options
  const presence = await followPresence({
    aedes,
    sessions,
    book,
    live,
    scopes: options.scopes,
    publishRetained,
    owners,
    staleAfterMs: options.staleAfterMs,
    log,
  })
  const intake = createIntake({
    authenticate,
    registry,
    jwt: options.jwt,
    telemetry,
    pressure,
    rates,
    reports: options.reports,
    live,
    presence,
    metrics,
  })
  const turnBytesMax = limits.outputTurnBytesMax
  followLiveListeners({ aedes, sessions, desk: live, metrics, turnBytesMax })
  aedes.on('subscribe', (_subscriptions, client) => sessions.of(client.conn)?.edge.release('order'))
  aedes.on('unsubscribe', (filters, client) => {
    sessions.of(client.conn)?.edge.release('order')
    for (const filter of filters) sessions.of(client.conn)?.filters?.delete(filter)
  })

  function publish(topic: string, payload: Buffer, as: { qos?: 0 | 1 } = {}): void {
    aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false, ...as }, () => {})
  }

  /** From now on the edge takes the device's telemetry. */
  function openEdge(client: Client): void {
    const session = sessions.of(client.conn)
    const device = session?.identity?.device
    if (session === undefined) return
    admission.settle(sockets.get(session.edge) ?? session.edge)
    if (device === undefined) return session.edge.open()
    const { edge } = session
    if (pressure.isFull) edge.hold('pressure')
    const rate = rates.of(device.deviceId, performance.now())
    const throttle = rate && createThrottle({ edge, rate, onHold: () => metrics.devicesThrottled.inc() })
    session.throttle = throttle
    session.turn = turns.of(edge)
    const topic = vehicleTopic(device.vehicleKey, 'telemetry')
    edge.open(topic, new SessionTelemetry(session, telemetry), throttle?.onBytes)
  }

  const onConnection: OnConnection = (stream, remoteAddress, { socket, certificateName }) => {
    const session = sessions.open(stream, remoteAddress, certificateName)
    sockets.set(session.edge, socket)
    aedes.handle(session.edge)
    return {
      isLoggedIn: () => session.identity !== undefined,
      end: (reason) => sessions.end(session, reason),
    }
  }

  const door: Door = {
    admit(socket, remoteAddress) {
      const reason = admission.admit(socket, remoteAddress)
      if (reason !== undefined) sessions.refuse(socket, remoteAddress, reason)
      return reason === undefined
    },
    timeOut: (socket, remoteAddress) => sessions.refuse(socket, remoteAddress, 'connect_timeout'),
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
  registry.onRevoke((id) => {
    sessions.endWhere(({ identity }) => identity?.jti === id || identity?.sid === id, 'token_revoked')
  })

  pressure.onChange(() => {
    for (const { edge, identity } of sessions.all()) {
      // Asked for each: what was kept of the ones before may have made it full again.
      if (!pressure.isFull) edge.release('pressure')
      else if (identity?.device !== undefined) edge.hold('pressure')
    }
  })

  const listeners: Listener[] = []
  async function close(): Promise<void> {
    for (const listener of listeners) listener.close()
    presence.close()
    sessions.stopReading()
    await telemetry.close()
    // The acknowledgements of the last batch are written after this turn of the event loop.
    await new Promise(setImmediate)
    await sessions.farewell()
    await new Promise<void>((resolve) => {
      aedes.close(resolve)
    })
  }

  async function listen(
    host: string,
    mqttPort: number,
    wsPort: number,
    tls?: Tls,
  ): Promise<[number, number]> {
    const tcp = await listenTcp({ host, port: mqttPort, door, onConnection, onError, tls })
    listeners.push(tcp)
    const webSocketOptions = { host, port: wsPort, door, onConnection, onError, tls }
    const webSocket = await listenWebSocket(webSocketOptions, {
      messageBytesMax: PACKET_BYTES_MAX,
      upgradeTimeoutMs: limits.connectTimeoutMs,
    })
    listeners.push(webSocket)
    return [tcp.port, webSocket.port]
  }

  try {
    const { secure } = options
    const [mqttPort, wsPort] = await listen(host, options.mqttPort, options.wsPort)
    const [mqttsPort, wssPort] = secure
      ? await listen(secure.host, secure.mqttsPort, secure.wssPort, secure.tls)
      : []
    return { mqttPort, wsPort, mqttsPort, wssPort, intake, close }
  } catch (error) {
    await close()
    throw error
  }
}
