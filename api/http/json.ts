import { messageOf } from '../../kit/errors.ts'

/** A value, or the reason and place of a syntax error. */
export type Parsed = { value: unknown } | { detail: string }

/** Parses JSON; a syntax error is reported with its line and column, counted from 1. */
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

/** Index, from 0, of the first character that cannot follow the text before it. */
function mistakeAt(text: string, message: string): number {
  const told = / at position (\d+)/.exec(message)
  if (told) return Number(told[1])
  if (!isUnexpectedToken(message)) return text.length

  // V8 does not report the index of an unexpected token. All prefixes of the text that include it fail because of it,
  // and no shorter one does: twenty halvings find it in a megabyte.
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
