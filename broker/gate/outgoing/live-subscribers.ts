import type { Aedes } from 'aedes'
import { liveTopic, parseLiveTopic } from '../../../contract/topics.ts'
import type { LiveSubscribers, LiveFeedInput } from '../../live-link.ts'
import { mayReceive } from '../permissions/authorize.ts'
import type { GateMetrics } from '../metrics.ts'
import { NO_PACKET_ID, PUBLISH_QOS_0, publishPacket } from './publish-packet.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'

/** The return code of a subscription that was not granted [MQTT-3.9.3-2]; aedes lists such subscriptions as well. */
const DENIED: number = 128

/**
 * Connections that are subscribed to a live feed. Frames do not pass through aedes: a frame becomes one PUBLISH, and all
 * subscribers get the same bytes. aedes would make two packets and four writes for each subscriber.
 */
export function followLiveSubscribers(options: {
  aedes: Aedes
  sessions: Sessions
  feed: LiveFeedInput
  metrics: GateMetrics
  /** Bytes that one subscriber gets at once; further bytes are dropped, which the gap in the frames' numbers reveals. */
  turnBytesMax: number
}): void {
  const { aedes, sessions, feed, metrics, turnBytesMax } = options
  /** by topic */
  const sessionsByTopic = new Map<string, Set<Session>>()
  /** by session: the topics that it is subscribed to */
  const topics = new Map<Session, Set<string>>()

  function join(session: Session, topic: string): void {
    const scope = parseLiveTopic(topic)?.scope
    if (scope === undefined || session.edge.destroyed) return
    let own = topics.get(session)
    if (own === undefined) {
      topics.set(session, (own = new Set()))
      session.edge.once('close', () => {
        for (const topic of topics.get(session) ?? []) leave(session, topic)
        topics.delete(session)
      })
    }
    own.add(topic)
    sessionsByTopic.set(topic, (sessionsByTopic.get(topic) ?? new Set()).add(session))
    feed.joined(scope)
  }

  function leave(session: Session, topic: string): void {
    const others = sessionsByTopic.get(topic)
    const scope = parseLiveTopic(topic)?.scope
    if (scope === undefined || !others?.delete(session)) return
    topics.get(session)?.delete(topic)
    if (others.size === 0) sessionsByTopic.delete(topic)
    feed.left(scope)
  }

  function give({ edge, identity }: Session, topic: string, packets: readonly Buffer[]): void {
    // A connection that has lost its rights, or has not read the previous frames yet, gets nothing.
    const isReady = identity !== undefined && mayReceive(identity, topic) && !edge.isSlow && edge.writable
    let bytes = 0
    for (const packet of packets) {
      bytes += packet.length
      if (isReady && bytes <= turnBytesMax) edge.write(packet)
      else metrics.messagesDropped.inc()
    }
  }

  const subscribers: LiveSubscribers = {
    count: (scope, format) => sessionsByTopic.get(liveTopic(scope, format))?.size ?? 0,
    send(scope, format, messages) {
      const topic = liveTopic(scope, format)
      const listening = sessionsByTopic.get(topic)
      if (listening === undefined) return
      const name = Buffer.from(topic)
      const packets = messages.map((it) => publishPacket(PUBLISH_QOS_0, name, NO_PACKET_ID, it))
      for (const session of listening) give(session, topic, packets)
    },
  }

  feed.open(subscribers)
  // After its SUBACK was written.
  aedes.on('subscribe', (subscriptions, client) => {
    const session = sessions.of(client.conn)
    if (session === undefined) return
    for (const { topic, qos } of subscriptions) if (qos !== DENIED) join(session, topic)
  })
  aedes.on('unsubscribe', (filters, client) => {
    const session = sessions.of(client.conn)
    if (session === undefined) return
    for (const topic of filters) leave(session, topic)
  })
}
