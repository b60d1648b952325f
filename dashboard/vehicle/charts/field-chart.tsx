import { useMemo } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { formatClock, formatDateTime } from '../../format/format-time.ts'
import { formatTick } from './format-tick.ts'
import { Chart } from './chart.tsx'
import { withGaps } from './series-window.ts'
import { formatField, shownField, type ChartField } from '../fields/shown-field.ts'

export interface FieldChartProps {
  field: ChartField
  /** milliseconds since 1970, in order; one instant can have several values */
  times: readonly number[]
  values: readonly number[]
  fromMs: number
  toMs: number
  isLive?: boolean
}

const GAP_MIN_MS = 5 * 60_000
/** Part of the time shown. Thinned points are up to two of their 500 places apart. */
const GAP_PART = 1 / 100

/** A field's chart in the viewer's units. */
export function FieldChart({ field, times, values, fromMs, toMs, isLive = false }: FieldChartProps) {
  const { preferences } = useApp()
  const units = preferences.units.value
  const locale = preferences.locale.value
  const { label, unit, factor } = shownField(field, units)
  const last = times.at(-1)
  const columns = useMemo(() => {
    const shown = values.map((it) => it * factor)
    return withGaps(times, shown, Math.max(GAP_MIN_MS, (toMs - fromMs) * GAP_PART))
  }, [times, values, times.length, last, factor, fromMs, toMs])
  const show = (value: number) => formatField(field, value / factor, units, locale)
  const isOneDay = toMs - fromMs <= 86_400_000
  return (
    <Chart
      label={label}
      unit={unit}
      columns={columns}
      fromMs={fromMs}
      toMs={toMs}
      isLive={isLive}
      formatValue={show}
      formatTick={(ms, stepS) => formatTick(ms, stepS, locale)}
      formatTime={(ms) => (isOneDay ? formatClock(ms, locale) : formatDateTime(ms, locale))}
    />
  )
}
