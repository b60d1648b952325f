import type { ApiClient } from '../api-client.ts'
import type { SentLine } from '../journal/line.ts'
import type { JournalIndex, MessageRef } from '../journal/read.ts'
import type { Findings } from './findings.ts'
import type { Placement } from './placement.ts'

/** Shared by the comparisons of all vehicles. */
export interface Work {
  api: ApiClient
  index: JournalIndex
  placement: Placement
  read: (ref: MessageRef) => SentLine
  findings: Findings
  totals: { readingsExpected: number; readingsStored: number; rejectedExpected: number; deadLetters: number }
}
