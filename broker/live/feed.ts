import { randomInt } from 'node:crypto'
import { SCOPE_ALL } from '../../contract/topics.ts'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Sql } from '../../sql/connect.ts'
import type { LiveSubscribers, LiveFeedInput } from '../live-link.ts'
import { FrameWriter } from './frame-writer.ts'
import { createLiveMetrics } from './metrics.ts'
import type { StoredRows } from './newest.ts'
import { readReports, readStoredStates } from './stored-states.ts'
import { ScopeFeed, type Membership } from './scope-feed.ts'
import { VehicleStates } from './vehicle-states.ts'
import type { StateReading } from '../state-reading.ts'

/** Rows that were committed just now. */
export interface LiveRows extends StoredRows {
  /** Writes the position and state values of a row into `into`. */
  readState(row: number, into: StateReading): void
}

/** Rows of a batch, by their number, that were not simply stored. */
export interface LiveResult {
  /** The `nth` of each row; a row that is not in it has 0. */
  nths: ReadonlyMap<number, number>
  /** The database does not take them. */
  refused: ReadonlyMap<number, unknown>
}

/** The visible vehicles of each scope; the gate decides which clients may subscribe to a scope. */
export interface LiveScopes {
  /** The vehicles of a user or service that is connected. */
  vehiclesOf(scope: string): Membership
  /** Called with a scope whose vehicles, or their names, have changed. */
  onScopeChange(listener: (scope: string) => void): void
  onVehiclesGone(listener: (vehicleIds: readonly number[]) => void): void
}

export interface LiveFeed extends LiveFeedInput {
  /** Notes the values of rows that are newer than the known ones. */
  note: (rows: LiveRows, result: LiveResult) => void
  close(): void
}

export interface LiveFeedOptions {
  /** only while it opens */
  sql: Sql
  log: Log
  scopes: LiveScopes
  metrics: Metrics
  intervalMs: number
  /** age from which a value is stale, and after which a device that reports over HTTP is offline */
  staleAfterMs: number
}

/** A position is in the table about a second after its reading; five times that covers a database that has much to do. */
const CATCH_UP_MS = 5000
/** Lets a page distinguish a quiet fleet from a feed that has stopped. */
const QUIET_MS_MAX = 5000
const NOTHING: Membership = { seenFromUs: () => undefined }

/**
 * The live feed: of each vehicle the newest position and state and whether it is online, and once in an interval a frame with
 * those that changed, for each scope with subscribers. Without subscribers, values are noted but no frames are built.
 */
export async function openLiveFeed(options: LiveFeedOptions): Promise<LiveFeed> {
  const { sql, log, scopes, intervalMs, staleAfterMs } = options
  const logLimit = createLogLimit(1)
  const states = new VehicleStates({ staleAfterMs })
  const writer = new FrameWriter(states)
  const feeds = new Map<string, ScopeFeed>()
  const reading: StateReading = {
    lat: undefined,
    lon: undefined,
    speed: undefined,
    heading: undefined,
    ignition: undefined,
    status: undefined,
  }
  let subscribers: LiveSubscribers | undefined
  let timer: NodeJS.Timeout | undefined
  // Counted on from anywhere, so that neither a restart nor a scope that comes back repeats one soon.
  let epoch = randomInt(2 ** 32)

  const metrics = createLiveMetrics(options.metrics, {
    listeners: () => {
      const count = (scope: string) =>
        (subscribers?.count(scope, 'binary') ?? 0) + (subscribers?.count(scope, 'json') ?? 0)
      return [...feeds.keys()].reduce((sum, scope) => sum + count(scope), 0)
    },
  })

  function membershipOf(scope: string): Membership {
    // Of a user that has just been deleted: nothing, and not all.
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

  function noteRow(rows: LiveRows, row: number, nth: number, nowMs: number): void {
    const vehicleId = rows.vehicleIdOf(row)
    const timeUs = rows.timeUsOf(row)
    if (!states.isNewer(vehicleId, timeUs, nth, rows.fieldsOf(row))) return
    rows.readState(row, reading)
    states.mark(states.put(vehicleId, timeUs, nth, reading, nowMs), nowMs)
  }

  function tick(): void {
    const nowMs = Date.now()
    states.markDue(nowMs)
    for (const [scope, feed] of feeds) {
      try {
        feed.tick(nowMs)
      } catch (error) {
        // No reading is to be held up by it, and no other scope.
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
  scopes.onVehiclesGone((ids) => {
    for (const id of ids) states.forget(id)
  })
  const openedMs = Date.now()
  for await (const { vehicleId, timeUs, nth, reading } of readStoredStates(sql))
    states.put(vehicleId, timeUs, nth, reading, openedMs)
  for (const { vehicleId, seenMs } of await readReports(sql, staleAfterMs))
    states.setReported(vehicleId, seenMs, openedMs)

  return {
    note(rows, { nths, refused }) {
      const nowMs = Date.now()
      // From the last row back: the readings of a message are in order, so only the last one is newer. Duplicates count as well:
      // if the answer to a commit was lost, its readings are sent again, and no listener has had them yet.
      for (let row = rows.count - 1; row >= 0; row--) {
        if (!refused.has(row)) noteRow(rows, row, nths.get(row) ?? 0, nowMs)
      }
    },
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
      const isHeard = (['binary', 'json'] as const).some((it) => (subscribers?.count(scope, it) ?? 0) > 0)
      if (!isHeard) feeds.delete(scope)
      if (feeds.size === 0) stop()
    },
    online(vehicleId, isOnline) {
      states.setConnected(vehicleId, isOnline)
      states.markVehicle(vehicleId, Date.now())
    },
    reported(vehicleId, reportedMs) {
      const nowMs = Date.now()
      const wasOnline = states.isOnline(vehicleId, nowMs)
      states.setReported(vehicleId, reportedMs, nowMs)
      if (!wasOnline) states.markVehicle(vehicleId, nowMs)
    },
    close: stop,
  }
}
