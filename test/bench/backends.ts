import type { Sql } from '../../sql/connect.ts'

const EVERY_MS = 1000

/**
 * Watches the broker's connections as the server sees them. `stop` returns the names of those that ended, each of which
 * had to be reopened. A connection that is opened for its first use does not count.
 */
export async function watchBackends(sql: Sql): Promise<{ stop: () => Promise<string[]> }> {
  const names = new Map<number, string>()
  const ended: string[] = []

  async function look(): Promise<void> {
    const rows = await sql<{ pid: number; name: string }[]>`
      select pid, application_name as name from pg_stat_activity
      where datname = current_database() and application_name like 'fleetwire %'`
    const found = new Map(rows.map(({ pid, name }) => [pid, name]))
    for (const [pid, name] of names) {
      if (found.has(pid)) continue
      ended.push(name)
      names.delete(pid)
    }
    for (const [pid, name] of found) names.set(pid, name)
  }

  await look()
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = undefined))
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await looking
      await look()
      return ended
    },
  }
}
