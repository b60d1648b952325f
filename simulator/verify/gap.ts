import type { TimedFinding } from './readings.ts'
import type { Slice } from './slices.ts'

/**
 * The part of a slice from the first to the last instant with a missing acknowledged reading; `undefined` if nothing is missing.
 * The instants are included whole: another reading of the same instant may be stored.
 */
export function findGap(slice: Slice, findings: readonly TimedFinding[]): Slice | undefined {
  let [fromUs, toUs] = [Infinity, 0]
  for (const { kind, us } of findings) {
    if (kind !== 'missing') continue
    fromUs = Math.min(fromUs, us)
    toUs = Math.max(toUs, us + 1)
  }
  return toUs === 0 ? undefined : { fromUs, toUs, messages: slice.messages }
}
