import { NUMBER_FIELDS } from '../contract/telemetry.ts'

/**
 * The flat shape that some trackers send: everything in one object, the device's key and token with it, numbers
 * sometimes as text, and what was not measured as null or empty text.
 */
export interface LegacyReading {
  device: string
  token: string
  /** as the pipeline takes it; what the table below does not know keeps its name, and is refused there by it */
  reading: Record<string, unknown>
}

/** Their names for our fields. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['fuel', 'fuel_level'],
  ['long', 'lon'],
])
/** What we keep in `extra`, by the same names. */
const EXTRAS: ReadonlySet<string> = new Set(['ip', 'sw_version', 'hw_version'])
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/

/** Reads a body that has `iot_id`; undefined: it is none of these. */
export function readLegacy(body: unknown): LegacyReading | undefined {
  if (typeof body !== 'object' || body === null || !('iot_id' in body)) return undefined
  const { iot_id: device, token, ...values } = body as Record<string, unknown>
  const reading = Object.create(null) as Record<string, unknown>
  const extra: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (isNothing(value)) continue
    if (EXTRAS.has(name)) extra[name] = value
    else {
      const ours = FIELDS.get(name)
      // Of both at once theirs keeps its name, and is refused by it.
      const field = ours === undefined || !isNothing(values[ours]) ? name : ours
      reading[field] = toOurs(field, value)
    }
  }
  if (Object.keys(extra).length > 0) reading['extra'] = extra
  return { device: textOf(device), token: textOf(token), reading }
}

/** Where a pointer into the reading points to in what was sent. */
export function legacyPointer(pointer: string): string {
  const [name = '', child] = pointer.slice(1).split('/')
  if (name === 'extra' && child !== undefined) return `/${child}`
  const [theirs] = [...FIELDS].find(([, ours]) => ours === name) ?? []
  return theirs === undefined ? pointer : `/${theirs}`
}

function toOurs(field: string, value: unknown): unknown {
  if (field === 'status' && typeof value === 'number') return String(value)
  return Object.hasOwn(NUMBER_FIELDS, field) && typeof value === 'string' && NUMBER.test(value)
    ? Number(value)
    : value
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
