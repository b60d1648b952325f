import { useEffect, useMemo, useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { FieldChart } from '../charts/field-chart.tsx'
import { loadPoints } from '../charts/load-points.ts'
import { SeriesWindow } from '../charts/series-window.ts'
import type { PanelReading } from '../fields/decode-readings.ts'
import type { ChartField } from '../fields/shown-field.ts'
import { useNow } from '../../ui/use-now.ts'

export interface LiveChartProps {
  vehicle: string
  field: ChartField
  spanMs: number
  batch: readonly PanelReading[]
  round: number
}

/** The chart of a field: its history is loaded once, and live values are added. */
export function LiveChart({ vehicle, field, spanMs, batch, round }: LiveChartProps) {
  const { api } = useApp()
  const nowMs = useNow()
  const series = useMemo(() => new SeriesWindow(spanMs), [spanMs])
  const [, redraw] = useState(0)
  const history = useRequest(
    (signal) => loadPoints(api, vehicle, field, { fromMs: Date.now() - spanMs }, signal),
    [vehicle, field, spanMs, round],
  )

  useEffect(() => {
    if (history.data === undefined) return
    series.load(history.data)
    redraw((it) => it + 1)
  }, [history.data])

  useEffect(() => {
    for (const { timeMs, values } of batch) {
      const value = values[field]
      if (typeof value === 'number') series.append(timeMs, value)
    }
    redraw((it) => it + 1)
  }, [batch])

  series.trim(nowMs)
  if (history.state === 'failed')
    return <ErrorState problem={history.error} onRetry={() => history.reload()} />
  if (history.state === 'loading' && series.times.length === 0) return <Loading label="Loading the chart" />
  return (
    <FieldChart
      field={field}
      times={series.times}
      values={series.values}
      fromMs={nowMs - spanMs}
      toMs={nowMs}
      isLive
    />
  )
}
