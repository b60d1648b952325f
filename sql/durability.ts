import type { Sql } from './connect.ts'

/** Whether commits survive a crash of the server's machine. */
export interface Durability {
  /** the setting of the server that determines when a commit is reported: on, off, local, remote_write, remote_apply */
  synchronousCommit: string
  /** settings that are off and must be on, so that a commit survives a power cut */
  missing: string[]
}

/**
 * Reads whether a reported commit is on the server's disk. Only an administrator of the server can change `fsync` and
 * `full_page_writes`; a session that needs more than `synchronous_commit = off` can set it itself.
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
