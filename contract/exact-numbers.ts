/**
 * JSON numbers that a double cannot represent. JSON.parse rounds 12345678901234567891 to 12345678901234567000. Here
 * such a number is kept as its digits, in a text that begins with a mark.
 */

/** The mark occurs in no text of a valid reading. */
const MARK = '\0'
const MARKED = /"\\u0000([^"]*)"/g
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const LONG_LENGTH = 16
/**
 * Up to 15 digits are exact. The pattern is written out, so that the engine only looks at every sixteenth character of
 * other texts.
 */
const LONG = new RegExp('[\\d.]'.repeat(LONG_LENGTH))
/** Digits are lost, or the whole number, even below 1e-290. */
const SMALL = /[eE]-\d{3}/

/**
 * Whether a JSON text may have a number that JSON.parse alters. Nearly always false, and takes 80 ns for 300
 * characters.
 */
export function mayRound(text: string): boolean {
  return LONG.test(text) || (hasNegativeExponent(text) && SMALL.test(text))
}

/**
 * Whether JSON.parse alters one of the numbers; may be true because of digits in a text. To be called after `mayRound`.
 */
export function doesRound(text: string): boolean {
  if (SMALL.test(text)) return true
  // A run of 16 digits has a digit at one of these places.
  for (let at = LONG_LENGTH - 1; at < text.length; at += LONG_LENGTH) {
    if (!isDigit(text, at)) continue
    let from = at
    let to = at + 1
    while (isDigit(text, from - 1)) from--
    while (isDigit(text, to)) to++
    at = to - 1
    if (to - from < LONG_LENGTH) continue
    const hasExponent = text[to] === 'e' || text[to] === 'E'
    if (hasExponent || isRounded(text.slice(from, to))) return true
  }
  return false
}

/** JSON.parse of a valid JSON text with its rounded numbers marked. */
export function parseExact(text: string): unknown {
  return JSON.parse(
    text.replace(TOKENS, (token) =>
      !token.startsWith('"') && isRounded(token) ? `"\\u0000${token}"` : token,
    ),
  )
}

/** JSON.stringify of a value with marked numbers, whose other texts do not have the mark. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value).replaceAll(MARKED, '$1')
}

/** The digits of a marked number as sent; `undefined` for any other value. */
export function digitsOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : undefined
}

// A search for one rare character is several times faster than one for "e-".
function hasNegativeExponent(text: string): boolean {
  for (let at = text.indexOf('-'); at !== -1; at = text.indexOf('-', at + 1)) {
    const before = text.charCodeAt(at - 1)
    if (before === LOWER_E || before === UPPER_E) return true
  }
  return false
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return (code >= ZERO && code <= NINE) || code === DOT
}

function isRounded(token: string): boolean {
  const shortest = String(Number(token))
  return shortest !== token && canonical(shortest) !== canonical(token)
}

/** The same text for the same number, whatever its notation. */
function canonical(token: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)
  if (parts === null) return token
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const digits = whole + fraction
  let from = 0
  let to = digits.length
  while (from < to && digits[from] === '0') from++
  while (to > from && digits[to - 1] === '0') to--
  if (from === to) return '0'
  return `${sign}${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`
}

const ZERO = 0x30
const NINE = 0x39
const DOT = 0x2e
const LOWER_E = 0x65
const UPPER_E = 0x45
