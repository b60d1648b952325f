import { useState } from 'preact/hooks'
import type { PanelReading } from '../fields/decode-readings.ts'
import { FieldChips } from '../fields/field-chips.tsx'
import { LiveChart } from './live-chart.tsx'
import type { NewestValues } from './newest-values.ts'
import { CHART_FIELDS, type ChartField } from '../fields/shown-field.ts'

const HOUR_MS = 3_600_000
const SPANS = [1, 6, 24] as const

export interface LiveChartsProps {
  vehicle: string
  /** the newest values, for the available fields */
  newest: NewestValues
  /** the readings that came last */
  batch: readonly PanelReading[]
  /** counts reloads of the history */
  round: number
}

/** Live charts of the chosen fields over the last hours. */
export function LiveCharts({ vehicle, newest, batch, round }: LiveChartsProps) {
  const [hours, setHours] = useState<(typeof SPANS)[number]>(1)
  const [chosen, setChosen] = useState<readonly ChartField[]>()
  const there = CHART_FIELDS.filter((it) => newest.has(it))
  const fields = chosen ?? there.slice(0, 2)
  if (there.length === 0) return null
  return (
    <section class="vehicle-panel__section" aria-label="Charts">
      <div class="vehicle-panel__tools">
        <FieldChips fields={there} chosen={fields} onChange={setChosen} />
        <select
          aria-label="Time shown"
          value={String(hours)}
          onChange={({ currentTarget }) =>
            setHours(SPANS.find((it) => String(it) === currentTarget.value) ?? 1)
          }
        >
          {SPANS.map((it) => (
            <option key={it} value={String(it)}>
              {it} h
            </option>
          ))}
        </select>
      </div>
      {there
        .filter((it) => fields.includes(it))
        .map((field) => (
          <LiveChart
            key={`${field} ${hours}`}
            vehicle={vehicle}
            field={field}
            spanMs={hours * HOUR_MS}
            batch={batch}
            round={round}
          />
        ))}
    </section>
  )
}
