import { useMemo } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { FieldChart } from '../charts/field-chart.tsx'
import { loadPoints } from '../charts/load-points.ts'
import type { ChartField } from '../fields/shown-field.ts'

export interface HistoryChartProps {
  vehicle: string
  field: ChartField
  fromMs: number
  toMs: number
}

/** The chart of a field over a fixed time range. It does not update. */
export function HistoryChart({ vehicle, field, fromMs, toMs }: HistoryChartProps) {
  const { api } = useApp()
  const history = useRequest(
    (signal) => loadPoints(api, vehicle, field, { fromMs, toMs }, signal),
    [vehicle, field, fromMs, toMs],
  )
  const { data } = history
  const times = useMemo(() => (data ?? []).map((it) => it.timeMs), [data])
  const values = useMemo(() => (data ?? []).map((it) => it.value), [data])
  if (history.state === 'failed')
    return <ErrorState problem={history.error} onRetry={() => history.reload()} />
  if (data === undefined) return <Loading label="Loading the chart" />
  return <FieldChart field={field} times={times} values={values} fromMs={fromMs} toMs={toMs} />
}
