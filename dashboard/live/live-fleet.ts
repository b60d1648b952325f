import type { ReadonlySignal } from '@preact/signals'
import { createFeedConnection, type FeedConnection, type FeedConnectionOptions } from './feed-connection.ts'
import { createFeedStatus } from './feed-status.ts'
import { createFrameMerge, type FrameMergeOptions } from './frame-merge.ts'
import type { LiveStatus } from './live-status.ts'
import { createRetries } from './retries.ts'

export interface LiveFleetOptions
  extends FrameMergeOptions, Pick<FeedConnectionOptions, 'url' | 'getToken'> {}

export interface LiveFleet extends Pick<FeedConnection, 'follow'> {
  status: ReadonlySignal<LiveStatus>
  /** Gets a new snapshot soon. */
  refresh: () => void
  /** Connects now instead of after the wait, because the network is back. */
  retryNow: () => void
  setHidden: (isHidden: boolean) => void
  close: () => void
}

const CHECK_INTERVAL_MS = 1000

/** Keeps the table up to date until it is closed: connects, merges frames, detects silence and reconnects. */
export function createLiveFleet(options: LiveFleetOptions): LiveFleet {
  const { getToken, now, random } = options
  const feed = createFeedStatus(now)
  const merge = createFrameMerge(options)
  const retries = createRetries(random, () => void connect())
  let isBusy = false
  let isClosed = false
  let hasPicture = false
  const connection = createFeedConnection({
    ...options,
    isIdle: () => !isClosed && !isBusy,
    onFrame(payload) {
      feed.noteFrame()
      merge.take(payload)
    },
    onLost(reason) {
      // Otherwise `connect` notices it.
      if (isBusy) merge.stop()
      else void giveUp(reason)
    },
  })

  async function connect(): Promise<void> {
    if (isBusy || isClosed) return
    isBusy = true
    retries.cancel()
    let reason: string | undefined
    try {
      const token = await getToken()
      await connection.open(token)
      await merge.sync()
      if (!connection.isOpen()) throw new Error('the connection was lost')
      hasPicture = true
      feed.begin()
      connection.planRenewal(token)
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
    }
    isBusy = false
    if (isClosed) close()
    else if (reason !== undefined) await giveUp(reason)
  }

  async function giveUp(reason: string): Promise<void> {
    endConnection()
    const { attempt, waitMs } = retries.plan(feed.end())
    feed.retry(attempt, waitMs, reason)
    if (hasPicture) return
    // Old positions are better than none. If this fails, the next attempt loads them again.
    await merge.sync().then(
      () => (hasPicture = true),
      () => {},
    )
  }

  function endConnection(): void {
    merge.stop()
    connection.close()
  }

  function close(): void {
    isClosed = true
    clearInterval(checking)
    retries.cancel()
    endConnection()
  }

  const checking = setInterval(() => feed.check(() => void giveUp('the feed is silent')), CHECK_INTERVAL_MS)
  void connect()
  return {
    status: feed.status,
    follow: connection.follow,
    refresh: () => merge.refresh(),
    retryNow() {
      if (feed.status.value.state === 'reconnecting') void connect()
    },
    setHidden: (isHidden) => merge.setHidden(isHidden),
    close,
  }
}
