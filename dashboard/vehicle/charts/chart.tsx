import { useEffect, useRef, useState } from 'preact/hooks'
import type { Plot } from './chart-plot.ts'
import type { Columns } from './chart-columns.ts'
import { ChartTable } from './chart-table.tsx'
import { summarize } from './chart-summary.ts'
import './chart.css'

export interface ChartProps {
  label: string
  unit: string
  columns: Columns
  fromMs: number
  toMs: number
  isLive: boolean
  formatValue: (value: number) => string
  formatTime: (ms: number) => string
  /** Formats a time on the axis. `stepS`: seconds from one tick to the next. */
  formatTick: (ms: number, stepS: number) => string
}

/**
 * One line over time. The drawing library is loaded with the first chart. The summary and a table are the accessible
 * alternative.
 */
export function Chart(props: ChartProps) {
  const { label, unit, columns, fromMs, toMs, isLive, formatValue, formatTime, formatTick } = props
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | undefined>(undefined)
  const [at, setAt] = useState<number | undefined>()
  const [isMissing, setMissing] = useState(false)
  const newest = useRef({ columns, fromMs, toMs, formatTick })
  newest.current = { columns, fromMs, toMs, formatTick }

  useEffect(() => {
    let isGone = false
    import('./chart-plot.ts').then(
      ({ createPlot }) => {
        if (isGone || !host.current) return
        plot.current = createPlot(host.current, {
          onCursor: setAt,
          formatTick: (ms, stepS) => newest.current.formatTick(ms, stepS),
        })
        plot.current.show(newest.current)
      },
      () => setMissing(true),
    )
    return () => {
      isGone = true
      plot.current?.close()
      plot.current = undefined
    }
  }, [])

  useEffect(() => plot.current?.show({ columns, fromMs, toMs }), [columns, fromMs, toMs])

  const summary = summarize(columns)
  const [seconds, values] = columns
  const pointed = at === undefined ? undefined : values[at]
  const pointedAt = at === undefined ? undefined : seconds[at]
  return (
    <figure class="chart">
      <figcaption class="chart__caption">
        <span class="chart__label">
          {label} <span class="chart__unit">{unit}</span>
        </span>
        {pointed != null && pointedAt !== undefined ? (
          <span class="chart__value">
            {formatValue(pointed)}, {formatTime(pointedAt * 1000)}
          </span>
        ) : summary === undefined ? (
          <span class="chart__value">No values</span>
        ) : (
          <span class="chart__value">
            {isLive ? 'Now ' : 'Last '}
            {formatValue(summary.last)}, {formatValue(summary.min)} to {formatValue(summary.max)}
          </span>
        )}
      </figcaption>
      {isMissing ? (
        <p class="chart__value">The chart could not be loaded. Its table is below.</p>
      ) : (
        <div class="chart__plot" ref={host} aria-hidden="true" />
      )}
      {summary !== undefined && (
        <ChartTable label={label} columns={columns} formatValue={formatValue} formatTime={formatTime} />
      )}
    </figure>
  )
}
