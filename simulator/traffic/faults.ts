import { pick, type Random } from '../driving/random.ts'
import { SPOIL_KINDS } from './spoil.ts'

/** The injected faults, at most one for a message. */
export const FAULT_KINDS = [
  'duplicate',
  'reordered',
  'late',
  'dropped_connection',
  'not_json',
  'bad_in_array',
  ...SPOIL_KINDS,
] as const
/** Only chosen where readings are deleted after some days; elsewhere these would be stored. */
export const RETENTION_FAULTS = ['older_than_retention'] as const
export type FaultKind = (typeof FAULT_KINDS)[number] | (typeof RETENTION_FAULTS)[number]

export type FaultCounts = Partial<Record<FaultKind, number>>

/** The fault of `kinds` that this message gets; `undefined` for all but `share` (0 to 1) of the messages. */
export function chooseFault(
  random: Random,
  share: number,
  kinds: readonly FaultKind[],
): FaultKind | undefined {
  return share > 0 && random() < share ? pick(random, kinds) : undefined
}
