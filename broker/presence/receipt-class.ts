import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'

/** The class of instants in which this broker gives times to readings without one. */
export interface ReceiptClass {
  /** 0 to 31 */
  number: number
  close(): void
}

const REFRESH_MS = 60_000

/**
 * Takes the class that this broker had before. Without such a class, it takes that of the broker that was not seen for the
 * longest time. Up to 32 brokers never share a class. A class is taken from a running broker only if there are more brokers, or
 * if 32 others have started while that broker did not reach the database.
 */
export async function openReceiptClass(options: {
  sql: Sql
  log: Log
  brokerId: string
  /** default a minute */
  refreshMs?: number
}): Promise<ReceiptClass> {
  const { sql, log, brokerId, refreshMs = REFRESH_MS } = options
  const number = await take(sql, brokerId)
  const timer = setInterval(() => void refresh(), refreshMs).unref()

  async function refresh(): Promise<void> {
    await sql`update receipt_classes set seen_at = now() where broker_id = ${brokerId}::uuid`.catch(
      (error: unknown) =>
        log.debug(
          { event: 'receipt_class_not_refreshed', err: error },
          'the class of receipt times is not refreshed',
        ),
    )
  }

  return { number, close: () => clearInterval(timer) }
}

async function take(sql: Sql, brokerId: string): Promise<number> {
  // The lock makes brokers that start at the same time take turns. It ends with the transaction.
  const [row] = await sql.begin(async (tx) => {
    await tx`lock table receipt_classes in share row exclusive mode`
    return tx<{ class: number }[]>`
      update receipt_classes set broker_id = ${brokerId}::uuid, seen_at = now()
      where class = (
        select class from receipt_classes
        order by broker_id is not distinct from ${brokerId}::uuid desc, seen_at, class limit 1
      )
      returning class`
  })
  return row?.class ?? 0
}
