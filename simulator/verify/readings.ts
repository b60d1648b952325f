import type { Reading } from '../../contract/telemetry.ts'
import { formatTime, parseTime } from '../../contract/time.ts'
import { FleetwireError } from '../../kit/errors.ts'
import { append } from './append.ts'
import type { Finding } from './findings.ts'
import { compareInstant, type SentReading, type StoredReading } from './instant.ts'

export type { SentReading, StoredReading } from './instant.ts'

/** A finding about an instant, in microseconds since 1970. */
export type TimedFinding = Finding & { us: number }

/** The time of a journaled or stored reading, in microseconds since 1970. Throws `bad_time`, which should not happen. */
export function timeOf(reading: Reading): number {
  const us = parseTime(reading.time ?? '')
  if (typeof us === 'number') return us
  throw new FleetwireError('bad_time', `a reading with the time ${JSON.stringify(reading.time)}`)
}

/**
 * Compares the readings that were sent to a vehicle in a span of time, by time in microseconds, with all readings stored in that
 * span. Each instant is compared by itself, because several different readings may share it.
 */
export function compareReadings(
  vehicle: string,
  sent: ReadonlyMap<number, readonly SentReading[]>,
  stored: readonly StoredReading[],
): TimedFinding[] {
  const rows = new Map<number, StoredReading[]>()
  for (const row of stored) append(rows, timeOf(row), row)
  const findings: TimedFinding[] = []
  for (const us of new Set([...rows.keys(), ...sent.keys()])) {
    for (const { kind, detail } of compareInstant(sent.get(us) ?? [], rows.get(us) ?? [])) {
      findings.push({ us, kind, vehicle, detail: `${formatTime(us)}: ${detail}` })
    }
  }
  return findings
}
