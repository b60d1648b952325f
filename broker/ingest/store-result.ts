import { classify, type Failure } from './sqlstate.ts'

export interface StoreResult {
  /** rows whose values were stored before at the same instant; usually empty */
  duplicates: Set<number>
  /**
   * The `nth` of rows that are not the first of their instant, and of duplicates the `nth` of the stored reading. A row that is
   * not in the map has 0. Empty in the usual case.
   */
  nths: Map<number, number>
  /** rows that the database refuses, with its reason */
  refused: Map<number, string>
}

/** Why rows were not stored, or some of them: it is safe to store them again. */
export interface NotStored {
  error: unknown
  failure: Failure
}

/** The outcome of a batch whose rows were all new and stored. */
export const NOTHING_SPECIAL: StoreResult = { duplicates: new Set(), nths: new Map(), refused: new Map() }

export function notStored(error: unknown): NotStored {
  return { error, failure: classify(error) }
}
