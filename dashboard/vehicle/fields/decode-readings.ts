import {
  NUMBER_FIELDS,
  READINGS_MAX,
  PAYLOAD_BYTES_MAX,
  type NumberField,
} from '../../../contract/telemetry.ts'
import { parseTime } from '../../../contract/time.ts'

export type FieldValue = number | boolean | string

/** A reading with only values of valid type and range. */
export interface PanelReading {
  /** milliseconds since 1970 */
  timeMs: number
  values: Partial<Record<NumberField | 'ignition' | 'status' | 'seq', FieldValue>>
  extra: Record<string, FieldValue>
}

/** The broker accepts clocks that are this much ahead. */
const AHEAD_MAX_MS = 5 * 60_000
const NUMBERS = Object.entries(NUMBER_FIELDS) as [NumberField, { minimum: number; maximum: number }][]

/**
 * The readings of a raw message of `fleet/{vehicle}/telemetry`, one or an array. The message is as the device sent it, so values
 * that the broker refuses are left out here as well. A message that is not JSON has no readings.
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

/** A reading from JSON, of `nowMs` without a time; `undefined` unless it has a valid time and at least one valid value. */
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
