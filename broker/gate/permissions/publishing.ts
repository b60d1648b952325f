import type { Client, PublishPacket } from 'aedes'
import type { Delivery } from '../../accept.ts'
import type { CommandDispatcher } from '../../commands-link.ts'
import type { Identity } from '../identity.ts'
import type { Renew } from '../login/renewal.ts'
import type { GateMetrics } from '../metrics.ts'
import type { ExactlyOnce } from '../sessions/exactly-once.ts'
import { ConnectionEnd, type Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { looksLikeTelemetry, TOPIC_LENGTH_SHOWN } from '../telemetry/telemetry-topic.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { restoreTopic } from '../wire/publish-topic.ts'
import { mayPublish, reasonToDeny, type DenyReason, type Publication } from './authorize.ts'
import { createClientLogLimit } from './client-log-limit.ts'

/**
 * Takes publishes that the edge did not take: QoS 2, wills and other topics. Resolves with `null` when aedes may acknowledge the
 * packet, after telemetry is settled. MQTT 3.1.1 has no negative acknowledgement, so an error ends the connection
 * [MQTT-3.3.5-2].
 */
export type TakePublish = (client: Client | null, packet: PublishPacket) => Promise<Error | null>

export interface PublishingOptions {
  sessions: Sessions
  metrics: GateMetrics
  telemetry: Telemetry
  commands: CommandDispatcher
  renew: Renew
  exactlyOnce: ExactlyOnce
}

/** The rest of a taken message that aedes gets; never forwarded. */
const NOTHING = Buffer.alloc(0)

/** A client whose publish ends its connection often sends it again immediately: only one line is logged in this time. */
const DENIAL_LOGGED_EVERY_MS = 5000
/**
 * Clients whose last denial is remembered, about 100 bytes each; beyond it the oldest is forgotten.
 * @limit clients with remembered denied publishes, for the log | the oldest is forgotten
 */
const DENIAL_CLIENTS_MAX = 10_000

export function createPublishing(options: PublishingOptions): TakePublish {
  const { sessions, telemetry, commands, renew, exactlyOnce } = options
  const deny = createDenial(options)

  return async (client, packet) => {
    const session = client ? sessions.of(client.conn) : undefined
    // A will was not read by the edge.
    if (client?.closed === false) restoreTopic(packet)
    const kind = session?.identity && kindOf(session.identity, packet.topic, client?.closed ?? true)
    if (session === undefined || kind === undefined)
      return deny(session, packet.topic, reasonToDeny(session?.identity, packet.topic))
    // Only a status is worth retaining, and the broker publishes it; anything else would stay in memory forever.
    packet.retain = false
    if (kind === 'session') return renewWith(session, packet)
    // The broker publishes the status. A will on this topic must not contradict the broker.
    if (kind === 'status') return new ConnectionEnd('devices may not publish the status of a vehicle')
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const isForwarded = kind === 'commands/ack'
    // Readings are forwarded where the outcome is known.
    if (!isForwarded) packet.payload = NOTHING
    const take = (delivery?: Delivery) =>
      isForwarded ? answerWith(session, payload) : store(session, packet, payload, delivery)
    // A last will has no packet identifier: it is sent once.
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
    // A malformed answer is settled immediately. [MQTT-4.6.0-2]
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
}

/** Counts and logs a denied publish. Returns the error that ends the connection. */
function createDenial({ sessions, metrics }: PublishingOptions) {
  const denials = createClientLogLimit({ everyMs: DENIAL_LOGGED_EVERY_MS, clientsMax: DENIAL_CLIENTS_MAX })

  return (session: Session | undefined, topic: string, reason: DenyReason): Error => {
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
}

/** Telemetry of a device on a wrong topic is taken as well, and refused where it is acknowledged. */
function kindOf(identity: Identity, topic: string, isWill: boolean): Publication | undefined {
  const isMeant = identity.device !== undefined && looksLikeTelemetry(topic)
  return isMeant ? 'telemetry' : mayPublish(identity, topic, isWill)
}
