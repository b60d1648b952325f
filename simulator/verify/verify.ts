import { formatTime } from '../../contract/time.ts'
import type { ApiClient } from '../api-client.ts'
import { indexJournal, openMessages, type JournalIndex, type MessageRef } from '../journal/read.ts'
import type { SentLine } from '../journal/line.ts'
import { createLetterBook, type DeadLetter, type LetterBook } from './dead-letters.ts'
import { createFindings, type Finding, type FindingKind, type Findings } from './findings.ts'
import { compareReadings, timeOf, type SentReading, type StoredReading } from './readings.ts'
import { cutSlices, type Slice, type TimedRef } from './slices.ts'

export interface VerifyOptions {
  journal: string
  api: ApiClient
  onProgress: (done: number) => void
}

export interface VerifyReport {
  ok: boolean
  vehicles: number
  messages: number
  acknowledged: number
  /** readings of acknowledged messages, all of which must be stored, each time counted once */
  readings_expected: number
  readings_stored: number
  /** refused readings and messages that were acknowledged */
  rejected_expected: number
  /** also of unacknowledged ones, and several for one that was sent again */
  dead_letters: number
  found: number
  found_by_kind: Partial<Record<FindingKind, number>>
  /** the first ones */
  findings: readonly Finding[]
  torn_lines: number
  seconds: number
}

/** Readings that are in memory at once, for each vehicle that is being compared; also the API's page. */
const SLICE_READINGS = 5000
const VEHICLES_AT_ONCE = 4
const LETTERS_PAGE = 1000
/** The database's clock may be this far from ours. */
const CLOCKS_APART_MS = 60_000

/**
 * Compares everything in the journal with what the API says is stored.
 * Throws `journal_unusable`, `api_refused`, `api_unreachable`.
 */
export async function verify({ journal, api, onProgress }: VerifyOptions): Promise<VerifyReport> {
  const began = performance.now()
  const index = await indexJournal(journal)
  const file = openMessages(journal)
  const findings = createFindings()
  const totals = { readingsExpected: 0, readingsStored: 0, rejectedExpected: 0, deadLetters: 0 }
  const work = { api, index, read: (ref: MessageRef) => file.read(ref), findings, totals }
  const vehicles = [...index.messages.keys()]
  let next = 0
  try {
    const worker = async () => {
      for (let at = next++; at < vehicles.length; at = next++) {
        await verifyVehicle(vehicles[at]!, work)
        onProgress(at / vehicles.length)
      }
    }
    await Promise.all(Array.from({ length: VEHICLES_AT_ONCE }, worker))
  } finally {
    file.close()
  }
  const messages = [...index.messages.values()].flat()
  return {
    ok: findings.total() === 0,
    vehicles: vehicles.length,
    messages: messages.length,
    acknowledged: messages.filter((it) => it.acked).length,
    readings_expected: totals.readingsExpected,
    readings_stored: totals.readingsStored,
    rejected_expected: totals.rejectedExpected,
    dead_letters: totals.deadLetters,
    found: findings.total(),
    found_by_kind: findings.counts(),
    findings: findings.shown(),
    torn_lines: index.torn,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  }
}

interface Work {
  api: ApiClient
  index: JournalIndex
  read: (ref: MessageRef) => SentLine
  findings: Findings
  totals: { readingsExpected: number; readingsStored: number; rejectedExpected: number; deadLetters: number }
}

async function verifyVehicle(vehicle: string, work: Work): Promise<void> {
  const letters = createLetterBook()
  const readings: TimedRef[] = []
  for (const message of work.index.messages.get(vehicle) ?? []) {
    const line = work.read(message)
    for (const reading of line.stored) readings.push({ us: timeOf(reading), message })
    for (const it of line.rejected) letters.expect(it, message.acked, message.sends)
  }
  for (const slice of cutSlices(readings, SLICE_READINGS)) await verifySlice(vehicle, slice, work)
  await verifyLetters(vehicle, letters, work)
}

async function verifySlice(
  vehicle: string,
  slice: Slice,
  { api, read, findings, totals }: Work,
): Promise<void> {
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
  const stored: StoredReading[] = []
  for await (const it of api.list<StoredReading>(`/api/vehicles/${vehicle}/telemetry`, range)) stored.push(it)

  for (const candidates of sent.values()) if (candidates.some((it) => it.acked)) totals.readingsExpected++
  totals.readingsStored += stored.length
  for (const finding of compareReadings(vehicle, sent, stored)) findings.add(finding)
}

async function verifyLetters(vehicle: string, book: LetterBook, work: Work): Promise<void> {
  const { api, index, findings, totals } = work
  const from = new Date(index.fromMs - CLOCKS_APART_MS).toISOString()
  const query = { vehicle, from, payload: 'true', limit: LETTERS_PAGE }
  const letters: DeadLetter[] = []
  for await (const it of api.list<DeadLetter>('/api/dead-letters', query)) letters.push(it)
  totals.rejectedExpected += book.demanded()
  const compared = book.compare(vehicle, letters, index)
  totals.deadLetters += compared.counted
  for (const finding of compared.findings) findings.add(finding)
}
