import type { Interval } from './interval.ts'
import type { Fate } from './journeys.ts'
import { dueAfter } from './units.ts'

/** Five minutes of UTC divide the offset of every zone in use, so any local day is a sum of buckets. */
export const BUCKET_MS = 300_000

/** Sums of a vehicle in five minutes of UTC, without movement at a stop that was drift. */
export interface Bucket {
  startMs: number
  distanceMm: number
  movingMs: number
  /** engine on and not moving */
  idleMs: number
  engineMs: number
  fuelUl: number
  /** m/h, of readings that have a speed, and their number */
  speedSum: number
  speedReadings: number
  speedMax: number | null
  readings: number
  judgedMs: number
}

/** A bucket that may still change. It includes the sums of movement that may have been drift. */
export interface OpenBucket extends Bucket {
  tentativeMm: number
  tentativeMs: number
  /** of `tentativeMs`, with the engine on */
  tentativeEngineMs: number
}

/** Whether the interval's movement is tentative: the journey before the reading was a stop. */
export interface BucketStep {
  interval: Interval | null
  wasTentative: boolean
  fate: Fate
  isTentative: boolean
}

/**
 * Adds an interval and the reading at its end. Returns the final buckets and the others.
 *
 * An interval is divided between buckets by cumulative rounding (`dueAfter`), which depends on its own two readings
 * only.
 */
export function nextBuckets(
  open: readonly OpenBucket[],
  timeMs: number,
  speed: number | null,
  { interval, wasTentative, fate, isTentative }: BucketStep,
): { open: OpenBucket[]; final: Bucket[] } {
  const buckets = withBuckets(open, interval?.fromMs ?? timeMs, timeMs)
  if (interval) for (const it of buckets) addShare(it, interval, wasTentative)
  if (fate === 'counts' || fate === 'drift') for (const it of buckets) settle(it, fate === 'counts')
  if (interval && !interval.wasMoving && interval.isMoving) {
    for (const it of buckets) addDeparture(it, interval, isTentative)
  }
  const current = buckets.at(-1)
  if (current) addReading(current, speed)
  if (buckets.length === 1) return { open: buckets, final: [] }
  // Movement that is still tentative began at this reading if the movement before it was decided here.
  const tentativeSinceMs = fate === 'open' ? Number.NEGATIVE_INFINITY : (interval?.fromMs ?? timeMs)
  const openSinceMs = isTentative ? tentativeSinceMs : timeMs
  const firstOpen = buckets.findIndex(({ startMs }) => startMs + BUCKET_MS > openSinceMs)
  return { open: buckets.slice(firstOpen), final: buckets.slice(0, firstOpen).map(toBucket) }
}

/** The buckets if no reading followed: tentative movement counts as drift. */
export function endBuckets(open: readonly OpenBucket[]): Bucket[] {
  const buckets = open.map(copyBucket)
  for (const it of buckets) settle(it, false)
  return buckets.map(toBucket)
}

const startOf = (timeMs: number) => Math.floor(timeMs / BUCKET_MS) * BUCKET_MS

/** Copies, followed by all buckets up to the one of `toMs`. */
function withBuckets(open: readonly OpenBucket[], fromMs: number, toMs: number): OpenBucket[] {
  const buckets = open.map(copyBucket)
  const last = buckets.at(-1)
  let startMs = last ? last.startMs + BUCKET_MS : startOf(fromMs)
  for (; startMs <= toMs; startMs += BUCKET_MS) buckets.push(emptyBucket(startMs))
  return buckets
}

/** The bucket's share of `total`, which is spread evenly over the interval. */
function shareOf(total: number, { startMs }: OpenBucket, { fromMs, toMs }: Interval): number {
  if (fromMs === toMs) return startMs === startOf(toMs) ? total : 0
  if (startMs <= fromMs && toMs <= startMs + BUCKET_MS) return total
  const lengthMs = toMs - fromMs
  const due = (boundaryMs: number) =>
    dueAfter(total, Math.min(Math.max(boundaryMs - fromMs, 0), lengthMs), lengthMs)
  return due(startMs + BUCKET_MS) - due(startMs)
}

function addShare(bucket: OpenBucket, interval: Interval, isTentative: boolean): void {
  const ms = shareOf(interval.toMs - interval.fromMs, bucket, interval)
  const engineMs = interval.wasEngineOn ? ms : 0
  bucket.engineMs += engineMs
  bucket.fuelUl += shareOf(interval.fuelUl, bucket, interval)
  bucket.judgedMs += shareOf(interval.judgedMs, bucket, interval)
  if (!interval.wasMoving) {
    bucket.idleMs += engineMs
    return
  }
  const mm = shareOf(interval.distanceMm, bucket, interval)
  if (isTentative) {
    bucket.tentativeMm += mm
    bucket.tentativeMs += ms
    bucket.tentativeEngineMs += engineMs
  } else {
    bucket.distanceMm += mm
    bucket.movingMs += ms
  }
}

/** Adds the distance of an interval that began standing and ended moving, as in a `Part`. */
function addDeparture(bucket: OpenBucket, interval: Interval, isTentative: boolean): void {
  const mm = shareOf(interval.distanceMm, bucket, interval)
  if (isTentative) bucket.tentativeMm += mm
  else bucket.distanceMm += mm
}

function settle(bucket: OpenBucket, counts: boolean): void {
  if (counts) {
    bucket.distanceMm += bucket.tentativeMm
    bucket.movingMs += bucket.tentativeMs
  } else bucket.idleMs += bucket.tentativeEngineMs
  bucket.tentativeMm = 0
  bucket.tentativeMs = 0
  bucket.tentativeEngineMs = 0
}

function addReading(bucket: OpenBucket, speed: number | null): void {
  bucket.readings++
  if (speed === null) return
  bucket.speedSum += speed
  bucket.speedReadings++
  bucket.speedMax = Math.max(bucket.speedMax ?? 0, speed)
}

function toBucket(open: OpenBucket): Bucket {
  const { startMs, distanceMm, movingMs, idleMs, engineMs, fuelUl } = open
  const { speedSum, speedReadings, speedMax, readings, judgedMs } = open
  return {
    startMs,
    distanceMm,
    movingMs,
    idleMs,
    engineMs,
    fuelUl,
    speedSum,
    speedReadings,
    speedMax,
    readings,
    judgedMs,
  }
}

// Written out: this runs for each reading, and a spread takes several times as long.
function copyBucket(it: OpenBucket): OpenBucket {
  return {
    startMs: it.startMs,
    distanceMm: it.distanceMm,
    movingMs: it.movingMs,
    idleMs: it.idleMs,
    engineMs: it.engineMs,
    fuelUl: it.fuelUl,
    speedSum: it.speedSum,
    speedReadings: it.speedReadings,
    speedMax: it.speedMax,
    readings: it.readings,
    judgedMs: it.judgedMs,
    tentativeMm: it.tentativeMm,
    tentativeMs: it.tentativeMs,
    tentativeEngineMs: it.tentativeEngineMs,
  }
}

function emptyBucket(startMs: number): OpenBucket {
  return {
    startMs,
    distanceMm: 0,
    movingMs: 0,
    idleMs: 0,
    engineMs: 0,
    fuelUl: 0,
    speedSum: 0,
    speedReadings: 0,
    speedMax: null,
    readings: 0,
    judgedMs: 0,
    tentativeMm: 0,
    tentativeMs: 0,
    tentativeEngineMs: 0,
  }
}
