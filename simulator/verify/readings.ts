import { READING_FIELDS, type Reading } from '../../contract/telemetry.ts'
import { formatTime, parseTime } from '../../contract/time.ts'
import { FleetwireError } from '../../kit/errors.ts'
import type { Finding } from './findings.ts'

/** A reading as the API gives it. */
export type StoredReading = Reading & { time: string; device?: string | null }

/** A reading that was sent: `acked` when it must be there. */
export interface SentReading {
  reading: Reading
  device: string
  acked: boolean
}

/** Microseconds since 1970 of a journaled or stored reading. Throws `bad_time`, which neither should have. */
export function timeOf(reading: Reading): number {
  const us = parseTime(reading.time ?? '')
  if (typeof us === 'number') return us
  throw new FleetwireError('bad_time', `a reading with the time ${JSON.stringify(reading.time)}`)
}

/**
 * Compares what was sent in a span of time, by time in microseconds, with everything that is stored in that span,
 * ascending. Which of several readings of one time came first is not known, so the stored one may be any of them.
 */
export function compareReadings(
  vehicle: string,
  sent: ReadonlyMap<number, readonly SentReading[]>,
  stored: readonly StoredReading[],
): Finding[] {
  const findings: Finding[] = []
  const seen = new Set<number>()
  const add = (kind: Finding['kind'], us: number, detail: string) =>
    findings.push({ kind, vehicle, detail: `${formatTime(us)}: ${detail}` })

  for (const row of stored) {
    const us = timeOf(row)
    const candidates = sent.get(us)
    if (seen.has(us)) add('stored_twice', us, 'is stored more than once')
    else if (!candidates) add('unexpected', us, `was never sent: ${JSON.stringify(row)}`)
    else {
      const differences = candidates.map((it) => differenceTo(it, row))
      const first = differences[0]
      if (!differences.includes(undefined) && first !== undefined) add('different', us, first)
    }
    seen.add(us)
  }
  for (const [us, candidates] of sent) {
    if (seen.has(us) || !candidates.some((it) => it.acked)) continue
    add('missing', us, `was acknowledged and is not stored: ${JSON.stringify(candidates[0]?.reading)}`)
  }
  return findings
}

/** The first field in which they differ, in words; undefined when they are equal. */
export function differenceTo(sent: SentReading, stored: StoredReading): string | undefined {
  if (stored.device !== sent.device) return `device is ${stored.device}, was ${sent.device}`
  for (const field of READING_FIELDS) {
    const was = canonical(sent.reading[field])
    const is = canonical(stored[field])
    if (was !== is) return `${field} is ${is}, was ${was}`
  }
  return undefined
}

/** JSON text with sorted names: jsonb keeps no order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  return JSON.stringify(Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))))
}
