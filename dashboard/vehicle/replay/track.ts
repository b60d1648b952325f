import type { App, TrackPoint } from '../../app-context.ts'
import type { Problem, Schemas } from '../../../client/client.ts'

/**
 * Five requests, or a reading a second for half a day.
 * @limit positions of a replay | the first part is shown, with a note
 */
export const TRACK_POINTS_MAX = 50_000
const PAGE_POINTS = 10_000

export interface Track {
  points: TrackPoint[]
  /** whether there are more than `TRACK_POINTS_MAX` */
  isCut: boolean
}

/** All positions of a vehicle from one time to another, both in milliseconds since 1970. */
export async function loadTrack(
  api: App['api'],
  vehicle: string,
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<{ data: Track } | { error: Problem }> {
  const points: TrackPoint[] = []
  let cursor: string | null | undefined
  do {
    const page: { data?: Schemas['History']; error?: Problem } = await api.GET(
      '/api/vehicles/{key}/telemetry',
      {
        params: {
          path: { key: vehicle },
          query: {
            from: new Date(range.fromMs).toISOString(),
            to: new Date(range.toMs).toISOString(),
            fields: 'lat,lon,speed,heading',
            // Leaves out readings without a position.
            where: ['lat>=-90'],
            limit: PAGE_POINTS,
            ...(cursor && { cursor }),
          },
        },
        signal,
      },
    )
    if (page.error) return { error: page.error }
    for (const it of page.data?.items ?? []) {
      const { lat, lon, speed, heading } = it as Record<string, unknown>
      if (typeof lat !== 'number' || typeof lon !== 'number') continue
      const timeMs = Date.parse(it.time)
      points.push({ timeMs, lat, lon, speed: numberOf(speed), heading: numberOf(heading) })
    }
    cursor = page.data?.next_cursor
  } while (cursor && points.length < TRACK_POINTS_MAX)
  return { data: { points, isCut: cursor != null } }
}

/** The newest point at a time; `undefined` before the first. `points` are in order of time. */
export function pointAt(points: readonly TrackPoint[], atMs: number): TrackPoint | undefined {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.timeMs ?? Infinity) <= atMs) low = middle + 1
    else high = middle
  }
  return points[low - 1]
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
