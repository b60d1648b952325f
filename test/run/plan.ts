import { readdirSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isPure as isPureTest } from './is-pure.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** `npm test` leaves these to `npm run test:chaos` and `npm run test:model`. */
const APART = ['test/chaos/', 'test/model/']
/** All but the fuzz tests, which are part of `npm test`. */
const isApart = (path: string) =>
  APART.some((it) => path.startsWith(it)) && !path.startsWith('test/chaos/fuzz/')

/** The files that take longest, first: the run ends sooner when no long file begins last. */
export const LONG: readonly string[] = [
  'test/dashboard/browser/accessibility.test.ts',
  'test/examples/follow.test.ts',
  'test/docs/field-recipe.test.ts',
  'test/api/access/permissions.test.ts',
  'test/broker/presence.test.ts',
  'test/api/http/time-per-byte.test.ts',
  'test/e2e/shutdown.test.ts',
  'test/e2e/one-command.test.ts',
  'test/docs/shell-blocks.test.ts',
  'test/broker/slow-database.test.ts',
  'test/dashboard/browser/agreement.test.ts',
  'test/chaos/fuzz/packets.test.ts',
  'test/dashboard/browser/vehicle-panel.test.ts',
  'test/broker/secrets.test.ts',
  'test/api/conformance/conformance.test.ts',
  'test/broker/qos2/clients.test.ts',
  'test/broker/qos2/restarts.test.ts',
  'test/dashboard/browser/fleet-filter.test.ts',
  'test/dashboard/browser/live-vehicles.test.ts',
  'test/dashboard/browser/admin-forms.test.ts',
  'test/broker/spool.test.ts',
  'test/broker/latest-values.test.ts',
  'test/sql/community.test.ts',
  'test/sql/embedded.test.ts',
  'test/e2e/tls.test.ts',
  'test/broker/ingest/spool/spool.test.ts',
  'test/deploy.test.ts',
  'test/dashboard/browser/addresses.test.ts',
  'test/dashboard/browser/visibility.test.ts',
  'test/dashboard/browser/connection.test.ts',
  'test/dashboard/browser/operator-maps.test.ts',
  'test/dashboard/browser/administration.test.ts',
  'test/dashboard/browser/admin-lists.test.ts',
  'test/run/main.test.ts',
  'test/rules/advance.test.ts',
  'test/chaos/fuzz/ports.test.ts',
  'test/broker/device-rates.test.ts',
  'test/broker/live/history-from.test.ts',
  'test/broker/refusals.test.ts',
  'test/broker/connections.test.ts',
  'test/broker/logins.test.ts',
  'test/chaos/fuzz/payloads.test.ts',
  'test/api/latest/latest-agreement.test.ts',
  'test/api/main.test.ts',
  'test/examples/trackers.test.ts',
]

/**
 * Decides which files run.
 * @param options.paths files and folders; none: all but those that have a separate command
 * @param options.isPure only the files that open no server, no connection and no process
 * @returns paths from the root, in the order in which they begin
 * @throws Error if a path does not exist
 */
export function planRun(options: { paths: readonly string[]; isPure: boolean }): string[] {
  const { paths, isPure } = options
  const named = paths.length === 0 ? listTests('test').filter((it) => !isApart(it)) : paths.flatMap(listTests)
  const files = [...new Set(named)].filter((it) => !isPure || isPureTest(resolve(root, it)))
  const rank = (path: string) => (LONG.includes(path) ? LONG.indexOf(path) : LONG.length)
  return files.toSorted((a, b) => rank(a) - rank(b))
}

/** The test files of a folder, in alphabetical order, or the file itself. */
function listTests(path: string): string[] {
  const absolute = resolve(root, path)
  if (!statSync(absolute).isDirectory()) return [path]
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((it) => it.endsWith('.test.ts'))
    .map((it) => relative(root, join(absolute, it)).split(sep).join('/'))
    .toSorted()
}
