import { expect } from 'chai'
import { openLiveFeed, type LiveFeed } from '../../../broker/live/feed.ts'
import { createLog } from '../../../kit/log.ts'
import { createMetrics } from '../../../kit/metrics.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

describe('a frame of the live feed that cannot be sent', () => {
  let db: TestDatabase
  let feed: LiveFeed
  const lines: { event: string; scope: string; err: { message: string } }[] = []
  before(async () => {
    db = await openTestDatabase()
    feed = await openLiveFeed({
      sql: db.sql,
      log: createLog('test', 'error', { write: (line) => void lines.push(JSON.parse(line)) }),
      scopes: { vehiclesOf: () => undefined, onScopeChange() {}, onVehiclesGone() {} },
      metrics: createMetrics(),
      intervalMs: 20,
      staleAfterMs: 600_000,
    })
  })
  after(async () => {
    feed.close()
    await db.drop()
  })

  it('a frame that cannot be sent is logged, and the other scopes get theirs', async () => {
    const sent: string[] = []
    feed.open({
      count: () => 1,
      send(scope) {
        if (scope === '7') throw new Error('the wire is cut')
        sent.push(scope)
      },
    })
    feed.joined('7')
    feed.joined('8')
    await eventually('a frame', () => sent.length > 0)
    expect(sent[0]).to.equal('8')
    expect(lines[0]).to.deep.include({ event: 'live_frame_failed', scope: '7' })
    expect(lines[0]?.err.message).to.equal('the wire is cut')
  })
})
