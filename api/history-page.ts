import { formatTime } from '../contract/time.ts'
import type { Sql } from '../sql/connect.ts'
import type { Column } from './columns.ts'
import { writeHistoryCursor, type HistoryCursor } from './history-cursor.ts'
import type { HistoryFilter } from './history-filter.ts'
import type { Vehicle } from './queries/history-filter.ts'
import { listReadings, type PlacedRow, type ReadingRow } from './queries/telemetry.ts'
import { refuseFaults, type Refusal } from './refusal.ts'

export interface Page {
  items: Record<string, unknown>[]
  next_cursor: string | null
  prev_cursor: string | null
}

interface PageQuery {
  order: 'asc' | 'desc'
  cursor: HistoryCursor | undefined
  limit: number
}

/**
 * A page of readings: vehicle by vehicle in the order of `vehicles`, each in order of time; `desc` turns all of it round.
 * Readings are {time, vehicle, ...columns}, `vehicle` only when `named`.
 */
export async function readPage(
  sql: Sql,
  vehicles: readonly Vehicle[],
  filter: HistoryFilter,
  { order, cursor, limit }: PageQuery,
  named: boolean,
): Promise<Page | Refusal> {
  const isBackward = cursor?.side === 'previous'
  const walk = (order === 'asc') === isBackward ? 'desc' : 'asc'
  const inOrder = walk === 'asc' ? [...vehicles] : vehicles.toReversed()
  const start = cursor === undefined ? 0 : inOrder.findIndex(({ key }) => key === cursor.vehicle)
  if (start < 0) {
    const detail = 'is of a vehicle that is not among those asked for'
    return refuseFaults('invalid_request', [{ pointer: '/cursor', detail }])
  }

  const rest = inOrder.slice(start)
  const page = { order: walk, behindUs: cursor?.timeUs, limit: limit + 1 } as const
  const rows = await listReadings(sql, rest, filter, page)
  const hasMore = rows.length > limit
  const shown = rows.slice(0, limit)
  if (isBackward) shown.reverse()
  const keyOf = ({ place }: PlacedRow) => rest[place - 1]?.key ?? ''
  const cursorAt = (side: HistoryCursor['side'], row: PlacedRow | undefined) =>
    row ? writeHistoryCursor({ side, timeUs: row.timeUs, vehicle: keyOf(row) }) : null
  return {
    items: shown.map((row) => ({ ...(named && { vehicle: keyOf(row) }), ...toReading(row, filter.columns) })),
    // Where the page came from there is something, and beyond it when there was a row too many.
    next_cursor: hasMore || isBackward ? cursorAt('next', shown.at(-1)) : null,
    prev_cursor: cursor !== undefined && (hasMore || !isBackward) ? cursorAt('previous', shown[0]) : null,
  }
}

/** A reading as the API shows it: its time, and those of the columns that it has. */
export function toReading(row: ReadingRow, columns: readonly Column[]): Record<string, unknown> {
  const reading: Record<string, unknown> = { time: formatTime(row.timeUs) }
  for (const column of columns) {
    if (column === 'received_at') reading[column] = formatTime(row.receivedUs)
    else if (column === 'device') reading[column] = row.device ?? null
    else if (row[column] != null) reading[column] = row[column]
  }
  return reading
}
