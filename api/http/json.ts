import { messageOf } from '../../kit/errors.ts'

/** A value, or where and why the text is no JSON. */
export type Parsed = { value: unknown } | { detail: string }

/** Reads JSON; a mistake is told with its line and column, counted from 1. */
export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    const message = messageOf(error)
    const before = text.slice(0, mistakeAt(text, message))
    const line = before.split('\n').length
    const column = before.length - before.lastIndexOf('\n')
    const what = message
      .replace(/ in JSON at position .*$| is not valid JSON$/s, '')
      .replace(/, (\.\.\.)?".*$/s, '')
    return { detail: `${what} at position ${before.length} (line ${line}, column ${column})` }
  }
}

/** Place of the first character that cannot follow what is before it, counted from 0. */
function mistakeAt(text: string, message: string): number {
  const told = / at position (\d+)/.exec(message)
  if (told) return Number(told[1])
  if (!isUnexpectedToken(message)) return text.length

  // V8 does not say where an unexpected token is. All beginnings of the text that include it fail for it, and no
  // shorter one does: twenty halvings find it in a megabyte.
  let [without, within] = [0, text.length]
  while (within - without > 1) {
    const middle = (without + within) >> 1
    if (isUnexpectedToken(errorOf(text.slice(0, middle)))) within = middle
    else without = middle
  }
  return within - 1
}

function isUnexpectedToken(message: string): boolean {
  return message.startsWith('Unexpected token')
}

function errorOf(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return messageOf(error)
  }
}
