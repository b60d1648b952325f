type Value = string | number | boolean

/**
 * Attributes as text, one per line, such as `seats: 50`. Values that JSON reads as a number or boolean are one. A text that
 * looks like one is in quotes.
 */
export function formatAttributes(attributes: Readonly<Record<string, unknown>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}: ${formatValue(value)}`)
    .join('\n')
}

/** Returns which line is invalid, if any. The last of several lines with the same name counts. */
export function parseAttributes(text: string): { attributes: Record<string, Value> } | { fault: string } {
  const attributes: Record<string, Value> = {}
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim()
    if (colon < 0 || name === '') return { fault: `line ${index + 1} is not "name: value"` }
    attributes[name] = parseValue(line.slice(colon + 1).trim())
  }
  return { attributes }
}

function parseValue(text: string): Value {
  try {
    const value: unknown = JSON.parse(text)
    return isValue(value) ? value : text
  } catch {
    return text
  }
}

function formatValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return value.trim() === value && parseValue(value) === value ? value : JSON.stringify(value)
}

function isValue(value: unknown): value is Value {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
