import type { App } from '../../app-context.ts'
import type { Problem } from '../../../client/client.ts'
import type { Minute } from './journeys.ts'

/** A vehicle's minutes with speeds or positions, of at most a day. */
export async function loadMinutes(
  api: App['api'],
  vehicle: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<{ data: Minute[] } | { error: Problem }> {
  const { data, error } = await api.GET('/api/vehicles/{key}/telemetry', {
    params: {
      path: { key: vehicle },
      query: {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        bucket: '1m',
        fields: 'speed,lat,lon',
        aggregates: 'avg,max,last',
      },
    },
    signal,
  })
  if (error) return { error }
  const minutes = data.items.map((it) => {
    const figures = it as Record<string, unknown>
    return {
      timeMs: Date.parse(it.time),
      speedAvg: figureOf(figures['speed'], 'avg'),
      speedMax: figureOf(figures['speed'], 'max'),
      lat: figureOf(figures['lat'], 'last'),
      lon: figureOf(figures['lon'], 'last'),
    }
  })
  return { data: minutes }
}

function figureOf(figures: unknown, name: string): number | undefined {
  const value = (figures as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'number' ? value : undefined
}
