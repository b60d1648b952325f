import { readCursor, writeCursor } from './cursor.ts'
import { isRefusal, type Refusal } from './refusal.ts'

/** A place between two readings of a listing, and on which side of it the page is. */
export interface HistoryCursor {
  side: 'next' | 'previous'
  /** microseconds since 1970 */
  timeUs: number
  /** key of the vehicle */
  vehicle: string
}

/** Side, time and vehicle; a time is at most 16 digits, and none is before 2000. */
const PATTERN = /^([np])(\d{1,15}|[1-8]\d{15})\.([A-Za-z0-9_-]{1,64})$/

export function writeHistoryCursor({ side, timeUs, vehicle }: HistoryCursor): string {
  return writeCursor('telemetry', `${side === 'next' ? 'n' : 'p'}${timeUs}.${vehicle}`)
}

/** The cursor of a query, undefined when it has none. */
export function readHistoryCursor(text: string | undefined): { cursor: HistoryCursor | undefined } | Refusal {
  const read = readCursor('telemetry', text, PATTERN)
  if (isRefusal(read)) return read
  const [, side, time, vehicle] = PATTERN.exec(read.after ?? '') ?? []
  if (vehicle === undefined) return { cursor: undefined }
  return { cursor: { side: side === 'n' ? 'next' : 'previous', timeUs: Number(time), vehicle } }
}
