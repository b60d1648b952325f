import { Aedes, type AedesOptions, type Client } from 'aedes'
import { vehicleTopic } from '../../contract/topics.ts'
import type { PublishEvent } from '../events-link.ts'
import { createGateParts, type GateParts } from './gate-parts.ts'
import type { GateOptions } from './gate-options.ts'
import { GATE_LIMITS, type GateLimits } from './limits.ts'
import { followCommandSubscribers } from './outgoing/command-subscribers.ts'
import { followLiveSubscribers } from './outgoing/live-subscribers.ts'
import { createNotices, type Notices } from './outgoing/notices.ts'
import { createOutboxes } from './outgoing/outbox.ts'
import { createTelemetrySubscribers } from './outgoing/telemetry-subscribers.ts'
import { followPresence, type VehiclePresence } from './presence/presence.ts'
import { endChangedSessions, followPressure } from './sessions/follow-changes.ts'
import type { Intake } from './telemetry/intake.ts'
import { SessionTelemetry } from './telemetry/telemetry.ts'
import { createThrottle } from './telemetry/throttle.ts'
import { createGateListeners } from './wire/gate-listeners.ts'
import { TOPIC_LEVELS_MAX } from './wire/publish-topic.ts'
import { createTurns } from './wire/turns.ts'

export interface Gate {
  mqttPort: number
  wsPort: number
  /** `undefined` if there is no TLS */
  mqttsPort: number | undefined
  wssPort: number | undefined
  /** for messages that come over HTTP */
  intake: Intake
  publishEvent: PublishEvent
  /** Takes nothing further, acknowledges taken messages once they are settled, then closes every connection. */
  close(): Promise<void>
}

/** Later than `reasonToClose`. aedes would close without a log line, and would close clients that read slowly as well. */
const AEDES_TIMEOUT_MS = 3_600_000
const AEDES_OPTIONS = {
  connectTimeout: AEDES_TIMEOUT_MS,
  // MQTT 3.1 allows 23 characters, a limit that no client observes.
  maxClientsIdLength: 256,
  // aedes' own limit is off: it forgets the messages of earlier connections. See Exchanges.
  maxInflightInbound: 0,
  drainTimeout: AEDES_TIMEOUT_MS,
  maxTopicLevels: TOPIC_LEVELS_MAX,
  // No limit on deliveries under way: they do not wait for their readers, see Edge.
  concurrency: 0,
} satisfies AedesOptions

type Publish = (topic: string, payload: Buffer, as?: { qos?: 0 | 1 }) => void

/**
 * The MQTT side: listeners, logins, permissions, acknowledgements. The only room that knows aedes.
 * Throws `cannot_listen`.
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { registry, pressure, log, secure } = options
  const limits = { ...GATE_LIMITS, ...options.limits }
  const parts = createGateParts(options, limits, {
    publish,
    reportRejected: (...refused) => outgoing.notices.reportRejected(...refused),
    reported: (...report) => outgoing.presence.reported(...report),
    isFollowed: () => subscribers.any(),
  })
  const { sessions, telemetry, intake, persistence, login } = parts
  const { isGranted: _, ...permissions } = parts.permissions

  const aedes = await Aedes.createBroker({ ...AEDES_OPTIONS, persistence, ...login, ...permissions })
  const subscribers = createTelemetrySubscribers(aedes)
  openEdges(aedes, parts, pressure)
  const noteEnd = ({ conn }: Client, error: Error) => sessions.noteEnd(conn, error)
  aedes.on('clientError', noteEnd)
  aedes.on('connectionError', noteEnd)
  const outgoing = await openOutgoing(aedes, parts, options, limits, publish)
  releaseSubscriptions(aedes, parts)
  endChangedSessions(registry, sessions)
  followPressure(pressure, sessions)
  const upgradeTimeoutMs = limits.connectTimeoutMs
  const listeners = createGateListeners({ aedes, ...parts, upgradeTimeoutMs, log })

  function publish(topic: string, payload: Buffer, as: { qos?: 0 | 1 } = {}): void {
    aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false, ...as }, () => {})
  }

  const publishEvent: PublishEvent = (vehicle, payload) =>
    publish(vehicleTopic(vehicle, 'events'), payload, { qos: 1 })

  async function close(): Promise<void> {
    listeners.close()
    outgoing.presence.close()
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
    const [mqttPort, wsPort] = await listeners.open(options.host, options.mqttPort, options.wsPort)
    const [mqttsPort, wssPort] = secure
      ? await listeners.open(secure.host, secure.mqttsPort, secure.wssPort, secure.tls)
      : []
    return { mqttPort, wsPort, mqttsPort, wssPort, intake, publishEvent, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Lets the edge of each device that has logged in take its telemetry. */
function openEdges(
  aedes: Aedes,
  { sessions, admission, sockets, rates, telemetry, metrics }: GateParts,
  pressure: GateOptions['pressure'],
): void {
  const turns = createTurns()
  aedes.on('clientReady', (client: Client) => {
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
  })
}

/** Opens the parts that send to clients: commands, notices, statuses and the live feed. */
async function openOutgoing(
  aedes: Aedes,
  { sessions, kept, metrics, persistence, owners }: GateParts,
  options: GateOptions,
  limits: GateLimits,
  publish: Publish,
): Promise<{ notices: Notices; presence: VehiclePresence }> {
  const { commands, live, presence: store, scopes, staleAfterMs, log } = options
  const outboxes = createOutboxes((edge) => kept.unconfirmedOf(edge))
  followCommandSubscribers({ aedes, sessions, outboxes, dispatcher: commands })
  const publishQos1 = (topic: string, payload: Buffer) => publish(topic, payload, { qos: 1 })
  const notices = createNotices({ aedes, sessions, outboxes, metrics, publish: publishQos1 })
  // Stored here: aedes forwards a retained message later, and drops it for subscribers that got another message meanwhile.
  const publishRetained = (topic: string, payload: Buffer) => {
    void persistence.storeRetained({ cmd: 'publish', topic, payload, qos: 0, retain: true, dup: false })
    publish(topic, payload)
  }
  options.onRefusedLate((...late) => notices.reportLate(...late))
  const parts = { aedes, sessions, store, live, scopes, owners, publishRetained, staleAfterMs, log }
  const presence = await followPresence(parts)
  const turnBytesMax = limits.outputTurnBytesMax
  followLiveSubscribers({ aedes, sessions, feed: live, metrics, turnBytesMax })
  return { notices, presence }
}

/** Continues reading a connection once its subscription is decided. */
function releaseSubscriptions(aedes: Aedes, { sessions }: GateParts): void {
  aedes.on('subscribe', (_subscriptions, client) => sessions.of(client.conn)?.edge.release('order'))
  aedes.on('unsubscribe', (filters, client) => {
    sessions.of(client.conn)?.edge.release('order')
    for (const filter of filters) sessions.of(client.conn)?.filters?.delete(filter)
  })
}
