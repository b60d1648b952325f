import { codeOf } from '../kit/errors.ts'
import type { Sql } from '../sql/connect.ts'
import type { Dirty, DirtyVehicles } from './dirty.ts'
import type { EventNews } from './event-rows.ts'
import type { Known } from './live-vehicles.ts'
import { replay } from './replay.ts'
import { deleteResults, writeReplay } from './replay-rows.ts'
import type { SettingsSource } from './settings/settings.ts'
import type { InSnapshot } from './sole-session.ts'
import { DETECTOR_FAILED, openKeyOf } from './vehicle.ts'

/** After a failure a vehicle is left alone for this time, then twice as long, and so on. */
const FAILURE_PAUSE_MS = 10_000
const FAILURE_PAUSE_MAX_MS = 3_600_000

/** Whether the database refused a value, by SQLSTATE: data exceptions, and violations of a check. */
export function isRefusedValue(error: unknown): boolean {
  return /^(22...|23502|23514)$/.test(codeOf(error) ?? '')
}

interface ReplaysOptions {
  inSnapshot: InSnapshot
  settings: SettingsSource
  onEvents: (tx: Sql, news: readonly EventNews[]) => Promise<void>
  dirty: DirtyVehicles
  known: Map<number, Known>
  reportFailure: (vehicleId: number, error: unknown) => void
  nowMs: () => number
  lateAfterMs: number
  stepRows: number
}

/**
 * A function that computes vehicles with changes in the past again, for a time in ms, and at least one. It returns the number of
 * readings.
 */
export function createReplays(options: ReplaysOptions): (budgetMs: number) => Promise<number> {
  const { inSnapshot, settings, onEvents, dirty, known, reportFailure, nowMs, lateAfterMs, stepRows } =
    options

  return async (budgetMs) => {
    const endMs = performance.now() + budgetMs
    let readings = 0
    for (const it of dirty.due(nowMs())) {
      readings += await replayOne(it).catch((error: unknown) => {
        // Everything else concerns all vehicles, such as a database that is away.
        if (codeOf(error) !== DETECTOR_FAILED && !isRefusedValue(error)) throw error
        postpone(it, error)
        return 0
      })
      if (performance.now() >= endMs) break
    }
    return readings
  }

  async function replayOne(it: Dirty): Promise<number> {
    const { vehicleId } = it
    const { apply, readings } = await inSnapshot(async (tx) => {
      const [vehicle] = await tx`select from vehicles where id = ${vehicleId}`
      if (vehicle === undefined) {
        await deleteResults(tx, vehicleId)
        const applyDone = await dirty.done(tx, it, nowMs())
        return { readings: 0, apply: () => (applyDone(), known.delete(vehicleId)) }
      }
      // Without the memory, any reading may have been analysed already.
      const newestUs = known.get(vehicleId)?.head.timeUs ?? Number.POSITIVE_INFINITY
      const settingsFrom = async (fromMs: number) => (await settings.load(tx, [vehicleId], fromMs))(vehicleId)
      const replayed = await replay({ sql: tx, dirty: it, newestUs, settingsFrom, nowMs: nowMs(), stepRows })
      await onEvents(tx, await writeReplay(tx, replayed, nowMs() - lateAfterMs))
      const { restFromUs, head, settings: ofVehicle } = replayed
      const applyDone =
        restFromUs === undefined ? await dirty.done(tx, it, nowMs()) : await dirty.shorten(tx, it, restFromUs)
      return {
        readings: replayed.readings,
        apply: () => {
          applyDone()
          if (head === undefined) return
          known.set(vehicleId, { head, openKey: openKeyOf(head, ofVehicle.at), storedUs: head.timeUs })
        },
      }
    })
    apply()
    return readings
  }

  /** A vehicle that fails is left alone for a time, and the others go on. */
  function postpone(it: Dirty, error: unknown): void {
    it.failures++
    it.notBeforeMs = nowMs() + Math.min(FAILURE_PAUSE_MS * 2 ** (it.failures - 1), FAILURE_PAUSE_MAX_MS)
    known.delete(it.vehicleId)
    reportFailure(it.vehicleId, error)
  }
}
