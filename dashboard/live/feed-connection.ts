import { FollowedTopics } from './followed-topics.ts'
import type { MqttConnection } from './mqtt-connection.ts'
import { openFeed, type LiveToken } from './open-feed.ts'
import { createTokenRenewal } from './token-renewal.ts'

export interface FeedConnectionOptions {
  /** URL of the broker's WebSocket; `undefined` if this page cannot use one */
  url: string | undefined
  /** Waits for a login if one is needed. */
  getToken: () => Promise<LiveToken>
  /** whether the connection may be replaced by one with a newer token */
  isIdle: () => boolean
  onFrame: (payload: Uint8Array) => void
  /** called when the connection in use is lost */
  onLost: (reason: string) => void
}

export interface FeedConnection {
  /**
   * Opens a connection and subscribes to the feed.
   * @throws Error if there is no connection
   */
  open: (token: LiveToken) => Promise<void>
  isOpen: () => boolean
  /** Replaces the connection before its token expires. */
  planRenewal: (token: LiveToken) => void
  /** Follows a topic now and after a reconnection. Returns a function that stops it. */
  follow: (topic: string, onMessage: (payload: Uint8Array) => void) => () => void
  close: () => void
}

/** The connection to the broker and the topics that are followed on it. */
export function createFeedConnection(options: FeedConnectionOptions): FeedConnection {
  const { url, getToken, isIdle, onFrame } = options
  const followed = new FollowedTopics()
  let connection: MqttConnection | undefined
  const isCurrent = (it: MqttConnection) => it === connection
  const openNext = (token: LiveToken) => openFeed({ url, followed, isCurrent, onFrame, onLost }, token)
  const renewal = createTokenRenewal({
    getToken,
    open: openNext,
    current: () => connection,
    mayReplace: isIdle,
    replace: (opened) => (connection = opened),
  })

  function onLost(reason: string): void {
    connection = undefined
    options.onLost(reason)
  }

  return {
    async open(token) {
      connection = await openNext(token)
    },
    isOpen: () => connection !== undefined,
    planRenewal: renewal.plan,
    follow(topic, onMessage) {
      // A new function: the same one may follow twice.
      const own = (payload: Uint8Array) => onMessage(payload)
      if (followed.add(topic, own)) void connection?.subscribe(topic)
      return () => {
        if (followed.remove(topic, own)) connection?.unsubscribe(topic)
      }
    },
    close() {
      renewal.cancel()
      connection?.close()
      connection = undefined
    },
  }
}
