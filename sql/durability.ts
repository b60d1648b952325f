import type { Sql } from './connect.ts'

/** What the server does about a crash of its machine. */
export interface Durability {
  /** how far a commit is on its way when it is reported, as the server is set: on, off, local, remote_write, remote_apply */
  synchronousCommit: string
  /** settings that are off and must not be, for a commit to survive a power cut */
  missing: string[]
}

/**
 * Asks whether a commit that the server reports is on its disk. `fsync` and `full_page_writes` can only be changed by the
 * server's administrator; a session that needs more than `synchronous_commit = off` can say so itself.
 */
export async function readDurability(sql: Sql): Promise<Durability> {
  const [row] = await sql<{ fsync: string; pages: string; commit: string }[]>`
    select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
      current_setting('synchronous_commit') as commit`
  const missing: string[] = []
  if (row?.fsync === 'off') missing.push('fsync')
  if (row?.pages === 'off') missing.push('full_page_writes')
  return { synchronousCommit: row?.commit ?? '', missing }
}
