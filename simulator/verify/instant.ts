import { READING_FIELDS, type Reading } from '../../contract/telemetry.ts'
import type { Finding } from './findings.ts'

/** A reading as the API returns it. */
export type StoredReading = Reading & { time: string; device?: string | null }

/** A reading that was sent; `acked` if it must be stored. */
export interface SentReading {
  reading: Reading
  device: string
  acked: boolean
}

/** The sent readings of one instant that have the same values: one row, from any of their devices. */
interface Alike {
  first: SentReading
  devices: Set<string>
  /** whether one of them was acknowledged: then the row must exist */
  acked: boolean
  rows: StoredReading[]
}

type InstantFinding = Pick<Finding, 'kind' | 'detail'>

/**
 * Compares the readings that were sent to a vehicle for one instant with its rows, by their values. Each acknowledged
 * reading must have its row, no values may be stored twice, and no row may have values that were not sent. A row with other
 * values counts as the most similar reading without a row (`different`), or as `unexpected` if every reading has a row.
 */
export function compareInstant(
  sent: readonly SentReading[],
  stored: readonly StoredReading[],
): InstantFinding[] {
  const alike = groupAlike(sent)
  const strays: StoredReading[] = []
  for (const row of stored) {
    const group = alike.get(valuesOf(row))
    if (group) group.rows.push(row)
    else strays.push(row)
  }
  const findings: InstantFinding[] = []
  for (const { rows, devices } of alike.values()) {
    if (rows.length > 1) findings.push({ kind: 'stored_twice', detail: `is stored ${rows.length} times` })
    for (const { device } of rows) {
      if (devices.has(device ?? '')) continue
      findings.push({ kind: 'different', detail: `device is ${device}, was ${[...devices].join(' or ')}` })
    }
  }
  const absent = new Set([...alike.values()].filter((it) => it.rows.length === 0))
  for (const row of strays) findings.push(judgeStray(row, absent))
  for (const { acked, first } of absent) {
    if (!acked) continue
    const detail = `was acknowledged and is not stored: ${JSON.stringify(first.reading)}`
    findings.push({ kind: 'missing', detail })
  }
  return findings
}

/** How many different readings of an instant must be stored. */
export function countDemanded(sent: readonly SentReading[]): number {
  return new Set(sent.flatMap(({ acked, reading }) => (acked ? [valuesOf(reading)] : []))).size
}

/** Removes the reading that the row stands for from `absent`. */
function judgeStray(row: StoredReading, absent: Set<Alike>): InstantFinding {
  const nearest = [...absent].reduce<{ group: Alike; differences: string[] } | undefined>((best, group) => {
    const differences = differencesTo(group.first.reading, row)
    return best && best.differences.length <= differences.length ? best : { group, differences }
  }, undefined)
  if (nearest === undefined) return { kind: 'unexpected', detail: `was never sent: ${JSON.stringify(row)}` }
  absent.delete(nearest.group)
  return { kind: 'different', detail: nearest.differences[0] ?? '' }
}

function groupAlike(sent: readonly SentReading[]): Map<string, Alike> {
  const groups = new Map<string, Alike>()
  for (const reading of sent) {
    const values = valuesOf(reading.reading)
    const group = groups.get(values)
    if (group) {
      group.devices.add(reading.device)
      group.acked ||= reading.acked
    } else {
      const { device, acked } = reading
      groups.set(values, { first: reading, devices: new Set([device]), acked, rows: [] })
    }
  }
  return groups
}

/** Each field in which they differ, in words. */
function differencesTo(sent: Reading, stored: Reading): string[] {
  return READING_FIELDS.flatMap((field) => {
    const [was, is] = [canonical(sent[field]), canonical(stored[field])]
    return was === is ? [] : [`${field} is ${is}, was ${was}`]
  })
}

/** The same text for the same values. 1 and 1.0 are one number, as in JSON, and so are 0 and -0. */
function valuesOf(reading: Reading): string {
  return READING_FIELDS.map((field) => canonical(reading[field])).join()
}

/** JSON text with sorted names: jsonb keeps no order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  // Not an object, which would put names that are integers first, and lose a `__proto__`.
  return JSON.stringify(sorted)
}
