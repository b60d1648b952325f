/**
 * The source text of each element of a JSON array, in order. `text` must be valid JSON whose outermost value is an
 * array; whitespace around an element is excluded. Used only for messages with rejected readings.
 */
export function rawElements(text: string): string[] {
  const elements: string[] = []
  let depth = 0
  let start = text.indexOf('[') + 1
  for (let at = start - 1; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    const ends = depth === 0 || (depth === 1 && character === ',')
    if (!ends) continue
    elements.push(text.slice(start, at).trim())
    if (depth === 0) break
    start = at + 1
  }
  return elements
}

/** The depth of arrays and objects in a valid JSON text: 0 for a scalar, 2 for `[{}]`. */
export function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}

/** The index of the quote that ends the string at `at`. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
