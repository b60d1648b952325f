import { readCursor, writeCursor } from '../schema/cursor.ts'
import type { ReadingKey } from './filter-sql.ts'
import { isRefusal, type Refusal } from '../http/refusal.ts'

/** A place between two readings of a listing, and the side of it on which the page is. */
export interface HistoryCursor extends ReadingKey {
  side: 'next' | 'previous'
  /** key of the vehicle */
  vehicle: string
}

/**
 * Side, time, nth and vehicle. A time has at most 16 digits, and none is before 2000. An `nth` of 0 is omitted, so
 * older cursors are still valid.
 */
const PATTERN = /^([np])(\d{1,15}|[1-8]\d{15})(?:\.([1-9]\d{0,4}))?\.([A-Za-z0-9_-]{1,64})$/

export function writeHistoryCursor({ side, timeUs, nth, vehicle }: HistoryCursor): string {
  const place = nth === 0 ? timeUs : `${timeUs}.${nth}`
  return writeCursor('telemetry', `${side === 'next' ? 'n' : 'p'}${place}.${vehicle}`)
}

/** The cursor of a query; `undefined` if it has none. */
export function readHistoryCursor(text: string | undefined): { cursor: HistoryCursor | undefined } | Refusal {
  const read = readCursor('telemetry', text, PATTERN)
  if (isRefusal(read)) return read
  const [, side, time, nth = 0, vehicle] = PATTERN.exec(read.after ?? '') ?? []
  if (vehicle === undefined) return { cursor: undefined }
  return {
    cursor: { side: side === 'n' ? 'next' : 'previous', timeUs: Number(time), nth: Number(nth), vehicle },
  }
}
