import type { Sql } from '../sql/connect.ts'
import type { Dirty } from './dirty.ts'
import { readReadings, type StoredReading } from './readings.ts'
import type { VehicleSettings } from './settings/settings.ts'
import { isKept } from './snapshots.ts'
import { isStoredState, readBase, readSnapshotTimes, type Snapshot } from './stored-states.ts'
import { addOpen, addReading, NO_HEAD, noResults, type Head, type VehicleResults } from './vehicle.ts'

/** Readings that are read at once. */
const PAGE_ROWS = 10_000
/**
 * Readings of one transaction. A longer replay goes on in another one, and live vehicles have their turn in between.
 * @limit readings that are computed again in one transaction | the rest is computed in the next
 */
export const STEP_ROWS = 1_000_000

/** More than the readings of an instant, which stay in one page (`READINGS_OF_INSTANT_MAX` of ingest). */
const INSTANT_ROWS = 1001

export interface Replay {
  vehicleId: number
  /** time of the state from which it went on; results that became final later are replaced */
  afterUs: number
  /** time of the stored snapshot that it reached; `Infinity` if it went on to the newest reading */
  untilUs: number
  /** no bucket that is replaced begins earlier */
  lowestMs: number
  results: VehicleResults
  snapshots: Snapshot[]
  /** with which it was computed */
  settings: VehicleSettings
  /** the new head; `undefined` if the one before is still right, or the replay goes on */
  head: Head | undefined
  /** from where it goes on, microseconds since 1970; `undefined` if it is complete */
  restFromUs: number | undefined
  /** readings that were read */
  readings: number
}

export interface ReplayOptions {
  sql: Sql
  dirty: Pick<Dirty, 'vehicleId' | 'fromUs' | 'toUs'>
  /** time of the newest reading in the results so far, microseconds since 1970; later ones have a change of their own */
  newestUs: number
  /** settings for readings from a time on, milliseconds since 1970 */
  settingsFrom: (fromMs: number) => Promise<VehicleSettings>
  nowMs: number
  /** default: `STEP_ROWS` */
  stepRows?: number
  /** whether to go on to the newest reading in any case */
  isWhole?: boolean
}

/**
 * Computes the results of a vehicle again, from the newest state before a changed reading until the state equals a stored one
 * behind the last changed reading. Everything later is right then, because it depends on that state alone.
 */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { sql, dirty, newestUs, settingsFrom, nowMs, stepRows = STEP_ROWS, isWhole = false } = options
  const { vehicleId } = dirty
  // Readings before the first one are gone by retention, and their results stay.
  const firstUs = await readFirstUs(sql, vehicleId)
  const stored = await readBase(sql, vehicleId, Math.max(dirty.fromUs, firstUs))
  const base = stored ?? NO_HEAD
  const settings = await settingsFrom(Math.max(base.timeUs / 1000, 0))
  const candidates = new Set(isWhole ? [] : await readSnapshotTimes(sql, vehicleId, dirty.toUs))
  const results = noResults()
  const snapshots: Snapshot[] = []
  const untilUs = Math.max(newestUs, dirty.toUs)
  const afterUs = stored === undefined ? firstUs - 1 : base.timeUs
  const common = { vehicleId, afterUs, lowestMs: lowestOf(base), results, snapshots, settings }
  let head = base
  let readings = 0
  const pageRows = Math.min(PAGE_ROWS, stepRows + INSTANT_ROWS)
  for (;;) {
    const span = { vehicleId, afterUs: head.timeUs, untilUs }
    const page = await readReadings(sql, [span], pageRows)
    const isLast = page.length <= pageRows
    // The readings of one instant must not be divided: the next page begins after an instant.
    const used: StoredReading[] = isLast ? page : page.slice(0, cutOf(page))
    for (const reading of used) {
      if (reading.timeUs !== head.timeUs) {
        if (candidates.has(head.timeUs) && (await isStoredState(sql, { vehicleId, ...head })))
          return { ...common, untilUs: head.timeUs, head: undefined, restFromUs: undefined, readings }
        if (isKept(head.timeUs, reading.timeUs, nowMs)) snapshots.push({ vehicleId, ...head })
      }
      head = addReading(head, reading, settings.at, results)
      readings++
    }
    if (isLast) break
    if (readings >= stepRows) {
      snapshots.push({ vehicleId, ...head })
      return { ...common, untilUs: head.timeUs, head: undefined, restFromUs: head.timeUs + 1, readings }
    }
  }
  addOpen(head, settings.at, results)
  return { ...common, untilUs: Number.POSITIVE_INFINITY, head, restFromUs: undefined, readings }
}

/** Time of the first stored reading; `Infinity` if there is none. */
async function readFirstUs(sql: Sql, vehicleId: number): Promise<number> {
  const [row] = await sql<{ us: number }[]>`
    select (extract(epoch from time) * 1000000)::bigint as us from telemetry
    where vehicle_id = ${vehicleId} order by time limit 1`
  return row?.us ?? Number.POSITIVE_INFINITY
}

/** No bucket that is open in the state, and none later, begins earlier. */
export function lowestOf({ timeUs, state }: Head): number {
  const open = state.buckets[0]?.startMs
  return open ?? (Number.isFinite(timeUs) ? Math.floor(timeUs / 300_000_000) * 300_000 : 0)
}

/** How many rows come before the instant of the last one. */
function cutOf(page: readonly { timeUs: number }[]): number {
  const last = page.at(-1)?.timeUs
  const index = page.findIndex(({ timeUs }) => timeUs === last)
  return index === 0 ? page.length : index
}
