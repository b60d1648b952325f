/** Longer text is cut: so much is enough to recognise a field's name or a parser's error. */
const LENGTH_MAX = 200

/**
 * Text from a device for a log line, a column and a notice. Characters that jsonb cannot hold, or that a terminal would obey, are
 * written as JSON escapes, and the text is cut at 200 characters.
 */
export function printable(text: string): string {
  const cut = text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}...` : text
  return cut.replace(
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
