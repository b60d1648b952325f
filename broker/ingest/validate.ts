import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Problem } from '../../contract/problems.ts'
import { READING_SCHEMA, type Reading } from '../../contract/telemetry.ts'
import { describeTimeProblem, formatTime, parseTime, type TimeProblem } from '../../contract/time.ts'
import { printable } from './printable.ts'

/** Problems listed for one reading; listing more would not help to understand it. */
const PROBLEMS_MAX = 8
const DAY_US = 86_400_000_000

/**
 * Checks one reading. Returns its time in microseconds since 1970 if it is valid (then `reading` is a `Reading`), otherwise its
 * problems. `receivedUs` is the time of a reading that has none.
 */
export type Validate = (reading: unknown, receivedUs: number) => number | Problem[]

export interface ValidateOptions {
  /** how many seconds a reading's time may be ahead of its receipt */
  clockSkewMaxS: number
  /**
   * Maximum ages of a reading, in days; 0 for no limit, and the lower of both applies. A reading without a time has the age of its
   * receipt.
   */
  retentionDays?: number
  readingAgeMaxDays?: number
  /** milliseconds since 1970 */
  now?: () => number
}

/** The schema is one of ours, and tested to be valid: compiling the schema of schemas would take most of a start's time. */
const AJV = { allowUnionTypes: true, validateSchema: false }

/**
 * The age of a reading is judged by the present clock, not by its receipt. The next retention run must not delete a reading that
 * waited in the spool, or as a dead letter, and was stored just now.
 */
export function createValidate(options: ValidateOptions): Validate {
  const { clockSkewMaxS, now = Date.now } = options
  const bound = ageBoundOf(options)
  // The first error ends the quick check; only a reading that fails is checked again for all errors.
  const isReading = new Ajv2020(AJV).compile<Reading>(READING_SCHEMA)
  let explain: ValidateFunction | undefined
  const skewMaxUs = clockSkewMaxS * 1_000_000

  return (reading, receivedUs) => {
    if (!isReading(reading)) return explainProblems(reading)
    if (!hasValue(reading)) return [emptyReading]
    if (reading.time === undefined) return isTooOld(receivedUs) ? [tooOld(receivedUs, '')] : receivedUs
    const time = parseTime(reading.time)
    if (typeof time === 'string') return [timeProblem(time, reading.time)]
    if (time > receivedUs + skewMaxUs) {
      const detail = `${formatTime(time)} is more than ${clockSkewMaxS} s ahead of ${formatTime(receivedUs)}`
      return [{ code: 'time_in_future', pointer: '/time', detail }]
    }
    return isTooOld(time) ? [tooOld(time, '/time')] : time
  }

  function isTooOld(timeUs: number): boolean {
    return bound !== undefined && timeUs < now() * 1000 - bound.days * DAY_US
  }

  function tooOld(timeUs: number, pointer: '' | '/time'): Problem {
    const what = pointer === '' ? 'the reading has no time, and its receipt at ' : ''
    const detail = `${what}${formatTime(timeUs)} is older than ${bound?.setting}=${bound?.days} allows`
    return { code: 'time_too_old', pointer, detail }
  }

  function explainProblems(reading: unknown): Problem[] {
    if (typeof reading !== 'object' || reading === null || Array.isArray(reading)) {
      return [
        { code: 'not_an_object', pointer: '', detail: `a reading must be an object, not ${nameOf(reading)}` },
      ]
    }
    explain ??= new Ajv2020({ ...AJV, allErrors: true, verbose: true }).compile(READING_SCHEMA)
    explain(reading)
    return (explain.errors ?? [])
      .filter((error) => error.keyword !== 'propertyNames')
      .slice(0, PROBLEMS_MAX)
      .map(describe)
  }
}

/** The lower limit and its setting, so that a dead letter shows an operator which setting to change. */
function ageBoundOf({ retentionDays = 0, readingAgeMaxDays = 0 }: ValidateOptions) {
  const bounds = [
    { setting: 'RETENTION_DAYS', days: retentionDays },
    { setting: 'READING_AGE_MAX_DAYS', days: readingAgeMaxDays },
  ]
  return bounds.filter(({ days }) => days > 0).toSorted((a, b) => a.days - b.days)[0]
}

const emptyReading: Problem = {
  code: 'empty_reading',
  pointer: '',
  detail: 'a reading must have at least one field besides time and seq',
}

function hasValue(reading: Reading): boolean {
  for (const name in reading) if (name !== 'time' && name !== 'seq') return true
  return false
}

function timeProblem(code: TimeProblem, time: string | number): Problem {
  const shown = printable(JSON.stringify(time))
  return { code, pointer: '/time', detail: describeTimeProblem(code, time, shown) }
}

function describe(error: ErrorObject): Problem {
  const { keyword, params, data } = error
  const pointer = printable(error.instancePath)
  const detail = error.message ?? keyword
  switch (keyword) {
    case 'additionalProperties':
      return unknownField(pointer, String(params['additionalProperty']))
    case 'dependentRequired': {
      const missing = String(params['missingProperty'])
      return {
        code: 'missing_field',
        pointer: `/${missing}`,
        detail: `lat and lon must be sent together: ${missing} is missing`,
      }
    }
    case 'type':
      if (typeof data === 'number' && !Number.isFinite(data)) {
        return { code: 'out_of_range', pointer, detail: 'the number is too large' }
      }
      return { code: 'wrong_type', pointer, detail: `${detail}, not ${nameOf(data)}` }
    case 'minimum':
    case 'maximum':
      return { code: 'out_of_range', pointer, detail: `${String(data)} ${detail}` }
    case 'maxProperties':
      return { code: 'too_many_values', pointer, detail }
    default:
      break
  }
  if (error.propertyName !== undefined) {
    return { code: 'bad_name', pointer, detail: `"${printable(error.propertyName)}" ${detail}` }
  }
  if (keyword === 'pattern') {
    return { code: 'bad_text', pointer, detail: 'the text has control characters or an unpaired surrogate' }
  }
  return { code: 'bad_text', pointer, detail }
}

function unknownField(pointer: string, name: string): Problem {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1')
  return {
    code: 'unknown_field',
    pointer: printable(`${pointer}/${escaped}`),
    detail: `"${printable(name)}" is not a field of a reading; put values of other sensors into extra`,
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : typeof value
}
