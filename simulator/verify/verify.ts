import type { ApiClient } from '../api-client.ts'
import { indexJournal, openMessages, type MessageRef } from '../journal/read.ts'
import { createFindings, type Finding, type FindingKind } from './findings.ts'
import { checkOfLetters } from './letters.ts'
import { createPlacement } from './placement.ts'
import { settle, type Check } from './settle.ts'
import { verifyVehicle } from './vehicle.ts'

export interface VerifyOptions {
  journal: string
  api: ApiClient
  /** missing data is looked for so long before it is reported: a spool may still be drained */
  settleMs: number
  onProgress: (done: number) => void
}

export interface VerifyReport {
  ok: boolean
  vehicles: number
  messages: number
  acknowledged: number
  /** readings of acknowledged messages, all of which must be stored; equal readings of an instant count once */
  readings_expected: number
  readings_stored: number
  /** refused readings and messages that were acknowledged */
  rejected_expected: number
  /** also of unacknowledged messages, and several for a message that was sent again */
  dead_letters: number
  found: number
  found_by_kind: Partial<Record<FindingKind, number>>
  /** the first findings */
  findings: readonly Finding[]
  torn_lines: number
  seconds: number
  /** how long missing data was looked for */
  settled_ms: number
}

const VEHICLES_AT_ONCE = 4

/**
 * Compares everything in the journal with the data that the API returns.
 * Throws `journal_unusable`, `api_refused`, `api_unreachable`.
 */
export async function verify({ journal, api, settleMs, onProgress }: VerifyOptions): Promise<VerifyReport> {
  const began = performance.now()
  const index = await indexJournal(journal)
  const file = openMessages(journal)
  const findings = createFindings()
  const totals = { readingsExpected: 0, readingsStored: 0, rejectedExpected: 0, deadLetters: 0 }
  const placement = createPlacement(index)
  const work = { api, index, placement, read: (ref: MessageRef) => file.read(ref), findings, totals }
  const { vehicles } = placement
  let settledMs = 0
  try {
    const checks = vehicles.map(
      (vehicle): Check =>
        (final) =>
          verifyVehicle(vehicle, work, final),
    )
    if (placement.touched.size > 0) checks.push(checkOfLetters([...placement.touched], work))
    settledMs = await settle({ checks, settleMs, round: (some, final) => checkAll(some, final, onProgress) })
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
    settled_ms: settledMs,
  }
}

async function checkAll(
  checks: readonly Check[],
  final: boolean,
  onProgress: (done: number) => void,
): Promise<Check[]> {
  const left: Check[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < checks.length; at = next++) {
      const again = await checks[at]!(final)
      if (again) left.push(again)
      onProgress(at / checks.length)
    }
  }
  await Promise.all(Array.from({ length: VEHICLES_AT_ONCE }, worker))
  return left
}
