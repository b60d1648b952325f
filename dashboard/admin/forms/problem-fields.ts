import type { Problem } from '../../../client/client.ts'

/**
 * The errors of a problem at the fields of a form, by name. An error at `/attributes/seats` belongs to `attributes`, and its
 * text begins with `seats`. `rest` has the other errors; `undefined` if every error has a field.
 */
export function readProblem<Name extends string>(
  problem: Problem | undefined,
  names: readonly Name[],
): { fields: Partial<Record<Name, string>>; rest: string | undefined } {
  const fields: Partial<Record<Name, string>> = {}
  if (problem === undefined) return { fields, rest: undefined }
  const others: string[] = []
  for (const { pointer, detail } of problem.errors ?? []) {
    const [, first = '', ...inner] = pointer.split('/').map(unescapePointer)
    const name = names.find((it) => it === first)
    const text = inner.length > 0 ? `${inner.join(' ')}: ${detail}` : detail
    if (name === undefined) others.push(`${pointer} ${detail}`.trim())
    else fields[name] = fields[name] === undefined ? text : `${fields[name]}; ${text}`
  }
  if (Object.keys(fields).length > 0) return { fields, rest: others.join('; ') || undefined }
  return { fields, rest: problem.detail ?? problem.title }
}

/** Unescapes a part of a JSON pointer (RFC 6901, section 4). */
function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
