import { signal, type ReadonlySignal } from '@preact/signals'
import { backoffMs } from './backoff.ts'
import { FollowedTopics } from './followed-topics.ts'
import { createFrameMerge, type FrameMergeOptions } from './frame-merge.ts'
import type { LiveStatus } from './live-status.ts'
import { connectMqtt, type MqttConnection } from './mqtt-connection.ts'
import { freshnessOf } from './staleness.ts'

export interface LiveToken {
  token: string
  clientIdPrefix: string
  /** of the feed: `all`, or the id of the user */
  scope: string
  lifetimeMs: number
}

export interface LiveFleetOptions extends FrameMergeOptions {
  /** of the broker's WebSocket; undefined: there is none that this page may use */
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
/** Of its lifetime, after which a token is replaced. */
const RENEW_AT = 0.8
const RENEW_RETRY_MS = 30_000

/** Keeps the table up to date as long as it is not closed: connects, merges, notices silence, and comes back. */
export function createLiveFleet(options: LiveFleetOptions): LiveFleet {
  const { url, getToken, now, random } = options
  const status = signal<LiveStatus>({ state: 'connecting' })
  const followed = new FollowedTopics()
  const merge = createFrameMerge(options)
  let connection: MqttConnection | undefined
  let liveSinceMs = Infinity
  let lastFrameMs = 0
  let attempts = 0
  let isBusy = false
  let isClosed = false
  let hasPicture = false
  let retrying: ReturnType<typeof setTimeout> | undefined
  let renewing: ReturnType<typeof setTimeout> | undefined

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
      liveSinceMs = now()
      noteFrame()
      planRenewal(token.lifetimeMs * RENEW_AT)
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
    isBusy = false
    if (isClosed) close()
    else if (reason !== undefined) await giveUp(reason)
  }

  /** A connection with everything subscribed to. */
  async function open({ token, clientIdPrefix, scope }: LiveToken): Promise<MqttConnection> {
    if (url === undefined)
      throw new Error('the broker has no address for an encrypted page: see MQTT_PUBLIC_URL')
    const feed = `live/${scope}`
    const clientId = `${clientIdPrefix}${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`
    let lost: string | undefined
    const made: MqttConnection = await connectMqtt({
      url,
      clientId,
      token,
      onMessage(topic, payload) {
        if (topic === feed) {
          noteFrame()
          merge.take(payload)
        } else if (made === connection) followed.hand(topic, payload)
      },
      onClose(reason) {
        lost = reason
        if (made === connection) onLost(reason)
      },
    })
    const topics = followed.topics
    const [refusal] = await Promise.all([feed, ...topics].map((topic) => made.subscribe(topic)))
    // Since then somebody may have begun to follow something.
    for (const topic of followed.topics) if (!topics.includes(topic)) void made.subscribe(topic)
    if (lost !== undefined || refusal !== undefined) {
      made.close()
      throw new Error(lost ?? refusal)
    }
    return made
  }

  function onLost(reason: string): void {
    connection = undefined
    // Else `connect` notices it.
    if (isBusy) merge.stop()
    else void giveUp(reason)
  }

  async function giveUp(reason: string): Promise<void> {
    connection?.close()
    connection = undefined
    clearTimeout(renewing)
    merge.stop()
    if (now() - liveSinceMs >= GOOD_CONNECTION_MS) attempts = 0
    liveSinceMs = Infinity
    attempts++
    const waitMs = backoffMs(attempts, random())
    status.value = { state: 'reconnecting', attempt: attempts, retryAtMs: now() + waitMs, reason }
    retrying = setTimeout(() => void connect(), waitMs)
    if (hasPicture) return
    // Rather where they were than nothing at all.
    hasPicture = await merge.sync().then(
      () => true,
      () => false,
    )
  }

  function noteFrame(): void {
    lastFrameMs = now()
    // Before that, the picture is not whole.
    if (liveSinceMs !== Infinity) status.value = { state: 'live', lastFrameMs }
  }

  function check(): void {
    if (liveSinceMs === Infinity) return
    const freshness = freshnessOf(now() - lastFrameMs)
    if (freshness === 'dead') void giveUp('the feed is silent')
    else if (freshness !== status.value.state) status.value = { state: freshness, lastFrameMs }
  }

  function planRenewal(inMs: number): void {
    clearTimeout(renewing)
    renewing = setTimeout(() => void renew(), inMs)
  }

  /** The new connection is whole before the old one ends, so that no frame is missed. Doubled frames do no harm. */
  async function renew(): Promise<void> {
    const old = connection
    try {
      const token = await getToken()
      const made = await open(token)
      if (connection !== old || isClosed || isBusy) {
        made.close()
        return
      }
      connection = made
      old?.close()
      planRenewal(token.lifetimeMs * RENEW_AT)
    } catch {
      if (connection === old && !isClosed) planRenewal(RENEW_RETRY_MS)
    }
  }

  function close(): void {
    isClosed = true
    clearInterval(checking)
    clearTimeout(retrying)
    clearTimeout(renewing)
    merge.stop()
    connection?.close()
    connection = undefined
  }

  const checking = setInterval(check, CHECK_INTERVAL_MS)
  void connect()
  return {
    status,
    follow(topic, onMessage) {
      // The same function may follow twice.
      const own = (payload: Uint8Array) => onMessage(payload)
      if (followed.add(topic, own)) void connection?.subscribe(topic)
      return () => {
        if (followed.remove(topic, own)) connection?.unsubscribe(topic)
      }
    },
    refresh: () => merge.refresh(),
    retryNow() {
      if (status.value.state === 'reconnecting') void connect()
    },
    setHidden: (isHidden) => merge.setHidden(isHidden),
    close,
  }
}
