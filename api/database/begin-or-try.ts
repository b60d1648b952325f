import type { Sql } from '../../sql/connect.ts'

/** Runs a transaction. With `isTry` it is rolled back, and its result still returned. */
export async function beginOrTry<T>(sql: Sql, isTry: boolean, body: (tx: Sql) => Promise<T>): Promise<T> {
  let tried: { result: T } | undefined
  try {
    return (await sql.begin(async (transaction) => {
      const result = await body(transaction as unknown as Sql)
      if (!isTry) return result
      tried = { result }
      throw new Error('taken back')
    })) as T
  } catch (error) {
    if (tried === undefined) throw error
    return tried.result
  }
}
