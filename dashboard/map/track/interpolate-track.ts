import type { TrackPoint } from '../../app-context.ts'

/** During a longer gap, a vehicle is shown at its last position, not on a straight line. */
export const TRACK_GAP_MS = 600_000
const RADIANS = Math.PI / 180

export interface TrackPosition {
  lat: number
  lon: number
  /** degrees from north; `undefined` if the vehicle stands and reported none */
  heading: number | undefined
  /** the point at or before that time */
  index: number
}

/** A vehicle's position at a time: the first point before the track, the last after it. `undefined` if there are no points. */
export function interpolateTrack(track: readonly TrackPoint[], atMs: number): TrackPosition | undefined {
  const index = Math.max(indexAt(track, atMs), 0)
  const a = track[index]
  if (a === undefined) return undefined
  const b = track[index + 1]
  const spanMs = b === undefined ? 0 : b.timeMs - a.timeMs
  if (b === undefined || atMs <= a.timeMs || spanMs > TRACK_GAP_MS) {
    return { lat: a.lat, lon: a.lon, heading: a.heading, index }
  }
  const part = (atMs - a.timeMs) / spanMs
  const dLon = turn(b.lon - a.lon)
  return {
    lat: a.lat + (b.lat - a.lat) * part,
    lon: wrapLon(a.lon + dLon * part),
    heading: headingBetween(a, b, part),
    index,
  }
}

/** Index of the last point at or before a time; -1 if all are later. */
export function indexAt(track: readonly TrackPoint[], atMs: number): number {
  let low = 0
  let high = track.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((track[middle]?.timeMs ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  return low - 1
}

function headingBetween(a: TrackPoint, b: TrackPoint, part: number): number | undefined {
  if (a.heading !== undefined && b.heading !== undefined) {
    return (a.heading + turn(b.heading - a.heading) * part + 360) % 360
  }
  if (a.heading !== undefined) return a.heading
  const north = b.lat - a.lat
  const east = turn(b.lon - a.lon) * Math.cos(a.lat * RADIANS)
  if (north === 0 && east === 0) return undefined
  return (Math.atan2(east, north) / RADIANS + 360) % 360
}

/** The equivalent angle from -180 to 180. */
function turn(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360)
}

function wrapLon(lon: number): number {
  return Math.abs(lon) > 180 ? turn(lon) : lon
}
