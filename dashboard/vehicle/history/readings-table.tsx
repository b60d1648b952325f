import { useState } from 'preact/hooks'
import { READING_FIELDS } from '../../../contract/telemetry.ts'
import { useApp } from '../../app-context.ts'
import { formatClock } from '../../format/format-time.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { useRequest } from '../../ui/use-request.ts'
import { formatField, labelOf } from '../fields/shown-field.ts'
import type { FieldValue } from '../fields/decode-readings.ts'

const PAGE_READINGS = 50

/** The readings of a time range in pages, newest first. */
export function ReadingsTable({ vehicle, fromMs, toMs }: { vehicle: string; fromMs: number; toMs: number }) {
  const { api, preferences } = useApp()
  const [cursor, setCursor] = useState<string>()
  const page = useRequest(
    (signal) =>
      api.GET('/api/vehicles/{key}/telemetry', {
        params: {
          path: { key: vehicle },
          query: {
            from: new Date(fromMs).toISOString(),
            to: new Date(toMs).toISOString(),
            order: 'desc',
            limit: PAGE_READINGS,
            ...(cursor !== undefined && { cursor }),
          },
        },
        signal,
      }),
    [vehicle, fromMs, toMs, cursor],
  )
  if (page.state === 'failed') return <ErrorState problem={page.error} onRetry={() => page.reload()} />
  if (page.data === undefined) return <Loading label="Loading the readings" />
  const { items, next_cursor: next, prev_cursor: previous } = page.data
  if (items.length === 0) return <EmptyState title="No readings on this day" />

  const units = preferences.units.value
  const locale = preferences.locale.value
  const rows = items as Record<string, unknown>[]
  const fields = READING_FIELDS.filter((field) => rows.some((row) => row[field] !== undefined))
  const show = (field: string, value: unknown) => {
    if (value === undefined || value === null) return ''
    return typeof value === 'object'
      ? JSON.stringify(value)
      : formatField(field, value as FieldValue, units, locale)
  }
  return (
    <>
      <div class="vehicle-panel__scroll" role="region" aria-label="Table of readings" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {fields.map((field) => (
                <th key={field} scope="col">
                  {field === 'extra' ? 'Extra' : labelOf(field)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((row, index) => (
              // Several readings may have the same time.
              <tr key={`${row.time} ${index}`}>
                <th scope="row">{formatClock(Date.parse(row.time), locale)}</th>
                {fields.map((field) => (
                  <td key={field}>{show(field, rows[index]?.[field])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="vehicle-panel__tools">
        <Button disabled={previous === null} onClick={() => previous !== null && setCursor(previous)}>
          Newer
        </Button>
        <Button disabled={next === null} onClick={() => next !== null && setCursor(next)}>
          Older
        </Button>
      </div>
    </>
  )
}
