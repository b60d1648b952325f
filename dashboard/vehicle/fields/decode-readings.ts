import {
  NUMBER_FIELDS,
  READINGS_MAX,
  PAYLOAD_BYTES_MAX,
  type NumberField,
} from '../../../contract/telemetry.ts'
import { parseTime } from '../../../contract/time.ts'

export type FieldValue = number | boolean | string

/** A reading as the panel keeps it: whatever is in it is of the right type and range. */
export interface PanelReading {
  /** milliseconds since 1970 */
  timeMs: number
  values: Partial<Record<NumberField | 'ignition' | 'status' | 'seq', FieldValue>>
  extra: Record<string, FieldValue>
}

/** The broker lets clocks be this much ahead. */
const AHEAD_MAX_MS = 5 * 60_000
const NUMBERS = Object.entries(NUMBER_FIELDS) as [NumberField, { minimum: number; maximum: number }][]

/**
 * The readings of a raw message of `fleet/{vehicle}/telemetry`: one, or an array. It is what the device sent, so that a
 * value that the broker refuses is left out here, too, and a message that is no JSON gives none.
 */
export function decodeReadings(payload: Uint8Array, nowMs: number): PanelReading[] {
  if (payload.length > PAYLOAD_BYTES_MAX) return []
  let message: unknown
  try {
    message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return []
  }
  const items: unknown[] = Array.isArray(message) ? message.slice(0, READINGS_MAX) : [message]
  return items.flatMap((item) => toPanelReading(item, nowMs) ?? [])
}

/** Undefined unless it is an object with a time that can be, and at least one value. Without a time it is of `nowMs`. */
function toPanelReading(item: unknown, nowMs: number): PanelReading | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined
  const given = item as Record<string, unknown>
  const timeMs = readTime(given['time'], nowMs)
  if (timeMs === undefined) return undefined

  const reading: PanelReading = { timeMs, values: {}, extra: {} }
  for (const [field, { minimum, maximum }] of NUMBERS) {
    const value = given[field]
    if (typeof value === 'number' && value >= minimum && value <= maximum) reading.values[field] = value + 0
  }
  const { ignition, status, seq, extra } = given
  if (typeof ignition === 'boolean') reading.values.ignition = ignition
  if (typeof status === 'string' && status.length <= 32) reading.values.status = status
  if (Number.isSafeInteger(seq)) reading.values.seq = seq as number
  if (typeof extra === 'object' && extra !== null && !Array.isArray(extra)) {
    for (const [name, value] of Object.entries(extra).slice(0, 32)) {
      if (['string', 'number', 'boolean'].includes(typeof value)) reading.extra[name] = value as FieldValue
    }
  }
  const isEmpty = Object.keys(reading.values).length + Object.keys(reading.extra).length === 0
  return isEmpty ? undefined : reading
}

function readTime(time: unknown, nowMs: number): number | undefined {
  if (time === undefined) return nowMs
  if (typeof time !== 'string' && !Number.isSafeInteger(time)) return undefined
  const us = parseTime(time as string | number)
  if (typeof us === 'string') return undefined
  const ms = us / 1000
  return ms <= nowMs + AHEAD_MAX_MS ? ms : undefined
}
