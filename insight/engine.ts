import { messageOf } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { Sql } from '../sql/connect.ts'
import { takeChanges } from './changes.ts'
import { DirtyVehicles } from './dirty.ts'
import type { EventNews } from './event-rows.ts'
import { advanceAll, divide, writeLive, type Known, type Live, type SettingsOf } from './live-vehicles.ts'
import { STEP_ROWS } from './replay.ts'
import { createReplays, isRefusedValue } from './replays.ts'
import type { SettingsSource } from './settings/settings.ts'
import type { InSnapshot } from './sole-session.ts'
import { addSnapshots } from './stored-states.ts'

/**
 * Rows of the change feed in one tick.
 * @limit batches whose readings are analysed in one transaction | later ones wait for the next
 */
const CHANGES_MAX = 5000
/** Default of ALERT_AGE_MAX_S. */
const LATE_AFTER_MS = 900_000
export interface EngineOptions {
  /** Everything happens in these transactions, one after the other. */
  inSnapshot: InSnapshot
  log: Log
  settings: SettingsSource
  /** Called in the transaction in which events were written. */
  onEvents?: (tx: Sql, news: readonly EventNews[]) => Promise<void>
  /** An event that is found longer after its time is marked as late. */
  lateAfterMs?: number
  nowMs?: () => number
  /** readings that are computed again in one transaction */
  stepRows?: number | undefined
}

export interface Tick {
  /** rows of the feed that were used */
  rows: number
  readings: number
  vehicles: number
  /** age of the oldest row that was used, ms */
  lagMs: number
  /** whether rows of the feed may be left */
  isComplete: boolean
}

export interface Engine {
  readonly dirty: DirtyVehicles
  readonly vehicles: number
  /** Forgets everything, and reads what is left from before. To be called first, and after a lost connection. */
  start(): Promise<void>
  /** Uses the rows of the feed: the results of vehicles with newer readings, and notes of those with changes in the past. */
  tick(): Promise<Tick>
  /** Computes vehicles with changes in the past again, for `budgetMs`, and at least one. Returns the number of readings. */
  replayDirty(budgetMs: number): Promise<number>
}

export function createEngine(options: EngineOptions): Engine {
  const { inSnapshot, log, settings, nowMs = Date.now, lateAfterMs = LATE_AFTER_MS } = options
  const { onEvents = () => Promise.resolve(), stepRows = STEP_ROWS } = options
  const dirty = new DirtyVehicles()
  const known = new Map<number, Known>()

  /** If the database refuses a value, it is unknown of which vehicle: they are then computed one by one. */
  function tick(): Promise<Tick> {
    return analyse().catch((error: unknown) => {
      if (!isRefusedValue(error)) throw error
      log.error({ event: 'results_refused', err: error }, `results could not be written: ${messageOf(error)}`)
      return noteAll()
    })
  }

  async function noteAll(): Promise<Tick> {
    const { result, apply } = await inSnapshot(async (tx) => {
      const { changes, rows, lagMs, isComplete, remove } = await takeChanges(tx, CHANGES_MAX)
      settings.forget(changes)
      const applyDirty = await dirty.add(tx, changes, nowMs())
      await remove()
      return { result: { rows, lagMs, isComplete, readings: 0, vehicles: 0 }, apply: applyDirty }
    })
    apply()
    return result
  }

  async function analyse(): Promise<Tick> {
    const { result, apply } = await inSnapshot(async (tx) => {
      const taken = await takeChanges(tx, CHANGES_MAX)
      settings.forget(taken.changes)
      const { live: all, late } = await divide(tx, taken.changes, known, (id) => dirty.isHeldBack(id))
      const settingsOf = await loadSettings(tx, all)
      const advanced = await advanceAll(tx, all, settingsOf, nowMs())
      const { live, failures, readings } = advanced
      const written = await writeLive(tx, live, settingsOf, nowMs() - lateAfterMs)
      await onEvents(tx, written.news)
      await addSnapshots(tx, advanced.snapshots)
      const applyDirty = await dirty.add(tx, [...late, ...advanced.late], nowMs())
      await taken.remove()
      const { rows, lagMs, isComplete } = taken
      return {
        result: { rows, lagMs, isComplete, readings, vehicles: live.length },
        apply: () => {
          applyDirty()
          for (const [vehicleId, it] of written.known) known.set(vehicleId, it)
          for (const { vehicleId, error } of failures) {
            known.delete(vehicleId)
            reportFailure(vehicleId, error)
          }
        },
      }
    })
    apply()
    return result
  }

  function loadSettings(tx: Sql, live: readonly Live[]): Promise<SettingsOf> {
    const fromUs = live.reduce((least, it) => Math.min(least, it.before.timeUs), nowMs() * 1000)
    const ids = live.map((it) => it.vehicleId)
    return settings.load(tx, ids, Math.max(fromUs / 1000, 0))
  }

  function reportFailure(vehicleId: number, err: unknown): void {
    log.error(
      { event: 'insight_failed', vehicleId, err },
      `a vehicle could not be analysed: ${messageOf(err)}`,
    )
  }

  const context = { inSnapshot, settings, onEvents, dirty, known, reportFailure }
  const replayDirty = createReplays({ ...context, nowMs, lateAfterMs, stepRows })

  return {
    dirty,
    get vehicles() {
      return known.size
    },
    async start() {
      known.clear()
      settings.forgetAll()
      await inSnapshot((tx) => dirty.load(tx))
    },
    tick,
    replayDirty,
  }
}
