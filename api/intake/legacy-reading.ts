import { digitsOf, parseExact, stringifyExact } from '../../contract/exact-numbers.ts'
import { NUMBER_FIELDS } from '../../contract/telemetry.ts'

/**
 * The flat shape that some trackers send: everything in one object, including the device's key and token. Numbers are
 * sometimes text, and unmeasured values are null or empty text.
 */
export interface LegacyReading {
  device: string
  token: string
  /**
   * the reading in the pipeline's format, as JSON; names that the table below does not have are unchanged, and refused
   * there
   */
  payload: () => string
  /** Translates a pointer into the reading to one into the original body. */
  pointerOf: (pointer: string) => string
}

/** Their names for the contract's fields. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['fuel', 'fuel_level'],
  ['long', 'lon'],
])
/** Fields that are stored in `extra`, under the same names. */
const EXTRAS: ReadonlySet<string> = new Set(['ip', 'sw_version', 'hw_version'])
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/

/** Reads a body with `iot_id`; `undefined` if the body has no `iot_id`. Numbers keep all digits of `bodyText`. */
export function readLegacy(body: unknown, bodyText: string): LegacyReading | undefined {
  if (typeof body !== 'object' || body === null || !('iot_id' in body)) return undefined
  // No reading that contains the mark's character is valid.
  const isMarkable = !bodyText.includes('\\u0000')
  const exact = isMarkable ? parseExact(bodyText) : body
  const { iot_id: device, token, ...values } = exact as Record<string, unknown>
  const reading = Object.create(null) as Record<string, unknown>
  const moved: Record<string, unknown> = {}
  const pointers = new Map<string, string>()
  for (const [name, value] of Object.entries(values)) {
    if (isNothing(value)) continue
    if (EXTRAS.has(name) && hasRoomFor(name, values['extra'])) {
      moved[name] = value
      pointers.set(`/extra/${name}`, `/${name}`)
    } else {
      const ours = FIELDS.get(name)
      // If both names are present, theirs is unchanged, and refused by its name.
      const field = ours === undefined || !isNothing(values[ours]) ? name : ours
      if (field !== name) pointers.set(`/${field}`, `/${name}`)
      reading[field] = toOurs(field, field === 'status' && isMarkable ? (digitsOf(value) ?? value) : value)
    }
  }
  if (Object.keys(moved).length > 0)
    reading['extra'] = { ...(reading['extra'] as object | undefined), ...moved }
  const pointerOf = (pointer: string) => pointers.get(pointer) ?? pointer
  const payload = () => (isMarkable ? stringifyExact(reading) : JSON.stringify(reading))
  return { device: textOf(device), token: textOf(token), payload, pointerOf }
}

/**
 * Whether a value can be moved into the `extra` that was sent. Otherwise it keeps its place, so that no part of it is
 * lost.
 */
function hasRoomFor(name: string, extra: unknown): boolean {
  if (isNothing(extra)) return true
  return typeof extra === 'object' && !Array.isArray(extra) && !Object.hasOwn(extra as object, name)
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
  if (typeof value === 'number') return String(value)
  return digitsOf(value) ?? (typeof value === 'string' ? value : '')
}
