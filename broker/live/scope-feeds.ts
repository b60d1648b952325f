import { randomInt } from 'node:crypto'
import { SCOPE_ALL } from '../../contract/topics.ts'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { LiveFeedInput, LiveSubscribers } from '../live-link.ts'
import { FrameWriter } from './frame-writer.ts'
import { createLiveMetrics } from './metrics.ts'
import { ScopeFeed, type Membership } from './scope-feed.ts'
import type { VehicleStates } from './vehicle-states.ts'

/** The visible vehicles of each scope; the gate decides which clients may subscribe to a scope. */
export interface LiveScopes {
  /** The vehicles of a user or service that is connected. */
  vehiclesOf(scope: string): Membership
  /** Called with a scope whose vehicles, or their names, have changed. */
  onScopeChange(listener: (scope: string) => void): void
  onVehiclesGone(listener: (vehicleIds: readonly number[]) => void): void
}

/** A feed for each scope with subscribers, and the clock by which all of them send their frames. */
export interface ScopeFeeds extends Pick<LiveFeedInput, 'open' | 'joined' | 'left'> {
  close(): void
}

interface ScopeFeedsOptions {
  states: VehicleStates
  scopes: LiveScopes
  metrics: Metrics
  log: Log
  intervalMs: number
}

/** A position is in the table about a second after its reading; five times that covers a busy database. */
const CATCH_UP_MS = 5000
/** Lets a page distinguish a quiet fleet from a feed that has stopped. */
const QUIET_MS_MAX = 5000
const NOTHING: Membership = { seenFromUs: () => undefined }

export function createScopeFeeds(options: ScopeFeedsOptions): ScopeFeeds {
  const { states, scopes, log, intervalMs } = options
  const writer = new FrameWriter(states)
  const feeds = new Map<string, ScopeFeed>()
  const logLimit = createLogLimit(1)
  let subscribers: LiveSubscribers | undefined
  let timer: NodeJS.Timeout | undefined
  // Starts anywhere, so that neither a restart nor a scope that comes back repeats an epoch soon.
  let epoch = randomInt(2 ** 32)

  const countOf = (scope: string) =>
    (subscribers?.count(scope, 'binary') ?? 0) + (subscribers?.count(scope, 'json') ?? 0)
  const metrics = createLiveMetrics(options.metrics, {
    listeners: () => [...feeds.keys()].reduce((sum, scope) => sum + countOf(scope), 0),
  })

  function membershipOf(scope: string): Membership {
    // A user who has just been deleted sees nothing, and not every vehicle.
    return scope === SCOPE_ALL ? undefined : (scopes.vehiclesOf(scope) ?? NOTHING)
  }

  function openScope(scope: string, subscribers: LiveSubscribers): ScopeFeed {
    return new ScopeFeed({
      scope,
      states,
      writer,
      subscribers,
      metrics,
      membership: () => membershipOf(scope),
      nextEpoch: () => (epoch = (epoch + 1) >>> 0),
      catchUpMs: Math.max(CATCH_UP_MS, intervalMs + CATCH_UP_MS / 2),
      quietMsMax: QUIET_MS_MAX,
    })
  }

  function tick(): void {
    const nowMs = Date.now()
    states.markDue(nowMs)
    for (const [scope, feed] of feeds) {
      try {
        feed.tick(nowMs)
      } catch (error) {
        // Neither a reading nor another scope may be delayed by it.
        const heldBack = logLimit.allow()
        if (heldBack >= 0)
          log.error({ event: 'live_frame_failed', scope, heldBack, err: error }, 'a frame was not sent')
      }
    }
    states.clearChanged()
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  scopes.onScopeChange((scope) => feeds.get(scope)?.renew())

  return {
    open(listening) {
      subscribers = listening
    },
    joined(scope) {
      if (subscribers === undefined) return
      const feed = feeds.get(scope)
      if (feed === undefined) feeds.set(scope, openScope(scope, subscribers))
      else feed.catchUp()
      if (timer !== undefined) return
      states.skipDue(Date.now())
      states.clearChanged()
      timer = setInterval(tick, intervalMs)
    },
    left(scope) {
      if (countOf(scope) === 0) feeds.delete(scope)
      if (feeds.size === 0) stop()
    },
    close: stop,
  }
}
