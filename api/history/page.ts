import type { Sql } from '../../sql/connect.ts'
import { writeHistoryCursor, type HistoryCursor } from './cursor.ts'
import type { HistoryFilter } from './filter.ts'
import type { RequestedVehicles } from './filter-sql.ts'
import { listReadings, type PageEnd } from './reading-queries.ts'
import { refuseFaults, type Refusal } from '../http/refusal.ts'

export interface Page {
  /** each a JSON object, separated by commas */
  items: string
  next_cursor: string | null
  prev_cursor: string | null
}

interface PageQuery {
  order: 'asc' | 'desc'
  cursor: HistoryCursor | undefined
  limit: number
}

/**
 * A page of readings: by vehicle in the order of `vehicles`, each in order of time and `nth`; `desc` reverses all.
 * Readings are {time, vehicle, ...columns}, `vehicle` only if `named`.
 */
export async function readPage(
  sql: Sql,
  vehicles: RequestedVehicles,
  filter: HistoryFilter,
  { order, cursor, limit }: PageQuery,
  named: boolean,
): Promise<Page | Refusal> {
  const isBackward = cursor?.side === 'previous'
  const walk = (order === 'asc') === isBackward ? 'desc' : 'asc'
  const inOrder = walk === 'asc' ? vehicles.keys : vehicles.keys.toReversed()
  const start = cursor === undefined ? 0 : inOrder.indexOf(cursor.vehicle)
  if (start < 0) {
    const detail = 'belongs to a vehicle that was not requested'
    return refuseFaults('invalid_request', [{ pointer: '/cursor', detail }])
  }

  const asked = { ...vehicles, keys: inOrder.slice(start) }
  const { items, hasMore, first, last } = await listReadings(sql, asked, filter, {
    order: walk,
    behind: cursor,
    limit,
    named,
    reversed: isBackward,
  })
  const cursorAt = (side: HistoryCursor['side'], end: PageEnd | null) =>
    end && writeHistoryCursor({ side, ...end })
  return {
    items,
    // There are readings on the side that the page came from, and on the other side if one row too many was found.
    next_cursor: hasMore || isBackward ? cursorAt('next', last) : null,
    prev_cursor: cursor !== undefined && (hasMore || !isBackward) ? cursorAt('previous', first) : null,
  }
}
