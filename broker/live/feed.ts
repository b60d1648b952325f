import type { Log } from '../../kit/log.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Sql } from '../../sql/connect.ts'
import type { LiveFeedInput } from '../live-link.ts'
import type { StoredRows } from './pending-values.ts'
import { readReports, readStoredStates } from './stored-states.ts'
import { createScopeFeeds, type LiveScopes } from './scope-feeds.ts'
import { VehicleStates } from './vehicle-states.ts'
import type { StateReading } from '../state-reading.ts'

/** Rows that were committed just now. */
export interface LiveRows extends StoredRows {
  /** Writes the position and state values of a row into `into`. */
  readState(row: number, into: StateReading): void
}

/** Rows of a batch, by their number, that were not simply stored. */
export interface LiveResult {
  /** The `nth` of each row; a row that is not in the map has 0. */
  nths: ReadonlyMap<number, number>
  /** Rows that the database refuses. */
  refused: ReadonlyMap<number, unknown>
}

export interface LiveFeed extends LiveFeedInput {
  /** Notes the values of rows that are newer than the known ones. */
  note: (rows: LiveRows, result: LiveResult) => void
  close(): void
}

export interface LiveFeedOptions {
  /** used only while the feed opens */
  sql: Sql
  log: Log
  scopes: LiveScopes
  metrics: Metrics
  intervalMs: number
  /** age from which a value is stale, and after which a device that reports over HTTP is offline */
  staleAfterMs: number
}

/**
 * The live feed: the newest position and state of each vehicle and whether it is online. For each scope with subscribers, a frame
 * with the changed vehicles is sent once in an interval. Without subscribers, values are noted but no frames are built.
 */
export async function openLiveFeed(options: LiveFeedOptions): Promise<LiveFeed> {
  const { sql, log, scopes, intervalMs, staleAfterMs } = options
  const states = new VehicleStates({ staleAfterMs })
  const feeds = createScopeFeeds({ states, scopes, metrics: options.metrics, log, intervalMs })
  const reading: StateReading = {
    lat: undefined,
    lon: undefined,
    speed: undefined,
    heading: undefined,
    ignition: undefined,
    status: undefined,
  }

  function noteRow(rows: LiveRows, row: number, nth: number, nowMs: number): void {
    const vehicleId = rows.vehicleIdOf(row)
    const timeUs = rows.timeUsOf(row)
    if (!states.isNewer(vehicleId, timeUs, nth, rows.fieldsOf(row))) return
    rows.readState(row, reading)
    states.mark(states.put(vehicleId, timeUs, nth, reading, nowMs), nowMs)
  }

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
      // if the answer to a commit was lost, its readings are sent again, and no listener has seen them yet.
      for (let row = rows.count - 1; row >= 0; row--) {
        if (!refused.has(row)) noteRow(rows, row, nths.get(row) ?? 0, nowMs)
      }
    },
    open: (subscribers) => feeds.open(subscribers),
    joined: (scope) => feeds.joined(scope),
    left: (scope) => feeds.left(scope),
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
    close: () => feeds.close(),
  }
}
