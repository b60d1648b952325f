import { isAscii, isUtf8 } from 'node:buffer'
import type { Problem } from '../../contract/problems.ts'
import { READINGS_MAX } from '../../contract/telemetry.ts'
import { messageOf } from '../../kit/errors.ts'
import { printable } from './printable.ts'

/** The readings of a message, not yet validated. `isArray`: whether a rejection names an index. */
export interface Decoded {
  text: string
  readings: readonly unknown[]
  isArray: boolean
}

/** Decodes a payload into readings. Returns a problem if the message as a whole cannot be read. */
export function decode(payload: Buffer): Decoded | Problem {
  if (payload.length === 0)
    return wholeProblem('empty_payload', 'a message must be one reading or an array of readings')
  const text = toText(payload)
  if (text === undefined) return wholeProblem('not_utf8', 'the payload has bytes that are not UTF-8')

  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return wholeProblem('not_json', printable(messageOf(error)))
  }
  if (!Array.isArray(value)) return { text, readings: [value], isArray: false }
  if (value.length === 0)
    return wholeProblem('no_readings', `an array must have 1 to ${READINGS_MAX} readings`)
  if (value.length > READINGS_MAX) {
    return wholeProblem('too_many_readings', `${value.length} readings, at most ${READINGS_MAX} are allowed`)
  }
  return { text, readings: value as unknown[], isArray: true }
}

// Nearly every payload is ASCII, which is copied into a string several times faster than UTF-8 is decoded.
function toText(payload: Buffer): string | undefined {
  if (isAscii(payload)) return payload.toString('latin1')
  return isUtf8(payload) ? payload.toString('utf8') : undefined
}

function wholeProblem(code: Problem['code'], detail: string): Problem {
  return { code, pointer: '', detail }
}
