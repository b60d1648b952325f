import { pick, type Random } from '../driving/random.ts'
import { SPOIL_KINDS } from './spoil.ts'

/** Everything that goes wrong on purpose, at most one kind for a message. */
export const FAULT_KINDS = [
  'duplicate',
  'reordered',
  'late',
  'dropped_connection',
  'not_json',
  'bad_in_array',
  ...SPOIL_KINDS,
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

export type FaultCounts = Partial<Record<FaultKind, number>>

/** The fault that this message gets; undefined for all but `share` (0..1) of the messages. */
export function chooseFault(random: Random, share: number): FaultKind | undefined {
  return share > 0 && random() < share ? pick(random, FAULT_KINDS) : undefined
}
