/** Longer text is cut here: enough to recognise a field's name or a parser's complaint. */
const LENGTH_MAX = 200

/**
 * Text from a device made fit for a log line, a column and a notice: characters that jsonb cannot hold or a terminal
 * would obey are written as escapes of JSON, and it is cut at 200 characters.
 */
export function printable(text: string): string {
  const cut = text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}...` : text
  return cut.replace(
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
