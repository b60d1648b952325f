import type { Sql } from '../../sql/connect.ts'

/** Resolves when the database answers; rejects with its error. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`
}
