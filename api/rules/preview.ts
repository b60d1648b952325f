import { advance, openResults } from '../../rules/advance.ts'
import type { RuleEvent } from '../../rules/rule-memory.ts'
import type { TimedReading } from '../../rules/reading.ts'
import type { Settings } from '../../rules/settings.ts'
import { EMPTY_STATE, type VehicleState } from '../../rules/state.ts'
import type { PreviewVehicle, ReadingPlace } from './preview-queries.ts'

/**
 * Readings that one preview judges, in about four seconds of processor time.
 * @limit readings that the preview of a rule judges | it is cut, and says so
 */
export const PREVIEW_READINGS_MAX = 200_000
/** @limit time of the preview of a rule | it is cut, and says so */
export const PREVIEW_MS_MAX = 10_000
/** @limit vehicles of the preview of a rule | it is cut, and says so */
export const PREVIEW_VEHICLES_MAX = 1000
/**
 * Readings judged at a time: other requests wait for them, about 50 ms.
 * @limit readings of a page of a preview | the next ones are another page
 */
const PAGE_MAX = 2000
/**
 * Readings before the time of the preview, from which the state at its beginning is known.
 * @limit time before the preview of a rule that is also read | an earlier beginning is not known
 */
const BEFORE_MS = 3_600_000

/** An event that the rule would have raised. */
export interface PreviewEvent extends RuleEvent {
  vehicle: string
}

export interface Preview {
  events: PreviewEvent[]
  /** that were judged to their last reading */
  vehiclesJudged: number
  readingsJudged: number
  /** why not all readings were judged; `null` if they were */
  cutBy: 'vehicles' | 'readings' | 'time' | null
}

/** The page of readings of a vehicle behind a place. */
export type ReadPage = (
  vehicle: PreviewVehicle,
  page: { fromUs: number; toUs: number; behind: ReadingPlace | undefined; limit: number },
) => Promise<{ readings: TimedReading[]; last: ReadingPlace | undefined }>

/**
 * Judges stored readings by a rule. Events count that begin in the time of the preview.
 * @param options.settingsOf settings of a vehicle, with the rule
 */
export async function previewRule(options: {
  vehicles: readonly PreviewVehicle[]
  /** number of vehicles in scope, of which there may be more than `vehicles` */
  total: number
  /** milliseconds since 1970 */
  fromMs: number
  toMs: number
  settingsOf: (vehicle: PreviewVehicle) => Settings
  readPage: ReadPage
  hasLeft: () => boolean
  /** milliseconds */
  clock?: () => number
  readingsMax?: number
}): Promise<Preview> {
  const { vehicles, total, fromMs, settingsOf, readPage, hasLeft } = options
  const { clock = () => performance.now(), readingsMax = PREVIEW_READINGS_MAX } = options
  const startMs = clock()
  const preview: Preview = { events: [], vehiclesJudged: 0, readingsJudged: 0, cutBy: null }
  for (const vehicle of vehicles) {
    const settings = settingsOf(vehicle)
    const fromUs = Math.max((fromMs - BEFORE_MS) * 1000, vehicle.seenFromUs ?? -Infinity)
    let state: VehicleState = EMPTY_STATE
    const found: RuleEvent[] = []
    let behind: ReadingPlace | undefined
    for (;;) {
      if (hasLeft() || clock() - startMs > PREVIEW_MS_MAX) preview.cutBy = 'time'
      const limit = Math.min(PAGE_MAX, readingsMax - preview.readingsJudged)
      if (limit <= 0) preview.cutBy = 'readings'
      if (preview.cutBy !== null) break
      const page = await readPage(vehicle, { fromUs, toUs: options.toMs * 1000, behind, limit })
      state = judge(state, page.readings, settings, found)
      preview.readingsJudged += page.readings.length
      behind = page.last
      if (behind === undefined || page.readings.length < limit) break
    }
    found.push(...openResults(state, settings).events)
    for (const event of found)
      if (event.fromMs >= fromMs) preview.events.push({ ...event, vehicle: vehicle.key })
    if (preview.cutBy !== null) return preview
    preview.vehiclesJudged++
  }
  if (total > vehicles.length) preview.cutBy = 'vehicles'
  return preview
}

function judge(
  before: VehicleState,
  readings: readonly TimedReading[],
  settings: Settings,
  found: RuleEvent[],
): VehicleState {
  let state = before
  for (const reading of readings) {
    const next = advance(state, reading, settings)
    state = next.state
    found.push(...next.results.events)
  }
  return state
}
