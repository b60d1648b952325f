import { useState } from 'preact/hooks'
import type { Columns } from './chart-columns.ts'
import { spread } from './chart-summary.ts'

const ROWS_MAX = 60

export interface ChartTableProps {
  label: string
  columns: Columns
  formatValue: (value: number) => string
  formatTime: (ms: number) => string
}

/** The points of a chart as a table, created only while it is open. */
export function ChartTable({ label, columns, formatValue, formatTime }: ChartTableProps) {
  const [isOpen, setOpen] = useState(false)
  const [seconds, values] = columns
  return (
    <details class="chart__details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Table<span class="visually-hidden"> of {label}</span>
      </summary>
      {isOpen && (
        <div class="chart__scroll" role="region" aria-label={`Table of ${label}`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">{label}</th>
              </tr>
            </thead>
            <tbody>
              {spread(columns, ROWS_MAX).map((at) => (
                <tr key={at}>
                  <td>{formatTime((seconds[at] ?? 0) * 1000)}</td>
                  <td>{formatValue(values[at] ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}
