import { canonical } from './canonical.ts'
import type { Delivery, Specification } from './specification.ts'
import { casesOf, letterKey, NOTHING, rowKey, type Trace } from './traces.ts'

export interface StoredRow {
  vehicle_id: number
  time_us: number
  device_id: number
  /** all columns, as JSON */
  row: string
  /** its place among the readings of its instant; `null` if the table has no such column */
  nth: number | null
}

export interface StoredLetter {
  device_id: number
  reading_index: number | null
  payload: Buffer
  code: string
}

/** How often a trace may exist, and how often it must. A reading with a time exists once, however often it was sent. */
interface Bounds {
  least: number
  most: number
  codes: Set<string>
}

interface Known {
  delivery: Delivery
  cases: ReturnType<typeof casesOf>
}

/** One line for each violation; empty if the database is as the specification requires. */
export function compare(
  spec: Specification,
  rows: readonly StoredRow[],
  letters: readonly StoredLetter[],
): string[] {
  const known = spec.deliveries.map((delivery) => ({ delivery, cases: casesOf(delivery) }))
  const bounds = boundsOf(known)
  const counts = new Map<string, number>()
  const faults: string[] = []
  const note = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)

  for (const { vehicle_id, time_us, row } of rows) {
    const values = canonical(row)
    const timed = rowKey(vehicle_id, time_us, values)
    note(bounds.has(timed) ? timed : rowKey(vehicle_id, undefined, values))
  }
  for (const { device_id, reading_index, payload, code } of letters) {
    const key = letterKey(device_id, reading_index, payload)
    note(key)
    const codes = bounds.get(key)?.codes
    if (codes !== undefined && !codes.has(code))
      faults.push(`${key} has the code ${code}, not ${[...codes].join(' or ')}`)
  }

  for (const [key, count] of counts) {
    const most = bounds.get(key)?.most ?? 0
    if (most === 0) faults.push(`was never sent, or belongs elsewhere, and is stored: ${key}`)
    else if (count > most) faults.push(`is stored ${count} times, but at most ${most} are allowed: ${key}`)
  }
  for (const [key, { least }] of bounds) {
    const count = counts.get(key) ?? 0
    if (count < least)
      faults.push(`was acknowledged and is lost: ${key} is stored ${count} times, not ${least}`)
  }
  for (const { delivery, cases } of known) {
    const isThere = cases.some((parts) =>
      parts.every(
        (traces) => traces.length === 0 || traces.some((it) => it === NOTHING || counts.has(it.key)),
      ),
    )
    if (delivery.ackedUs !== undefined && !isThere)
      faults.push(`was acknowledged, and no possible result is stored: ${describe(delivery)}`)
  }
  return [...new Set([...faults, ...ordinalFaults(rows)])]
}

function boundsOf(known: readonly Known[]): Map<string, Bounds> {
  const all = new Map<string, Bounds>()
  for (const { delivery, cases } of known) {
    for (const { key, codes = [] } of cases.flat(2)) {
      if (key === NOTHING.key) continue
      const bounds = all.get(key) ?? { least: 0, most: 0, codes: new Set<string>() }
      all.set(key, bounds)
      for (const code of codes) bounds.codes.add(code)
    }
    const isAcked = delivery.ackedUs !== undefined
    for (const [key, bounds] of all) {
      const counts = cases.map((parts) => countOf(key, parts))
      const possible = Math.max(...counts.map((it) => it.possible)) * delivery.copiesMax
      const certain = isAcked ? Math.min(...counts.map((it) => it.certain)) : 0
      bounds.most = isOnce(key) ? 1 : bounds.most + possible
      bounds.least = isOnce(key) ? Math.max(bounds.least, Math.min(1, certain)) : bounds.least + certain
    }
  }
  return all
}

/** A reading with a time is stored once. */
function isOnce(key: string): boolean {
  return key.startsWith('row') && key.includes(' at ')
}

/** The number of parts whose trace this may be, and the number whose trace it must be. */
function countOf(key: string, parts: readonly (readonly Trace[])[]): { possible: number; certain: number } {
  const possible = parts.filter((traces) => traces.some((it) => it.key === key))
  return { possible: possible.length, certain: possible.filter(({ length }) => length === 1).length }
}

/** Readings of one instant are numbered 0, 1, 2 without a gap, and no two have the same values. */
function ordinalFaults(rows: readonly StoredRow[]): string[] {
  const faults: string[] = []
  const instants = new Map<string, StoredRow[]>()
  for (const row of rows) {
    const instant = `${row.vehicle_id} at ${row.time_us}`
    instants.set(instant, [...(instants.get(instant) ?? []), row])
  }
  for (const [instant, all] of instants) {
    const values = all.map(({ row }) => canonical(row))
    if (new Set(values).size < values.length)
      faults.push(`the same values are stored twice: ${instant} ${values.join(' ')}`)
    const ordinals = all.flatMap(({ nth }) => (nth === null ? [] : [nth])).toSorted((a, b) => a - b)
    if (ordinals.some((nth, n) => nth !== n))
      faults.push(`its readings are numbered ${ordinals.join(', ')}: ${instant}`)
  }
  return faults
}

export function describe({ device, topic, sent }: Delivery): string {
  return `${device.key} to ${topic ?? 'HTTP'}: ${sent.payload.toString('latin1').slice(0, 300)}`
}
