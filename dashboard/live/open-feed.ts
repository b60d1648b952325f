import type { FollowedTopics } from './followed-topics.ts'
import { connectMqtt, type MqttConnection } from './mqtt-connection.ts'

export interface LiveToken {
  token: string
  clientIdPrefix: string
  /** of the feed: `all`, or the id of the user */
  scope: string
  lifetimeMs: number
}

export interface FeedOptions {
  /** URL of the broker's WebSocket; `undefined` if this page cannot use one */
  url: string | undefined
  followed: FollowedTopics
  /** whether a connection is the one in use, not one being replaced */
  isCurrent: (connection: MqttConnection) => boolean
  onFrame: (payload: Uint8Array) => void
  /** called when the connection in use is lost */
  onLost: (reason: string) => void
}

/** Connects, and subscribes to the feed and to all followed topics. Throws the reason if one of them fails. */
export async function openFeed(
  { url, followed, isCurrent, onFrame, onLost }: FeedOptions,
  { token, clientIdPrefix, scope }: LiveToken,
): Promise<MqttConnection> {
  if (url === undefined)
    throw new Error('the broker has no address for an encrypted page, set MQTT_PUBLIC_URL')
  const feed = `live/${scope}`
  const clientId = `${clientIdPrefix}${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`
  let lost: string | undefined
  const made: MqttConnection = await connectMqtt({
    url,
    clientId,
    token,
    onMessage(topic, payload) {
      if (topic === feed) onFrame(payload)
      else if (isCurrent(made)) followed.hand(topic, payload)
    },
    onClose(reason) {
      lost = reason
      if (isCurrent(made)) onLost(reason)
    },
  })
  const topics = followed.topics
  const [refusal] = await Promise.all([feed, ...topics].map((topic) => made.subscribe(topic)))
  // Subscribes to topics that were followed meanwhile.
  for (const topic of followed.topics) if (!topics.includes(topic)) void made.subscribe(topic)
  if (lost !== undefined || refusal !== undefined) {
    made.close()
    throw new Error(lost ?? refusal)
  }
  return made
}
