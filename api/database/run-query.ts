import type { Sql } from '../../sql/connect.ts'

/** Asks the database when there is a connection for it. */
export type RunQuery = <T>(ask: (sql: Sql) => Promise<T>) => Promise<T>
