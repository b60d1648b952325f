import type { NumberField } from '../contract/telemetry.ts'
import { deviationOf, medianOf, merge, totalMs, type Histogram } from './histogram.ts'
import { toThousandths } from './units.ts'

/** Signals whose usual level says something about the state of a vehicle. */
export type Signal = Extract<
  NumberField,
  'coolant_temp' | 'battery_voltage' | 'engine_load' | 'fuel_rate' | 'rpm'
>

/** A level is only compared with levels of the same kind of driving, with a warm engine. */
export type Regime = 'idle' | 'slow' | 'fast'
export const REGIMES: readonly Regime[] = ['idle', 'slow', 'fast']

/**
 * Width of a bin, and the least deviation that counts as usual, in thousandths of the field's unit: without it, the
 * smallest change of a steady signal would be an anomaly.
 */
export const SIGNALS: Record<Signal, { width: number; floor: number }> = {
  coolant_temp: { width: 500, floor: 1000 },
  battery_voltage: { width: 50, floor: 100 },
  engine_load: { width: 1000, floor: 4000 },
  fuel_rate: { width: 100, floor: 300 },
  rpm: { width: 25_000, floor: 75_000 },
}

export interface LevelLimits {
  signal: Signal
  /** distance from the usual level in standard deviations, in this number of windows in a row */
  scoreMin: number
  windows: number
}

export interface DriftLimits {
  /** of the CUSUM, in standard deviations: the allowance for each day, and the sum at which it is an anomaly */
  allowance: number
  sumMin: number
}

export const LEVEL_LIMITS = { scoreMin: 6, windows: 3 } as const
export const DRIFT_LIMITS: DriftLimits = { allowance: 0.5, sumMin: 5 }

const DAY_MS = 86_400_000
/** A baseline is of the whole days of UTC before a day, ... */
const BASELINE_DAYS = 28
/** ... of which this number has data, for this time in total. */
const BASELINE_DAYS_MIN = 7
const BASELINE_MS_MIN = 2 * 3_600_000
export const WINDOW_MS = 600_000
/** Less data is no median of a window. */
const WINDOW_MS_MIN = 120_000
/** The engine is warm after this time. */
const WARM_MS = 600_000
/** m/h */
const FAST_MIN = 50_000
const DRIFT_DAYS_MIN = 21
/** Consumption of a shorter distance depends on single starts and stops. */
const DRIFT_MM_MIN = 20_000_000
/** Share of the median that counts as the usual deviation of consumption at least. */
const DRIFT_FLOOR = 0.03
/** The median absolute deviation of a normal distribution is 0.6745 standard deviations. */
const MAD_OF_NORMAL = 0.6745

export const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS)

/** @param engineMs time since the engine was started; `null` if it is off or unknown */
export function regimeOf(engineMs: number | null, isMoving: boolean, speed: number | null): Regime | null {
  if (engineMs === null || engineMs < WARM_MS) return null
  if (!isMoving) return 'idle'
  if (speed === null) return null
  return speed < FAST_MIN ? 'slow' : 'fast'
}

export function binOf(signal: Signal, value: number): number {
  return Math.floor(toThousandths(value) / SIGNALS[signal].width)
}

/** The usual level in a regime, in bins. */
export interface Baseline {
  median: number
  deviation: number
}

/**
 * The level of the 28 days before `day`; `null` if there is too little data.
 * @param days histograms of one signal and regime by day, which may include other days
 */
export function baselineOf(days: ReadonlyMap<number, Histogram>, day: number): Baseline | null {
  const before = Array.from({ length: BASELINE_DAYS }, (_, i) => days.get(day - BASELINE_DAYS + i) ?? [])
  const whole = merge(before)
  const median = medianOf(whole)
  const hasDays = before.filter((it) => totalMs(it) > 0).length >= BASELINE_DAYS_MIN
  if (median === null || !hasDays || totalMs(whole) < BASELINE_MS_MIN) return null
  return { median, deviation: deviationOf(whole, median) }
}

/** Distance of a window's median from the baseline in standard deviations; `null` with too little data. */
export function scoreOf(signal: Signal, window: Histogram, baseline: Baseline): number | null {
  const median = medianOf(window)
  if (median === null || totalMs(window) < WINDOW_MS_MIN) return null
  const { width, floor } = SIGNALS[signal]
  const deviation = Math.max(baseline.deviation * width, floor)
  return (MAD_OF_NORMAL * (median - baseline.median) * width) / deviation
}

/** Ten minutes of UTC in one regime. */
export interface Window {
  startMs: number
  histogram: Histogram
}

export interface LevelAnomaly {
  fromMs: number
  /** `null` while the newest window is part of it */
  toMs: number | null
  /** the highest score without its sign, and the difference from the usual level in thousandths of the unit */
  peak: { startMs: number; score: number; difference: number }
}

/**
 * Runs of windows whose scores reach the limit with the same sign. Windows with too little data are left out, and a run
 * ends with the day, because the next day has another baseline.
 * @param windows of one day and regime, in order of time
 * @param isOver whether no further window of this day will follow
 */
export function findLevelAnomalies(
  windows: readonly Window[],
  baseline: Baseline,
  { signal, scoreMin, windows: least }: LevelLimits,
  isOver: boolean,
): LevelAnomaly[] {
  const { width } = SIGNALS[signal]
  const scored = windows.flatMap(({ startMs, histogram }) => {
    const score = scoreOf(signal, histogram, baseline)
    const median = medianOf(histogram) ?? 0
    return score === null ? [] : { startMs, score, difference: (median - baseline.median) * width }
  })
  const runs: (typeof scored)[] = []
  let before = 0
  for (const it of scored) {
    const side = Math.abs(it.score) >= scoreMin ? Math.sign(it.score) : 0
    if (side !== 0 && side === before) runs.at(-1)?.push(it)
    else if (side !== 0) runs.push([it])
    before = side
  }
  return runs.flatMap((run): LevelAnomaly[] => {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined || run.length < least) return []
    const peak = run.reduce((a, b) => (Math.abs(b.score) > Math.abs(a.score) ? b : a))
    const isOpen = !isOver && last === scored.at(-1)
    return [
      {
        fromMs: first.startMs,
        toMs: isOpen ? null : last.startMs + WINDOW_MS,
        peak: { startMs: peak.startMs, score: Math.abs(peak.score), difference: peak.difference },
      },
    ]
  })
}

/** Sums of a whole day of UTC. */
export interface FuelDay {
  day: number
  distanceMm: number
  fuelUl: number
}

export interface Drift {
  fromDay: number
  /** the last day on which it was found; `null` if that is the newest day with data */
  toDay: number | null
  /** the highest sum, in standard deviations */
  peak: { day: number; sum: number }
}

/** ml per 100 km; `null` for a day with too little driving. */
export function consumptionOf({ distanceMm, fuelUl }: FuelDay): number | null {
  // µl per mm are 100,000 ml per 100 km
  return distanceMm < DRIFT_MM_MIN || fuelUl <= 0 ? null : Math.floor((fuelUl * 100_000) / distanceMm + 0.5)
}

/**
 * Days on which consumption has risen for some time, by a CUSUM of its residuals. A residual is the distance from the
 * median of the 28 days before. What all vehicles of the model have in common, such as winter, is taken off.
 *
 * The sum of a day begins at 0 four weeks earlier, so results depend on eight weeks and not on all that was before.
 * @param ofModel ml per 100 km of the model by day: the median of its vehicles. Days without it are compared with the
 *   vehicle's own days only.
 */
export function findDrifts(
  days: readonly FuelDay[],
  ofModel: ReadonlyMap<number, number>,
  { allowance, sumMin }: DriftLimits,
): Drift[] {
  const own = new Map(
    days.flatMap((it) => {
      const ml = consumptionOf(it)
      return ml === null ? [] : [[it.day, ml] as const]
    }),
  )
  const scores = new Map<number, number>()
  for (const [day, ml] of own) {
    const score = residualOf(own, ofModel, day, ml)
    if (score !== null) scores.set(day, score)
  }
  const order = [...scores.keys()].toSorted((a, b) => a - b)
  const drifts: Drift[] = []
  let wasDrift = false
  for (const day of order) {
    const { sum, sinceDay } = sumUpTo(scores, day, allowance)
    const drift = drifts.at(-1)
    const isDrift = sum >= sumMin
    if (isDrift && wasDrift && drift) {
      drift.toDay = day
      if (sum > drift.peak.sum) drift.peak = { day, sum }
    } else if (isDrift) drifts.push({ fromDay: sinceDay, toDay: day, peak: { day, sum } })
    wasDrift = isDrift
  }
  const newest = drifts.at(-1)
  if (newest && wasDrift) newest.toDay = null
  return drifts
}

/** Standard deviations from the days before; `null` with too few of them. */
function residualOf(
  own: ReadonlyMap<number, number>,
  ofModel: ReadonlyMap<number, number>,
  day: number,
  ml: number,
): number | null {
  const before = Array.from({ length: BASELINE_DAYS }, (_, i) => day - BASELINE_DAYS + i)
  const values = before.flatMap((it) => own.get(it) ?? [])
  if (values.length < DRIFT_DAYS_MIN) return null
  const median = middle(values)
  const deviation = middle(values.map((it) => Math.abs(it - median))) / MAD_OF_NORMAL
  const shared = before.flatMap((it) => ofModel.get(it) ?? [])
  const today = ofModel.get(day)
  const common = today === undefined || shared.length < DRIFT_DAYS_MIN ? 1 : today / middle(shared)
  return (ml - median * common) / Math.max(deviation, median * DRIFT_FLOOR)
}

/** The CUSUM of the four weeks up to a day, and the day on which it left 0. */
function sumUpTo(scores: ReadonlyMap<number, number>, day: number, allowance: number) {
  let [sum, sinceDay] = [0, day]
  for (let it = day - BASELINE_DAYS + 1; it <= day; it++) {
    const score = scores.get(it)
    if (score === undefined) continue
    if (sum === 0) sinceDay = it
    sum = Math.max(0, sum + score - allowance)
  }
  return { sum, sinceDay }
}

/** The lower one of two middle values. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
}
