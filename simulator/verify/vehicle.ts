import { formatTime } from '../../contract/time.ts'
import type { ApiClient } from '../api-client.ts'
import type { JournalIndex, MessageRef } from '../journal/read.ts'
import type { SentLine } from '../journal/line.ts'
import { createLetterBook, type DeadLetter, type LetterBook } from './dead-letters.ts'
import type { Findings } from './findings.ts'
import { findGap } from './gap.ts'
import { compareReadings, timeOf, type SentReading, type StoredReading } from './readings.ts'
import type { Check } from './settle.ts'
import { cutSlices, type Slice, type TimedRef } from './slices.ts'

/** Readings that are in memory at once, for each vehicle that is being compared; also the API's page. */
const SLICE_READINGS = 5000
/** The database's clock may be this far from ours. */
const CLOCKS_APART_MS = 60_000

/** What the comparisons of all vehicles share. */
export interface Work {
  api: ApiClient
  index: JournalIndex
  read: (ref: MessageRef) => SentLine
  findings: Findings
  totals: { readingsExpected: number; readingsStored: number; rejectedExpected: number; deadLetters: number }
}

/**
 * Compares everything of one vehicle. Throws `api_refused`, `api_unreachable`.
 * @param final false: what is missing is not reported, but left to the check that it returns
 */
export async function verifyVehicle(vehicle: string, work: Work, final: boolean): Promise<Check | undefined> {
  const letters = createLetterBook()
  const readings: TimedRef[] = []
  for (const message of work.index.messages.get(vehicle) ?? []) {
    const line = work.read(message)
    for (const reading of line.stored) readings.push({ us: timeOf(reading), message })
    for (const it of line.rejected) letters.expect(it, message.acked, message.sends)
  }
  const checks = cutSlices(readings, SLICE_READINGS).map(
    (slice) => (final: boolean) => verifySlice(vehicle, slice, work, final),
  )
  return inTurn([...checks, (final) => verifyLetters(vehicle, letters, work, final)], final)
}

/** All of a vehicle's checks as one, so that no more vehicles than `VEHICLES_AT_ONCE` are in memory. */
async function inTurn(checks: readonly Check[], final: boolean): Promise<Check | undefined> {
  const left: Check[] = []
  for (const check of checks) {
    const again = await check(final)
    if (again) left.push(again)
  }
  return left.length > 0 ? (final) => inTurn(left, final) : undefined
}

/** Judges what is there. From the first reading that is missing to the last one it is left to the next check. */
async function verifySlice(
  vehicle: string,
  slice: Slice,
  work: Work,
  final: boolean,
): Promise<Check | undefined> {
  const { api, read, findings, totals } = work
  const sent = new Map<number, SentReading[]>()
  for (const message of slice.messages) {
    const { stored, device } = read(message)
    for (const reading of stored) {
      const us = timeOf(reading)
      if (us < slice.fromUs || us >= slice.toUs) continue
      const entry = { reading, device, acked: message.acked }
      const same = sent.get(us)
      if (same) same.push(entry)
      else sent.set(us, [entry])
    }
  }
  const range = { from: formatTime(slice.fromUs), to: formatTime(slice.toUs), limit: SLICE_READINGS }
  let stored: StoredReading[] = []
  for await (const it of api.listReadings(vehicle, range)) stored.push(it)

  const gap = final ? undefined : findGap(slice, sent, new Set(stored.map(timeOf)))
  if (gap) {
    const isOpen = (us: number) => us >= gap.fromUs && us < gap.toUs
    for (const us of sent.keys()) if (isOpen(us)) sent.delete(us)
    stored = stored.filter((it) => !isOpen(timeOf(it)))
  }
  for (const candidates of sent.values()) if (candidates.some((it) => it.acked)) totals.readingsExpected++
  totals.readingsStored += stored.length
  for (const finding of compareReadings(vehicle, sent, stored)) findings.add(finding)
  return gap && ((final) => verifySlice(vehicle, gap, work, final))
}

async function verifyLetters(
  vehicle: string,
  book: LetterBook,
  work: Work,
  final: boolean,
): Promise<Check | undefined> {
  const { api, index, findings, totals } = work
  const from = new Date(index.fromMs - CLOCKS_APART_MS).toISOString()
  const letters: DeadLetter[] = []
  for await (const it of api.listDeadLetters(vehicle, from)) letters.push(it)
  const compared = book.compare(vehicle, letters, index)
  if (!final && compared.findings.some((it) => it.kind === 'dead_letter_missing')) {
    return (final) => verifyLetters(vehicle, book, work, final)
  }
  totals.rejectedExpected += book.demanded()
  totals.deadLetters += compared.counted
  for (const finding of compared.findings) findings.add(finding)
  return undefined
}
