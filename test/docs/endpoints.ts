import { toTable } from './sections.ts'

/** The parts of an OpenAPI document that are used here. */
export interface Document {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, { tags: string[]; summary: string; description: string }>>
}

/** A table of endpoints for each tag of the OpenAPI document. */
export function describeEndpoints(document: Document): string {
  const endpoints = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return document.tags
    .map(({ name, description }) => {
      const rows = endpoints
        .filter(({ operation }) => operation.tags.includes(name))
        .map(({ path, method, operation }) => [
          `\`${method.toUpperCase()} ${path}\``,
          operation.summary,
          callersOf(operation.description),
        ])
      return `### ${toTitle(name)}\n\n${description}.\n\n${toTable(['request', 'effect', 'callers'], rows)}`
    })
    .join('\n\n')
}

/** Turns "Requires the role admin or service. A service token needs the scope `x`." into "admin, service (`x`)". */
function callersOf(description: string): string {
  const roles = /^Requires the role ([^.]+)\./.exec(description)?.[1]?.split(' or ')
  if (roles === undefined) return description.replace(/\.$/, '').replace(/^For /, '')
  const scope = /the scope (`[^`]+`)/.exec(description)?.[1]
  return roles
    .map((role) => (role === 'service' ? scope && `service (${scope})` : role))
    .filter((it) => it !== undefined)
    .join(', ')
}

const toTitle = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
