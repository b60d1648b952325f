import type { AedesOptions, Client, PublishPacket } from 'aedes'
import { parseVehicleTopic } from '../../../contract/topics.ts'
import type { Delivery } from '../../accept.ts'
import type { CommandDispatcher } from '../../commands-link.ts'
import {
  mayPublish,
  mayReceive,
  maySubscribe,
  reasonToDeny,
  type DenyReason,
  type Publication,
} from './authorize.ts'
import { createClientLogLimit } from './client-log-limit.ts'
import type { ExactlyOnce } from '../sessions/exactly-once.ts'
import type { Identity } from '../identity.ts'
import type { GateMetrics } from '../metrics.ts'
import type { createOutputLimit } from '../outgoing/output-limit.ts'
import { NO_SUBSCRIPTION } from '../sessions/persistence.ts'
import { isSessionTopic, restoreTopic } from '../wire/publish-topic.ts'
import type { Renew } from '../login/renewal.ts'
import { ConnectionEnd, type Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { StatusOwners } from '../presence/status-owners.ts'
import { withoutEarlier } from './without-earlier.ts'
import { looksLikeTelemetry, TOPIC_LENGTH_SHOWN } from '../telemetry/telemetry-topic.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'

interface PermissionsOptions {
  sessions: Sessions
  owners: StatusOwners
  metrics: GateMetrics
  telemetry: Telemetry
  commands: CommandDispatcher
  outputLimit: ReturnType<typeof createOutputLimit>
  renew: Renew
  exactlyOnce: ExactlyOnce
}

/** aedes' hooks, and whether a subscription is one that the client may have. */
type Hooks = { isGranted: (client: Client, topic: string) => boolean } & Required<
  Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>

/** @limit subscriptions of a connection | further ones are refused */
const SUBSCRIPTIONS_MAX = 100
/** The rest of a taken message that aedes gets; never forwarded. */
const NOTHING = Buffer.alloc(0)

/** A client whose publish ends its connection comes back at once and sends it again: it gets one line of log in this time. */
const DENIAL_LOGGED_EVERY_MS = 5000
/**
 * Clients whose last denial is remembered, about 100 bytes each; beyond it the oldest is forgotten.
 * @limit clients with remembered denied publishes, for the log | the oldest is forgotten
 */
const DENIAL_CLIENTS_MAX = 10_000

/** aedes' hooks for publishing and subscribing. */
export function createPermissions(options: PermissionsOptions): Hooks {
  const { sessions, owners, metrics, telemetry, commands, outputLimit, renew, exactlyOnce } = options
  const denials = createClientLogLimit({ everyMs: DENIAL_LOGGED_EVERY_MS, clientsMax: DENIAL_CLIENTS_MAX })

  /**
   * Sees publishes that the edge did not take: QoS 2, wills and other topics. Telemetry is settled before this calls back, and
   * aedes acknowledges after it. MQTT 3.1.1 has no negative acknowledgement, so an error ends the connection [MQTT-3.3.5-2].
   */
  async function publish(client: Client | null, packet: PublishPacket): Promise<Error | null> {
    const session = client ? sessions.of(client.conn) : undefined
    // A will was not read by the edge.
    if (client?.closed === false) restoreTopic(packet)
    const kind = session?.identity && kindOf(session.identity, packet.topic, client?.closed ?? true)
    if (session === undefined || kind === undefined)
      return deny(session, packet.topic, reasonToDeny(session?.identity, packet.topic))
    // Only a status is worth retaining, and that is published by the broker; anything else would stay in memory forever.
    packet.retain = false
    if (kind === 'session') return renewWith(session, packet)
    // Followers hear of it from the broker, whose word a will on this topic must not take.
    if (kind === 'status') return new ConnectionEnd('devices may not publish the status of a vehicle')
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const isForwarded = kind === 'commands/ack'
    // Readings are forwarded where the outcome is known.
    if (!isForwarded) packet.payload = NOTHING
    const take = (delivery?: Delivery) =>
      isForwarded ? answerWith(session, payload) : store(session, packet, payload, delivery)
    // A last will has no packet identifier: it comes once.
    if (client === null || packet.qos !== 2 || packet.messageId === undefined) return take()
    return exactlyOnce.take({ client, packet, payload, isForwarded }, take)
  }

  async function store(
    session: Session,
    packet: PublishPacket,
    payload: Buffer,
    delivery: Delivery | undefined,
  ): Promise<Error | null> {
    const taken = await new Promise<boolean>((resolve) => {
      const published = { payload, packetId: packet.messageId ?? 0, topic: packet.topic, delivery }
      telemetry.take(session, published, resolve)
    })
    return taken ? null : new ConnectionEnd('the message cannot be stored now', 'not_taken')
  }

  /** Acknowledges any content, so that a malformed answer has no effect; a valid one is stored first. */
  async function answerWith(session: Session, payload: Buffer): Promise<Error | null> {
    const { identity, answered: earlier } = session
    if (identity?.device === undefined) return null
    const { vehicleId, deviceId } = identity.device
    const answered = commands.answer({ vehicleId, deviceId, payload })
    // A malformed answer is settled at once. [MQTT-4.6.0-2]
    session.answered = Promise.all([answered, earlier]).then(() => {})
    await session.answered
    const isTaken = await answered
    return isTaken ? null : new ConnectionEnd('the answer cannot be stored now', 'not_taken')
  }

  /** With QoS 2 a token would be kept until its PUBREL, and could be taken twice. */
  async function renewWith(session: Session, packet: PublishPacket): Promise<Error | null> {
    if (packet.qos === 2) return deny(session, packet.topic, 'session_qos_2')
    const token = Buffer.from(packet.payload)
    packet.payload = NOTHING
    return (await renew(session, token)) ? null : new ConnectionEnd('the new token was refused')
  }

  function deny(session: Session | undefined, topic: string, reason: DenyReason): Error {
    metrics.publishesDenied.inc({ reason })
    const heldBack = session ? denials.allow(session.clientId) : -1
    if (session && heldBack >= 0) {
      const shown = topic.slice(0, TOPIC_LENGTH_SHOWN)
      sessions.logRefusal('publish_denied', session, {
        topic: shown,
        reason,
        ...(heldBack > 0 && { heldBack }),
      })
    }
    return new ConnectionEnd('publishing to this topic is denied')
  }

  function isGranted(client: Client, topic: string): boolean {
    const identity = sessions.of(client.conn)?.identity
    return identity !== undefined && maySubscribe(identity, topic)
  }

  /** Administrators and services see every vehicle. */
  function isOfEarlierVehicle({ account, role }: Identity, topic: string): boolean {
    const parsed = role === 'user' ? parseVehicleTopic(topic) : undefined
    return parsed?.kind === 'status' && account !== undefined && !owners.maySee(account, parsed.vehicle)
  }

  /** A packet without what happened before the beginning of the user's grant; `null` if nothing is left of it. */
  function asSeen<P extends PublishPacket>({ account, role }: Identity, packet: P): P | null {
    if (role !== 'user' || account === undefined || account.seenFromUs.size === 0) return packet
    const parsed = parseVehicleTopic(packet.topic)
    const vehicleId = parsed && account.keys.get(parsed.vehicle)
    const seenFromUs = vehicleId === undefined ? undefined : account.seenFromUs.get(vehicleId)
    if (parsed === undefined || seenFromUs === undefined) return packet
    const payload = withoutEarlier(parsed.kind, packet.payload, { seenFromUs, nowUs: Date.now() * 1000 })
    return payload === undefined ? null : { ...packet, payload }
  }

  return {
    isGranted,

    authorizePublish: (client, packet, done) =>
      void publish(client, packet).then((error) => {
        done(error)
        // Packets behind a new token are taken with the new rights, and acknowledged after it.
        if (client !== null && isSessionTopic(packet.topic)) sessions.of(client.conn)?.edge.release('order')
      }),

    authorizeSubscribe(client, subscription, done) {
      if (subscription === NO_SUBSCRIPTION) return done(null, null)
      const session = sessions.of(client.conn)
      const { topic } = subscription
      if (session?.identity && maySubscribe(session.identity, topic) && hasRoom(client, session, topic)) {
        session.filters ??= new Set()
        session.filters.add(topic)
        return done(null, subscription)
      }
      metrics.subscriptionsDenied.inc()
      const shown = topic.slice(0, TOPIC_LENGTH_SHOWN)
      if (session) sessions.logRefusal('subscription_denied', session, { topic: shown })
      done(null, null)
    },

    authorizeForward(client, packet) {
      const session = sessions.of(client.conn)
      if (!session?.identity || packet.payload.length === 0) return null
      // Devices are sent nothing by aedes: see Outbox.
      if (session.identity.device !== undefined) return null
      if (!mayReceive(session.identity, packet.topic)) return null
      if (isOfEarlierVehicle(session.identity, packet.topic)) return null
      const shown = asSeen(session.identity, packet)
      if (shown === null) return null
      if (outputLimit.mayForward(session.edge, shown.payload.length)) return shown
      metrics.messagesDropped.inc()
      return null
    },
  }
}

/** Telemetry of a device on a wrong topic is taken as well, and refused where it is acknowledged. */
function kindOf(identity: Identity, topic: string, isWill: boolean): Publication | undefined {
  const isMeant = identity.device !== undefined && looksLikeTelemetry(topic)
  return isMeant ? 'telemetry' : mayPublish(identity, topic, isWill)
}

/** aedes notes a subscription some time after it was granted, and brings back those of a session that was kept. */
function hasRoom(client: Client, { filters }: Session, topic: string): boolean {
  // By topic filter; aedes does not declare it.
  const { subscriptions } = client as Client & { subscriptions?: object }
  const all = new Set([...Object.keys(subscriptions ?? {}), ...(filters ?? [])])
  return all.has(topic) || all.size < SUBSCRIPTIONS_MAX
}
