import type { SentReading } from './readings.ts'
import type { Slice } from './slices.ts'

/**
 * The part of a slice from its first acknowledged reading that is not stored to the last one; undefined when all are.
 * @param stored times in microseconds
 */
export function findGap(
  slice: Slice,
  sent: ReadonlyMap<number, readonly SentReading[]>,
  stored: ReadonlySet<number>,
): Slice | undefined {
  let [fromUs, toUs] = [Infinity, 0]
  for (const [us, candidates] of sent) {
    if (stored.has(us) || !candidates.some((it) => it.acked)) continue
    fromUs = Math.min(fromUs, us)
    toUs = Math.max(toUs, us + 1)
  }
  return toUs === 0 ? undefined : { fromUs, toUs, messages: slice.messages }
}
