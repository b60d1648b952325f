import type { App } from '../../app-context.ts'
import type { Problem } from '../../../client/client.ts'
import type { ChartField } from '../fields/shown-field.ts'

/** Points of a chart, about as many as its pixels. */
const CHART_POINTS = 500

export interface Point {
  /** milliseconds since 1970 */
  timeMs: number
  value: number
}

/** A field's history, up to now without `toMs`. The API thins it so that its shape stays. */
export async function loadPoints(
  api: App['api'],
  vehicle: string,
  field: ChartField,
  { fromMs, toMs }: { fromMs: number; toMs?: number },
  signal: AbortSignal,
): Promise<{ data: Point[] } | { error: Problem }> {
  const { data, error } = await api.GET('/api/vehicles/{key}/telemetry', {
    params: {
      path: { key: vehicle },
      query: {
        from: new Date(fromMs).toISOString(),
        ...(toMs !== undefined && { to: new Date(toMs).toISOString() }),
        fields: field,
        points: CHART_POINTS,
      },
    },
    signal,
  })
  if (error) return { error }
  const points = data.items.flatMap((it) => {
    const value = (it as Record<string, unknown>)[field]
    return typeof value === 'number' ? [{ timeMs: Date.parse(it.time), value }] : []
  })
  return { data: points }
}
