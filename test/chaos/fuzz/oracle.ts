import { FIELD_RANGES } from '../../support/field-ranges.ts'

/**
 * The required result of a payload, from the table of the design and not from the product's schema. The range of each
 * released field is written out a second time, and times are parsed differently.
 */
export interface Verdict {
  /** The reason why the whole message is refused; `undefined` if each reading is judged separately. */
  refused?: 'empty_payload' | 'not_utf8' | 'not_json' | 'no_readings' | 'too_many_readings'
  isArray: boolean
  readings: ReadingVerdict[]
}

/**
 * The content of the row; `undefined` if the reading is rejected. `timeUs` is `undefined` for a reading without a time.
 */
export type ReadingVerdict = { timeUs: bigint | undefined; values: Values } | undefined
export type Values = Record<string, string | number | boolean | object>

const RANGES: Record<string, readonly [least: number, most: number]> = FIELD_RANGES
/** The step between consecutive readings without a time in one message. */
const RECEIPT_STEP_US = 32n
const SKEW_MAX_US = 300_000_000n
const YEAR_2000_US = 946_684_800_000_000n

export function judge(payload: Buffer, receivedUs: bigint): Verdict {
  const whole = (refused: Verdict['refused'] & string): Verdict => ({ refused, isArray: false, readings: [] })
  if (payload.length === 0) return whole('empty_payload')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
  } catch {
    return whole('not_utf8')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return whole('not_json')
  }
  if (!Array.isArray(value)) return { isArray: false, readings: [judgeReading(value, receivedUs)] }
  if (value.length === 0) return whole('no_readings')
  if (value.length > 1000) return whole('too_many_readings')
  return {
    isArray: true,
    readings: value.map((it, n) => judgeReading(it, receivedUs + BigInt(n) * RECEIPT_STEP_US)),
  }
}

function judgeReading(reading: unknown, receivedUs: bigint): ReadingVerdict {
  if (typeof reading !== 'object' || reading === null || Array.isArray(reading)) return undefined
  const entries = Object.entries(reading) as [string, unknown][]
  if (!entries.every(([name, value]) => name === 'time' || isGood(name, value))) return undefined
  const names = new Set(entries.map(([name]) => name))
  if (names.has('lat') !== names.has('lon')) return undefined
  if (![...names].some((it) => it !== 'time' && it !== 'seq')) return undefined
  const { time, ...values } = reading as Values
  if (time === undefined) return { timeUs: undefined, values }
  const timeUs = timeOf(time)
  if (timeUs === undefined || timeUs < YEAR_2000_US || timeUs > receivedUs + SKEW_MAX_US) return undefined
  return { timeUs, values }
}

function isGood(name: string, value: unknown): boolean {
  const range = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined
  if (range !== undefined) return typeof value === 'number' && value >= range[0] && value <= range[1]
  if (name === 'ignition') return typeof value === 'boolean'
  if (name === 'status') return isText(value, 1, 32)
  if (name === 'seq') return Number.isSafeInteger(value) && (value as number) >= 0
  return name === 'extra' && isExtra(value)
}

function isExtra(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries = Object.entries(value) as [string, unknown][]
  return entries.length <= 32 && entries.every(([name, it]) => isName(name) && isScalar(it))
}

function isName(name: string): boolean {
  return isText(name, 1, 64) && name !== '__proto__'
}

function isScalar(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true
  return typeof value === 'number' ? Number.isFinite(value) : isText(value, 0, 256)
}

/** Whether a value is text of `least` to `most` characters, without control characters and unpaired surrogates. */
function isText(value: unknown, least: number, most: number): boolean {
  if (typeof value !== 'string') return false
  const codes = Array.from(value, (it) => it.codePointAt(0) ?? 0)
  const isPrintable = codes.every((it) => it > 0x1f && it !== 0x7f && !(it >= 0xd800 && it <= 0xdfff))
  return isPrintable && codes.length >= least && codes.length <= most
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** Microseconds since 1970, counted in days rather than by Date. */
function timeOf(time: unknown): bigint | undefined {
  if (typeof time === 'number') return Number.isInteger(time) ? BigInt(time) * 1000n : undefined
  if (typeof time !== 'string') return undefined
  const match = RFC_3339.exec(time)
  if (match === null) return undefined
  const numbers = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const [year, month, day, hour, minute, second] = numbers
  const [fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] = match.slice(7)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  if (day < 1 || day > (lengths[month - 1] ?? 0)) return undefined
  if (hour > 23 || minute > 59 || second > 60 || Number(zoneHours) > 23 || Number(zoneMinutes) > 59)
    return undefined
  const before = year - 1
  const daysBefore =
    before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  const days = daysBefore - 719_162 + lengths.slice(0, month - 1).reduce((sum, it) => sum + it, 0) + day - 1
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1)
  const seconds = ((days * 24 + hour) * 60 + minute - zone) * 60 + second
  const wholeUs = BigInt(seconds) * 1_000_000n
  const fractionUs = BigInt(fraction.slice(0, 6).padEnd(6, '0'))
  if (second < 60) return wholeUs + fractionUs
  // A leap second is the last one of a month of UTC; its milliseconds are the odd microseconds before the next month.
  const next = new Date(seconds * 1000).toISOString()
  return next.endsWith('-01T00:00:00.000Z') ? wholeUs - 1999n + 2n * (fractionUs / 1000n) : undefined
}
