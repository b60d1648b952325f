import { useState } from 'preact/hooks'
import { DayPicker } from '../days/day-picker.tsx'
import { ExportButtons } from './export-buttons.tsx'
import { FieldChips } from '../fields/field-chips.tsx'
import { HistoryChart } from './history-chart.tsx'
import { ReadingsTable } from './readings-table.tsx'
import { CHART_FIELDS, type ChartField } from '../fields/shown-field.ts'
import { useDay } from '../days/use-day.ts'

/** A vehicle's day: charts, downloads and all readings. */
export function HistoryTab({ vehicle }: { vehicle: string }) {
  const day = useDay()
  const { fromMs, toMs } = day
  const [fields, setFields] = useState<readonly ChartField[]>(['speed', 'fuel_level'])
  return (
    <>
      <section class="vehicle-panel__section" aria-label="Charts of the day">
        <DayPicker {...day} />
        <FieldChips fields={CHART_FIELDS} chosen={fields} onChange={setFields} />
        {CHART_FIELDS.filter((it) => fields.includes(it)).map((field) => (
          <HistoryChart key={field} vehicle={vehicle} field={field} fromMs={fromMs} toMs={toMs} />
        ))}
      </section>
      <section class="vehicle-panel__section" aria-labelledby="history-export">
        <h3 id="history-export">Download the day</h3>
        <ExportButtons vehicle={vehicle} fromMs={fromMs} toMs={toMs} />
      </section>
      <section class="vehicle-panel__section" aria-labelledby="history-readings">
        <h3 id="history-readings">Readings</h3>
        <ReadingsTable key={day.day} vehicle={vehicle} fromMs={fromMs} toMs={toMs} />
      </section>
    </>
  )
}
