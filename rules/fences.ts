import type { Position } from './distance.ts'
import { crossingShare, signedDistanceMm } from './geofence-index.ts'
import type { CompiledGeofence, GeofenceIndex } from './geofence-index.ts'

/** Readings in a row, or ms until the next reading, that confirm an enter or exit. */
const CONFIRM_READINGS = 2
const ENTER_MS = 10_000
const EXIT_MS = 30_000
/** Maximum duration of a way that is taken for straight. */
const CROSSED_MAX_MS = 120_000
/**
 * Geofences of a vehicle in memory.
 * @limit geofences that a vehicle is in or near at once | further ones, by key, are ignored until it has left others
 */
export const TRACKED_MAX = 32

export interface Moment extends Position {
  timeMs: number
}

/** Readings on one side that do not yet confirm a change. */
interface Run {
  sinceMs: number
  count: number
  /** the reading before it was outside by the hysteresis or more */
  wasFar: boolean
}

/** A geofence that the vehicle is in, or may be about to enter. The vehicle is outside of all others. */
export interface TrackedFence {
  key: string
  /** `unknown`: the vehicle has been inside, or near, since its first position; then there is no enter */
  side: 'inside' | 'outside' | 'unknown'
  run: Run | null
  /** crossing of the boundary that becomes an enter or exit when it is confirmed */
  crossing: Moment | null
  /** enter of the current visit */
  enteredMs: number | null
}

export interface FenceEvent extends Moment {
  kind: 'enter' | 'exit' | 'crossed'
  geofence: string
  /** for an exit: the enter, `null` if the vehicle was inside from its first position */
  enteredMs: number | null
}

/** The way to a new accepted position. */
export interface Way {
  /** the previous accepted position; `null` if `to` is the first one ever */
  from: Moment | null
  to: Moment
  /** there is no gap and no jump between them */
  isContinuous: boolean
}

export function nextFences(
  tracked: readonly TrackedFence[],
  way: Way,
  index: GeofenceIndex,
): { tracked: readonly TrackedFence[]; events: FenceEvent[] } {
  const near = index.near(way.from ?? way.to, way.to)
  if (near.length === 0 && tracked.length === 0) return { tracked, events: [] }
  const events: FenceEvent[] = []
  const next: TrackedFence[] = []
  let [i, k, places] = [0, 0, TRACKED_MAX - tracked.length]
  // Both are in the order of their keys.
  while (i < tracked.length || k < near.length) {
    const [known, close] = [tracked[i], near[k]]
    const isKnown = known !== undefined && (close === undefined || known.key <= close.geofence.key)
    const isClose = close !== undefined && (known === undefined || close.geofence.key <= known.key)
    if (isKnown) i++
    if (isClose) k++
    const key = isKnown ? known.key : (close?.geofence.key ?? '')
    const fence = isClose ? close : index.get(key)
    if (fence === undefined) continue
    const after = visit(isKnown ? known : untracked(key), way, fence, events)
    if (after.side === 'outside' && after.run === null) continue
    if (isKnown || places-- > 0) next.push(after)
  }
  return { tracked: next, events }
}

function untracked(key: string): TrackedFence {
  return { key, side: 'outside', run: null, crossing: null, enteredMs: null }
}

function visit(before: TrackedFence, way: Way, fence: CompiledGeofence, events: FenceEvent[]): TrackedFence {
  const d = signedDistanceMm(fence, way.to)
  if (way.from === null) return first(before, way, fence, d)
  const held = confirmByTime(before, way, events)
  if (held.side === 'inside') return nextInside(held, way, fence, d, events)
  if (d <= 0) return nextOutside(held, way, fence, d, events)
  if (held.side === 'unknown' && d >= fence.hysteresisMm) return leaveUnknown(held, way, fence)
  if (held.side === 'outside' && d >= fence.hysteresisMm) addCrossed(held, way, fence, events)
  return withoutRun(held)
}

function withoutRun(fence: TrackedFence): TrackedFence {
  return fence.run === null && fence.crossing === null ? fence : { ...fence, run: null, crossing: null }
}

/** The first position ever: the time before is unknown, so a vehicle in or near a geofence has no enter. */
function first(fence: TrackedFence, way: Way, of: CompiledGeofence, d: number): TrackedFence {
  if (d >= of.hysteresisMm) return fence
  const unknown: TrackedFence = { ...fence, side: 'unknown' }
  return d <= 0 ? { ...unknown, run: beginRun(way, of), crossing: { ...way.to } } : unknown
}

/** A single reading counts for the time up to the next one; never through a gap. */
function confirmByTime(fence: TrackedFence, way: Way, events: FenceEvent[]): TrackedFence {
  if (fence.run === null || !way.isContinuous) return fence
  const heldMs = way.to.timeMs - fence.run.sinceMs
  if (fence.side === 'inside') return heldMs >= EXIT_MS ? exit(fence, events) : fence
  const isEntering = fence.crossing !== null
  if (isEntering) return heldMs >= ENTER_MS ? enter(fence, events) : fence
  return heldMs >= EXIT_MS ? { ...fence, side: 'outside', run: null } : fence
}

function nextOutside(
  fence: TrackedFence,
  way: Way,
  of: CompiledGeofence,
  d: number,
  events: FenceEvent[],
): TrackedFence {
  const isFirst = fence.run === null || fence.crossing === null
  const run = isFirst || fence.run === null ? beginRun(way, of) : { ...fence.run, count: fence.run.count + 1 }
  const crossing = isFirst ? crossingTo(way, of, d) : fence.crossing
  const begun = { ...fence, run, crossing }
  return run.count >= CONFIRM_READINGS ? enter(begun, events) : begun
}

function nextInside(
  fence: TrackedFence,
  way: Way,
  of: CompiledGeofence,
  d: number,
  events: FenceEvent[],
): TrackedFence {
  if (d <= 0) return withoutRun(fence)
  const crossing = fence.crossing ?? crossingTo(way, of, d)
  if (d < of.hysteresisMm) return { ...fence, run: null, crossing }
  const run = fence.run === null ? beginRun(way, of) : { ...fence.run, count: fence.run.count + 1 }
  const begun = { ...fence, run, crossing }
  return run.count >= CONFIRM_READINGS ? exit(begun, events) : begun
}

function leaveUnknown(fence: TrackedFence, way: Way, of: CompiledGeofence): TrackedFence {
  const isFirst = fence.run === null || fence.crossing !== null
  const run = isFirst || fence.run === null ? beginRun(way, of) : { ...fence.run, count: 2 }
  const isOut = run.count >= CONFIRM_READINGS
  return { ...fence, side: isOut ? 'outside' : 'unknown', run: isOut ? null : run, crossing: null }
}

function beginRun({ from, to, isContinuous }: Way, of: CompiledGeofence): Run {
  const wasFar = isContinuous && from !== null && signedDistanceMm(of, from) >= of.hysteresisMm
  return { sinceMs: to.timeMs, count: 1, wasFar }
}

function enter(fence: TrackedFence, events: FenceEvent[]): TrackedFence {
  const { key, side, crossing } = fence
  const isKnown = side === 'outside' && crossing !== null
  if (isKnown) events.push({ kind: 'enter', geofence: key, ...crossing, enteredMs: null })
  return { key, side: 'inside', run: null, crossing: null, enteredMs: isKnown ? crossing.timeMs : null }
}

function exit(fence: TrackedFence, events: FenceEvent[]): TrackedFence {
  const { key, crossing, enteredMs } = fence
  if (crossing) events.push({ kind: 'exit', geofence: key, ...crossing, enteredMs })
  return { key, side: 'outside', run: null, crossing: null, enteredMs: null }
}

/**
 * Place and time at which the way crossed the boundary, from the distances at its ends. Across a gap the time in
 * between is unknown: an enter is then at the first reading inside, and an exit at the last one.
 */
function crossingTo({ from, to, isContinuous }: Way, fence: CompiledGeofence, d: number): Moment {
  if (from === null) return { ...to }
  if (!isContinuous) return d <= 0 ? { ...to } : { ...from }
  const before = signedDistanceMm(fence, from)
  const isCrossed = before > 0 !== d > 0
  return isCrossed ? between(from, to, before / (before - d)) : { ...to }
}

function between(from: Moment, to: Moment, share: number): Moment {
  const at = (a: number, b: number) => a + Math.floor((b - a) * share + 0.5)
  const lon = at(from.lon, from.lon + shortWay(to.lon - from.lon))
  return { timeMs: at(from.timeMs, to.timeMs), lat: at(from.lat, to.lat), lon: shortWay(lon) }
}

const TURN_E7 = 3_600_000_000
const shortWay = (e7: number) => e7 - TURN_E7 * Math.round(e7 / TURN_E7)

/**
 * Whether the way, or a single reading inside, led through the geofence, with both ends outside by the hysteresis or
 * more. So noise of a receiver at a corner is not a crossing.
 */
function addCrossed(fence: TrackedFence, way: Way, of: CompiledGeofence, events: FenceEvent[]): void {
  const { from, to, isContinuous } = way
  if (from === null || !isContinuous) return
  if (fence.run !== null && fence.crossing !== null) {
    if (fence.run.wasFar && to.timeMs - fence.crossing.timeMs <= CROSSED_MAX_MS)
      events.push({ kind: 'crossed', geofence: fence.key, ...fence.crossing, enteredMs: null })
    return
  }
  if (to.timeMs - from.timeMs > CROSSED_MAX_MS || signedDistanceMm(of, from) < of.hysteresisMm) return
  const share = crossingShare(of, from, to)
  if (share === undefined) return
  events.push({ kind: 'crossed', geofence: fence.key, ...between(from, to, share), enteredMs: null })
}
