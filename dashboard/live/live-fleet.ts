import type { ReadonlySignal } from '@preact/signals'
import { backoffMs } from './backoff.ts'
import { createFeedStatus } from './feed-status.ts'
import { FollowedTopics } from './followed-topics.ts'
import { createFrameMerge, type FrameMergeOptions } from './frame-merge.ts'
import type { LiveStatus } from './live-status.ts'
import type { MqttConnection } from './mqtt-connection.ts'
import { openFeed, type LiveToken } from './open-feed.ts'
import { createTokenRenewal } from './token-renewal.ts'

export interface LiveFleetOptions extends FrameMergeOptions {
  /** URL of the broker's WebSocket; `undefined` if this page cannot use one */
  url: string | undefined
  /** Waits for a login when there has to be one. */
  getToken: () => Promise<LiveToken>
}

export interface LiveFleet {
  status: ReadonlySignal<LiveStatus>
  follow: (topic: string, onMessage: (payload: Uint8Array) => void) => () => void
  /** Gets a new snapshot soon. */
  refresh: () => void
  /** Connects now instead of at the end of the wait: the network came back. */
  retryNow: () => void
  setHidden: (isHidden: boolean) => void
  close: () => void
}

/** A connection that lived so long was a good one: the next wait is a short one again. */
const GOOD_CONNECTION_MS = 10_000
const CHECK_INTERVAL_MS = 1000

/** Keeps the table up to date as long as it is not closed: connects, merges, notices silence, and comes back. */
export function createLiveFleet(options: LiveFleetOptions): LiveFleet {
  const { url, getToken, now, random } = options
  const feed = createFeedStatus(now)
  const followed = new FollowedTopics()
  const merge = createFrameMerge(options)
  let connection: MqttConnection | undefined
  let attempts = 0
  let isBusy = false
  let isClosed = false
  let hasPicture = false
  let retrying: ReturnType<typeof setTimeout> | undefined

  const open = (token: LiveToken) =>
    openFeed({ url, followed, isCurrent: (it) => it === connection, onFrame, onLost }, token)
  const renewal = createTokenRenewal({
    getToken,
    open,
    current: () => connection,
    isIdle: () => !isClosed && !isBusy,
    replace: (made) => (connection = made),
  })

  async function connect(): Promise<void> {
    if (isBusy || isClosed) return
    isBusy = true
    clearTimeout(retrying)
    let reason: string | undefined
    try {
      const token = await getToken()
      connection = await open(token)
      await merge.sync()
      if (connection === undefined) throw new Error('the connection was lost')
      hasPicture = true
      feed.begin()
      renewal.plan(token)
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
    isBusy = false
    if (isClosed) close()
    else if (reason !== undefined) await giveUp(reason)
  }

  function onFrame(payload: Uint8Array): void {
    feed.noteFrame()
    merge.take(payload)
  }

  function onLost(reason: string): void {
    connection = undefined
    // Otherwise `connect` notices it.
    if (isBusy) merge.stop()
    else void giveUp(reason)
  }

  async function giveUp(reason: string): Promise<void> {
    endConnection()
    if (feed.end() >= GOOD_CONNECTION_MS) attempts = 0
    attempts++
    const waitMs = backoffMs(attempts, random())
    feed.retry(attempts, waitMs, reason)
    retrying = setTimeout(() => void connect(), waitMs)
    if (hasPicture) return
    // Old positions are better than none; if this fails, the next attempt loads them again.
    await merge.sync().then(
      () => (hasPicture = true),
      () => {},
    )
  }

  function endConnection(): void {
    renewal.cancel()
    merge.stop()
    connection?.close()
    connection = undefined
  }

  function close(): void {
    isClosed = true
    clearInterval(checking)
    clearTimeout(retrying)
    endConnection()
  }

  const checking = setInterval(() => feed.check(() => void giveUp('the feed is silent')), CHECK_INTERVAL_MS)
  void connect()
  return {
    status: feed.status,
    follow: (topic, onMessage) => follow(followed, () => connection, topic, onMessage),
    refresh: () => merge.refresh(),
    retryNow() {
      if (feed.status.value.state === 'reconnecting') void connect()
    },
    setHidden: (isHidden) => merge.setHidden(isHidden),
    close,
  }
}

function follow(
  followed: FollowedTopics,
  connection: () => MqttConnection | undefined,
  topic: string,
  onMessage: (payload: Uint8Array) => void,
): () => void {
  // The same function may follow twice.
  const own = (payload: Uint8Array) => onMessage(payload)
  if (followed.add(topic, own)) void connection()?.subscribe(topic)
  return () => {
    if (followed.remove(topic, own)) connection()?.unsubscribe(topic)
  }
}
