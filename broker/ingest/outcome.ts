import type { Rejection } from '../../contract/problems.ts'
import type { Outcome } from '../accept.ts'
import { reject, type Entry } from './batch.ts'
import { decode, type Decoded } from './decode.ts'
import { rawElements } from '../../contract/raw-text.ts'
import type { StoreResult } from './store-result.ts'

const REFUSED = 'storage_refused'
const NONE: readonly Rejection[] = []

/**
 * The outcome of an entry's message, by the result of its batch. Rows that the database refused are added to the entry's
 * rejections and dead letters.
 */
export function outcomeOf(entry: Entry, { duplicates, refused }: StoreResult): Outcome {
  const { rowCount } = entry
  if (duplicates.size === 0 && refused.size === 0) {
    return makeOutcome(entry, rowCount)
  }

  let decoded: Decoded | undefined
  let raw: readonly string[] | undefined
  let duplicateCount = 0
  let refusedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const reason = refused.get(entry.firstRow + row)
    if (reason !== undefined) {
      decoded ??= decodedOf(entry)
      raw ??= decoded.isArray ? rawElements(decoded.text) : []
      rejectRow(entry, row, reason, decoded, raw)
      refusedCount++
    } else if (duplicates.has(entry.firstRow + row)) {
      duplicateCount++
    }
  }
  return makeOutcome(entry, rowCount - duplicateCount - refusedCount, duplicateCount)
}

/** The outcome of an entry's message in the spool; the rest is known when the message leaves the spool. */
export function spooledOutcome(entry: Entry): Outcome {
  return { ...makeOutcome(entry, entry.rowCount), spooled: true }
}

/**
 * The outcome with the readings that the database refused only now. Other rejections of a message in the spool were reported
 * when it was acknowledged. `undefined` if nothing was refused.
 */
export function refusedLate(outcome: Outcome | undefined): Outcome | undefined {
  const rejected = outcome?.rejected.filter(({ problems: [problem] }) => problem?.code === REFUSED) ?? []
  return outcome === undefined || rejected.length === 0 ? undefined : { ...outcome, rejected }
}

function makeOutcome({ vehicleIds, rejected }: Entry, stored: number, duplicates = 0): Outcome {
  const outcome: Outcome = { stored, spooled: false, duplicates, rejected: rejected ?? NONE }
  if (vehicleIds !== undefined) outcome.vehicleIds = vehicleIds
  return outcome
}

/** The decoded payload that its rows were made from. */
function decodedOf({ message }: Entry): Decoded {
  const decoded = decode(message.payload)
  return 'code' in decoded ? { text: '', readings: [], isArray: false } : decoded
}

function rejectRow(
  entry: Entry,
  row: number,
  reason: string,
  { readings, isArray }: Decoded,
  raw: readonly string[],
): void {
  const problem = { code: REFUSED, pointer: '', detail: reason } as const
  const place = entry.indexes?.[row] ?? row
  if (!isArray) return reject(entry, null, readings[place], [problem], entry.message.payload)
  reject(entry, place, readings[place], [problem], Buffer.from(raw[place] ?? ''))
}
