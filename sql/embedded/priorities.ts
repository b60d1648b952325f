import { setTimeout as sleep } from 'node:timers/promises'
import { lowerPriority } from '../../kit/priority.ts'
import { connect, LOW_PRIORITY } from '../connect.ts'

/** Connections are kept for long, so it does no harm to lower one a little late. */
const LOOK_EVERY_MS = 2000

/**
 * Lowers the priority of the server's processes that serve connections of low priority; each connection has a process. `url`
 * names any database of a server on this machine whose processes we may lower.
 */
export function watchPriorities(url: string): { stop(): Promise<void> } {
  const sql = connect({ url, max: 1, applicationName: 'fleetwire-embedded priorities' })
  const stopping = new AbortController()

  async function look(): Promise<void> {
    const found = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where application_name like ${`%${LOW_PRIORITY}`}`
    for (const { pid } of found) if (!stopping.signal.aborted) await lowerPriority(pid)
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      // The server may be restarting.
      await look().catch(() => {})
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const watching = watch()
  return {
    async stop() {
      stopping.abort()
      await sql.end({ timeout: 0 })
      await watching
    },
  }
}
