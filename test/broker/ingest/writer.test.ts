import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createAvailability } from '../../../broker/ingest/availability.ts'
import { Batch } from '../../../broker/ingest/batch.ts'
import { createDeadLetters } from '../../../broker/ingest/dead-letters.ts'
import { createLetterLimits } from '../../../broker/ingest/letter-limits.ts'
import { createIngestMetrics } from '../../../broker/ingest/metrics.ts'
import { openSpool } from '../../../broker/ingest/spool/spool.ts'
import { createValidate } from '../../../broker/ingest/validate.ts'
import { createWriter } from '../../../broker/ingest/writer.ts'
import { createClosers, type Closers } from '../../../kit/closers.ts'
import { createLog } from '../../../kit/log.ts'
import { createMetrics } from '../../../kit/metrics.ts'
import { connect } from '../../../sql/connect.ts'
import { openTestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { openProxy } from '../../support/proxy.ts'

const RECEIVED_US = 1_767_225_600_000_000
const log = createLog('test', 'silent')

describe('a writer whose spool is full', () => {
  let closers: Closers
  beforeEach(() => {
    closers = createClosers(log)
  })
  afterEach(() => closers.closeAll({ deadlineMs: 10_000 }))

  it('a server that freezes during a write counts as slow, and the write succeeds after reconnecting', async () => {
    const db = closers.add('database', await openTestDatabase(), (it) => it.drop())
    const proxy = closers.add('proxy', await openProxy(Number(new URL(db.url).port)), (it) => it.close())
    const dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-writer-'))
    closers.add('directory', dataDir, (it) => rmSync(it, { recursive: true }))
    const spool = closers.add('spool', await openSpool({ dataDir, bytesMax: 1, log }), (it) => it.close())
    const url = proxy.urlOf(db.url)
    const connection = closers.add('connection', connect({ url, max: 1, applicationName: 'test' }), (it) =>
      it.end({ timeout: 1 }),
    )
    const abortion = closers.add('ingest', new AbortController(), (it) => it.abort())
    const { signal } = abortion
    const availability = createAvailability({ log })
    const read = { waitingBytes: () => 0, pending: () => 0, spool, availability }
    const registry = createMetrics()
    const metrics = createIngestMetrics(registry, read)
    const common = { log, signal, availability, metrics, spool, commitTimeoutMs: 100 }
    const limits = createLetterLimits({ lettersPerS: 0, bytesPerS: 0, onDropped: () => {} })
    const writer = createWriter({
      ...common,
      connection,
      deadLetters: createDeadLetters({ ...common, sql: connection, limits }),
      onFree: () => {},
      onStored: () => {},
      onSettled: () => {},
      onSpooled: () => {},
      onStuck: () => {},
      onRefusedLate: () => {},
    })
    const batch = new Batch(2000, 1_000_000)
    const message = {
      vehicleId: 1,
      deviceId: 1,
      receivedAtMs: RECEIVED_US / 1000,
      payload: Buffer.from('{"speed":7}'),
    }
    batch.add(message, () => {}, createValidate({ clockSkewMaxS: 60 }), RECEIVED_US)
    await connection`select 1`

    availability.away(new Error('of the test'))
    const written = writer.write(batch)
    proxy.freeze()
    availability.here()
    await eventually('a write is late', async () => availability.lateCount === 1)
    expect(availability.slowness).to.not.equal(undefined)
    const [counted] = await registry.values('batches_late_total')
    expect(counted?.value).to.equal(1)
    availability.away(new Error('of the test'))
    await eventually('the connection was cut', async () => availability.lateCount === 0)
    await proxy.forward()
    availability.here()
    await written
    expect(await db.sql`select speed from telemetry`).to.deep.equal([{ speed: 7 }])
  })
})
