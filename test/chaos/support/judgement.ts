import { expect } from 'chai'
import type { RunReport } from '../../../simulator/run/report.ts'
import type { VerifyReport } from '../../../simulator/verify/verify.ts'

/**
 * Checks the guarantee: every acknowledged reading is stored, once, as it was sent.
 * @param options.lettersMayRepeat if a spool may have been drained twice: a dead letter has no identity
 */
export function expectNothingLost(
  run: RunReport,
  verified: VerifyReport,
  { lettersMayRepeat = false } = {},
): void {
  expect(run.unacknowledged, 'messages that are not acknowledged at the end').to.equal(0)
  const found = JSON.stringify([verified.found_by_kind, verified.findings.slice(0, 3)])
  const forgiven = lettersMayRepeat ? (verified.found_by_kind.dead_letter_surplus ?? 0) : 0
  expect(verified.found - forgiven, `findings of verify: ${found}`).to.equal(0)
  expect(verified.readings_expected).to.be.greaterThan(0)
}

/** The judgement as rows of a table. */
export function judgementRows(run: RunReport, verified: VerifyReport): Record<string, string | number> {
  const kinds = verified.found_by_kind
  return {
    'messages acknowledged': run.acknowledged,
    'readings that must be stored': verified.readings_expected,
    missing: (kinds.missing ?? 0) + (kinds.dead_letter_missing ?? 0),
    'stored twice': kinds.stored_twice ?? 0,
    'dead letters too many': kinds.dead_letter_surplus ?? 0,
    'other findings': verified.found - sum(kinds),
    'verify waited for the last, s': verified.settled_ms / 1000,
  }
}

function sum(kinds: VerifyReport['found_by_kind']): number {
  const { missing = 0, dead_letter_missing = 0, stored_twice = 0, dead_letter_surplus = 0 } = kinds
  return missing + dead_letter_missing + stored_twice + dead_letter_surplus
}
