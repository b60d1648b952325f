import type { Sql } from '../../sql/connect.ts'

/** Runs a query when there is a connection for it. */
export type RunQuery = <T>(ask: (sql: Sql) => Promise<T>) => Promise<T>
