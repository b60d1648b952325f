import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { openReceiptClass, type ReceiptClass } from '../../../broker/presence/receipt-class.ts'
import { createLog } from '../../../kit/log.ts'
import { migrate } from '../../../sql/migrate.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

const log = createLog('test', 'info', { write() {} })

describe('classes of receipt times', () => {
  let db: TestDatabase
  const open: ReceiptClass[] = []
  const take = async (brokerId = randomUUID() as string, refreshMs = 60_000) => {
    const taken = await openReceiptClass({ sql: db.sql, log, brokerId, refreshMs })
    open.push(taken)
    return taken.number
  }
  before(async () => {
    db = await openTestDatabase()
    await migrate(db.sql)
  })
  beforeEach(() => db.sql`update receipt_classes set broker_id = null, seen_at = '-infinity'`)
  afterEach(() => {
    for (const it of open.splice(0)) it.close()
  })
  after(() => db.drop())

  it('32 brokers that start at the same time get different classes', async () => {
    const taken = await Promise.all(Array.from({ length: 32 }, () => take()))
    expect(taken.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: 32 }, (_, n) => n))
  })

  it('a broker keeps its class after a restart, a new one gets the least recently seen', async () => {
    const ids = Array.from({ length: 32 }, () => randomUUID() as string)
    for (const id of ids) await take(id)
    expect(await take(ids[7])).to.equal(7)
    expect(await take()).to.equal(0)
    expect(await take(ids[0])).to.equal(1)
  })

  it('a running broker keeps its class while others come and go', async () => {
    const own = await take(randomUUID(), 5)
    for (let n = 0; n < 40; n++) {
      const [before] = await db.sql<{ at: string }[]>`select now()::text as at`
      await eventually('the class is refreshed', async () => {
        const [row] = await db.sql`
          select from receipt_classes where class = ${own} and seen_at > ${before?.at ?? ''}::timestamptz`
        return row
      })
      expect(await take()).not.to.equal(own)
    }
  })
})
