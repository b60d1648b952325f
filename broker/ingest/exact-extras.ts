import { digitsOf, doesRound, mayRound, parseExact, stringifyExact } from '../../contract/exact-numbers.ts'
import type { Problem } from '../../contract/problems.ts'
import type { Reading } from '../../contract/telemetry.ts'
import type { Validate } from './validate.ts'

/**
 * Characters and decimals of a number as it is sent: the database writes 1e-400 in full. It has limits of its own, at which it
 * would refuse the batch.
 * @limit characters or decimals of a number in `extra` | the reading is a dead letter (`out_of_range`)
 */
const NUMBER_LENGTH_MAX = 1000

/** The readings of a message with marked numbers; `undefined` if a double can hold every number, as nearly always. */
export function exactReadings(text: string, readings: readonly unknown[]): readonly unknown[] | undefined {
  if (!mayRound(text)) return undefined
  // The columns of known fields are doubles themselves.
  if (!readings.some(hasExtra) || !doesRound(text)) return undefined
  const exact = parseExact(text)
  return Array.isArray(exact) ? exact : [exact]
}

/**
 * Validates the readings of a message, to be called once for each in order. Replaces `extra` by its JSON text if it has numbers
 * that a double cannot hold: `jsonb` can.
 */
export function withExactExtras(validate: Validate, exact: readonly unknown[]): Validate {
  let place = 0
  return (reading, receivedUs) => {
    const marked = exact[place++]
    const time = validate(reading, receivedUs)
    if (typeof time !== 'number' || !hasExtra(reading) || !hasExtra(marked)) return time
    const extra: Record<string, unknown> = { ...reading.extra }
    const problems: Problem[] = []
    for (const [name, value] of Object.entries(marked.extra)) {
      const digits = digitsOf(value)
      if (digits === undefined) continue
      const detail = whyNotKept(digits)
      if (detail === undefined) extra[name] = value
      else problems.push({ code: 'out_of_range', pointer: `/extra/${escaped(name)}`, detail })
    }
    if (problems.length > 0) return problems
    Object.assign(reading, { extra: stringifyExact(extra) })
    return time
  }
}

function hasExtra(reading: unknown): reading is { extra: NonNullable<Reading['extra']> } {
  return typeof (reading as { extra?: unknown } | null | undefined)?.extra === 'object'
}

function whyNotKept(digits: string): string | undefined {
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e')
  const decimals = (mantissa.split('.')[1]?.length ?? 0) - Number(exponent)
  if (digits.length <= NUMBER_LENGTH_MAX && decimals <= NUMBER_LENGTH_MAX) return undefined
  return `the number has more than ${NUMBER_LENGTH_MAX} characters or decimals`
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
