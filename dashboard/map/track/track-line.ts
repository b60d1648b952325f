import type { TrackPoint } from '../../app-context.ts'
import type { Bounds } from '../camera/camera.ts'
import { TRACK_GAP_MS } from './interpolate-track.ts'
import { nearestDx, xOfLon, yOfLat } from '../camera/mercator.ts'

/** Floats per point for the vertex shader: x and y as two float32 each, the time, and whether a gap follows. */
export const TRACK_FLOATS = 6
/** Longer tracks are thinned evenly. */
export const TRACK_POINTS_MAX = 20_000

export interface TrackLine {
  count: number
  /** TRACK_FLOATS of each point; times in seconds since `startMs` */
  data: Float32Array
  /** Mercator coordinates that continue beyond the edge of the world, so that the line is not cut */
  x: Float64Array
  y: Float64Array
  startMs: number
  bounds: Bounds
}

/** The line of a track for drawing; `undefined` if there are no points. */
export function trackLine(track: readonly TrackPoint[]): TrackLine | undefined {
  const first = track[0]
  if (first === undefined) return undefined
  const points = thinned(track)
  const count = points.length
  const line: TrackLine = {
    count,
    data: new Float32Array(count * TRACK_FLOATS),
    x: new Float64Array(count),
    y: new Float64Array(count),
    startMs: first.timeMs,
    bounds: { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity },
  }
  let x = xOfLon(first.lon)
  for (const [i, point] of points.entries()) {
    x += nearestDx(xOfLon(point.lon) - x)
    put(line, i, x, yOfLat(point.lat))
    const next = points[i + 1]
    line.data[i * TRACK_FLOATS + 4] = (point.timeMs - first.timeMs) / 1000
    line.data[i * TRACK_FLOATS + 5] = next !== undefined && next.timeMs - point.timeMs > TRACK_GAP_MS ? 1 : 0
  }
  return line
}

function put({ data, bounds, ...line }: TrackLine, i: number, x: number, y: number): void {
  const [xHigh, yHigh] = [Math.fround(x), Math.fround(y)]
  line.x[i] = x
  line.y[i] = y
  data.set([xHigh, yHigh, x - xHigh, y - yHigh], i * TRACK_FLOATS)
  bounds.minX = Math.min(bounds.minX, x)
  bounds.maxX = Math.max(bounds.maxX, x)
  bounds.minY = Math.min(bounds.minY, y)
  bounds.maxY = Math.max(bounds.maxY, y)
}

function thinned(track: readonly TrackPoint[]): readonly TrackPoint[] {
  if (track.length <= TRACK_POINTS_MAX) return track
  const step = (track.length - 1) / (TRACK_POINTS_MAX - 1)
  return Array.from({ length: TRACK_POINTS_MAX }, (_, i) => track[Math.round(i * step)]).filter(
    (it) => it !== undefined,
  )
}
