import type { Rejection } from '../../contract/problems.ts'
import type { Outcome } from '../accept.ts'
import { reject, type Entry } from './batch.ts'
import { decode } from './decode.ts'
import { rawElements } from './raw-text.ts'
import type { StoreResult } from './store.ts'

const NONE: readonly Rejection[] = []

/**
 * What became of an entry's message, given what became of its batch. Rows that the database refused are added to the
 * entry's rejections and dead letters.
 */
export function outcomeOf(entry: Entry, { duplicates, refused }: StoreResult): Outcome {
  const { rowCount } = entry
  if (duplicates.size === 0 && refused.size === 0) {
    return { stored: rowCount, spooled: false, duplicates: 0, ...commonOf(entry) }
  }

  let source: string[] | null | undefined
  let duplicateCount = 0
  let refusedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const reason = refused.get(entry.firstRow + row)
    if (reason !== undefined) {
      rejectRow(entry, row, reason, (source ??= sourceOf(entry)))
      refusedCount++
    } else if (duplicates.has(entry.firstRow + row)) {
      duplicateCount++
    }
  }
  return {
    stored: rowCount - duplicateCount - refusedCount,
    spooled: false,
    duplicates: duplicateCount,
    ...commonOf(entry),
  }
}

/** What became of an entry's message when it is in the spool; the rest is known when it leaves that. */
export function spooledOutcome(entry: Entry): Outcome {
  return { stored: entry.rowCount, spooled: true, duplicates: 0, ...commonOf(entry) }
}

function commonOf(entry: Entry): Pick<Outcome, 'rejected' | 'vehicleIds'> {
  const { vehicleIds } = entry
  const rejected = entry.rejected ?? NONE
  return vehicleIds === undefined ? { rejected } : { rejected, vehicleIds }
}

/** The text of each reading of an array; null when the message is a single reading. */
function sourceOf({ message }: Entry): string[] | null {
  const decoded = decode(message.payload)
  return 'code' in decoded || !decoded.isArray ? null : rawElements(decoded.text)
}

function rejectRow(entry: Entry, row: number, reason: string, source: string[] | null): void {
  const problem = { code: 'storage_refused', pointer: '', detail: reason } as const
  if (source === null) return reject(entry, null, [problem], entry.message.payload)
  const place = entry.places?.[row] ?? row
  reject(entry, place, [problem], Buffer.from(source[place] ?? ''))
}
