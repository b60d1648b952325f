import { distanceMm, type Position } from './distance.ts'
import type { Parameters } from './parameters.ts'
import type { Verdict } from './position-filter.ts'
import type { TimedReading } from './reading.ts'
import { MS_PER_HOUR, toInteger, toThousandths } from './units.ts'

/** The source of the engine's state; a better source overrides the others until the next gap. */
const SOURCES = { none: 0, voltage: 1, rpm: 2, ignition: 3 } as const

interface Mark extends Position {
  timeMs: number
}

/** Speed, movement and engine since the last gap. */
export interface MotionState {
  /** The last position of each second of UTC, as far back as speed by distance needs them. */
  marks: readonly Mark[]
  /** m/h of the newest reading; `null` if unknown */
  speed: number | null
  isMoving: boolean
  isEngineOn: boolean | null
  engineSource: number
}

export const STILL: MotionState = {
  marks: [],
  speed: null,
  isMoving: false,
  isEngineOn: null,
  engineSource: SOURCES.none,
}

/** Ignition on or off; `null` if none was reported since the last gap. */
export function ignitionOf({ isEngineOn, engineSource }: MotionState): boolean | null {
  return engineSource === SOURCES.ignition ? isEngineOn : null
}

/** @param position the last accepted position; that of the reading if `verdict` is accepted or jumped */
export function nextMotion(
  state: MotionState,
  reading: TimedReading,
  verdict: Verdict,
  position: Position | null,
  parameters: Parameters,
): MotionState {
  const isNew = position !== null && (verdict === 'accepted' || verdict === 'jumped')
  const before = verdict === 'jumped' ? [] : state.marks
  const mark = isNew ? { lat: position.lat, lon: position.lon, timeMs: reading.timeMs } : undefined
  const speed =
    reading.speed !== undefined && verdict !== 'refused'
      ? toThousandths(reading.speed)
      : mark && speedByDistance(before, mark, parameters.speedSpanMs)
  const limit = state.isMoving ? parameters.movingOff : parameters.movingOn
  return {
    marks: mark ? addMark(before, mark, parameters.speedSpanMs) : before,
    speed: speed ?? null,
    isMoving: speed === undefined ? state.isMoving : speed >= limit,
    ...nextEngine(state, reading, parameters),
  }
}

/** Speed since the newest mark that is old enough; `undefined` if there is no such mark. */
function speedByDistance(marks: readonly Mark[], to: Mark, spanMs: number): number | undefined {
  const from = marks.findLast((it) => to.timeMs - it.timeMs >= spanMs)
  if (from === undefined) return undefined
  return toInteger((distanceMm(from, to) * MS_PER_HOUR) / (1000 * (to.timeMs - from.timeMs)))
}

/** Keeps one mark that is old enough, and the newer ones: at most four for a span of 2 s. */
function addMark(marks: readonly Mark[], mark: Mark, spanMs: number): readonly Mark[] {
  const second = Math.floor(mark.timeMs / 1000)
  const last = marks.at(-1)
  const isSame = last !== undefined && Math.floor(last.timeMs / 1000) === second
  const end = isSame ? marks.length - 1 : marks.length
  let from = end - 1
  while (from > 0 && mark.timeMs - (marks[from]?.timeMs ?? 0) < spanMs) from--
  const kept = marks.slice(Math.max(from, 0), end)
  kept.push(mark)
  return kept
}

function nextEngine(
  { isEngineOn, engineSource }: MotionState,
  { ignition, rpm, battery_voltage }: TimedReading,
  { engineOnVolts }: Parameters,
): Pick<MotionState, 'isEngineOn' | 'engineSource'> {
  if (ignition !== undefined) return { isEngineOn: ignition, engineSource: SOURCES.ignition }
  if (rpm !== undefined && engineSource <= SOURCES.rpm)
    return { isEngineOn: rpm > 0, engineSource: SOURCES.rpm }
  if (battery_voltage !== undefined && engineSource <= SOURCES.voltage)
    return { isEngineOn: battery_voltage >= engineOnVolts, engineSource: SOURCES.voltage }
  return { isEngineOn, engineSource }
}
