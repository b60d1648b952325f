import type { AedesOptions, Client } from 'aedes'
import type { createOutputLimit } from '../outgoing/output-limit.ts'
import type { StatusOwners } from '../presence/status-owners.ts'
import { NO_SUBSCRIPTION } from '../sessions/persistence.ts'
import type { Session } from '../sessions/session.ts'
import { TOPIC_LENGTH_SHOWN } from '../telemetry/telemetry-topic.ts'
import { isSessionTopic } from '../wire/publish-topic.ts'
import { mayReceive, maySubscribe } from './authorize.ts'
import { createPublishing, type PublishingOptions } from './publishing.ts'
import { isOfEarlierVehicle, visiblePacket } from './visible-packet.ts'

interface PermissionsOptions extends PublishingOptions {
  owners: StatusOwners
  outputLimit: ReturnType<typeof createOutputLimit>
}

/** aedes' hooks, and whether the client may have a subscription. */
type Hooks = { isGranted: (client: Client, topic: string) => boolean } & Required<
  Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>

/** @limit subscriptions of a connection | further ones are refused */
const SUBSCRIPTIONS_MAX = 100
/** aedes' hooks for publishing and subscribing. */
export function createPermissions(options: PermissionsOptions): Hooks {
  const { sessions, owners, metrics, outputLimit } = options
  const takePublish = createPublishing(options)

  function isGranted(client: Client, topic: string): boolean {
    const identity = sessions.of(client.conn)?.identity
    return identity !== undefined && maySubscribe(identity, topic)
  }

  return {
    isGranted,

    authorizePublish: (client, packet, done) =>
      void takePublish(client, packet).then((error) => {
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
      if (isOfEarlierVehicle(session.identity, packet.topic, owners)) return null
      const shown = visiblePacket(session.identity, packet)
      if (shown === null) return null
      if (outputLimit.mayForward(session.edge, shown.payload.length)) return shown
      metrics.messagesDropped.inc()
      return null
    },
  }
}

/** aedes notes a subscription some time after it was granted, and brings back those of a session that was kept. */
function hasRoom(client: Client, { filters }: Session, topic: string): boolean {
  // By topic filter; aedes does not declare it.
  const { subscriptions } = client as Client & { subscriptions?: object }
  const all = new Set([...Object.keys(subscriptions ?? {}), ...(filters ?? [])])
  return all.has(topic) || all.size < SUBSCRIPTIONS_MAX
}
