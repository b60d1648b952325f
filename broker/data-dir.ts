import type { Sql } from '../sql/connect.ts'
import type { BrokerContext } from './context.ts'
import { openReceipts } from './ingest/receipts.ts'
import { openSpool } from './ingest/spool/spool.ts'
import { readBrokerId } from './presence/broker-id.ts'
import { openReceiptClass } from './presence/receipt-class.ts'

/** Opens the parts of the broker that keep files in DATA_DIR: the spool, receipt times and the broker's id. */
export async function openDataDir({ config, log, closers }: BrokerContext, sql: Sql) {
  const { DATA_DIR: dataDir, SPOOL_MAX_BYTES: bytesMax } = config
  const spool = closers.add('spool', await openSpool({ dataDir, bytesMax, log }), (it) => it.close())
  const receipts = closers.add('receipts', await openReceipts({ dataDir, log }), (it) => it.close())
  const brokerId = readBrokerId(dataDir)
  const receiptClass = await openReceiptClass({ sql, log, brokerId })
  closers.add('receipt class', receiptClass, (it) => it.close())
  return { spool, receipts, brokerId, receiptClass }
}
