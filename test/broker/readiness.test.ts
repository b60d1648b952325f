import { expect } from 'chai'
import { connect as connectSocket, type Socket } from 'node:net'
import { once } from 'node:events'
import { createReadiness } from '../../broker/readiness.ts'
import { openStatus } from '../../broker/status.ts'
import { createMetrics } from '../../kit/metrics.ts'
import { connect } from '../../sql/connect.ts'
import { openTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

describe('status of the broker', () => {
  it('a database that does not answer gets one query at a time', async () => {
    const db = await openTestDatabase()
    const sql = connect({ url: db.url, max: 1, applicationName: 'readiness' })
    let asked = 0
    const counting = new Proxy(sql, {
      apply: (target, self, args) => {
        asked++
        return Reflect.apply(target, self, args) as unknown
      },
    })
    const readiness = createReadiness({
      sql: counting,
      ingest: { outage: undefined, slowness: undefined, pressure: { isFull: false, onChange() {} } },
      spool: { messages: 0, bytes: 0, bytesMax: 1 },
    })
    // The only connection of the pool is in use until `letGo` is called.
    let letGo = () => {}
    const taken = sql.begin(() => new Promise<void>((resolve) => (letGo = resolve)))
    await eventually(
      'the connection is in use',
      async () =>
        (
          await db.sql`
      select from pg_stat_activity where application_name like '%readiness%' and state = 'idle in transaction'`
        ).length,
    )
    const answers = await Promise.all(Array.from({ length: 50 }, readiness))
    expect(new Set(answers.map(({ detail }) => detail)).size).to.equal(1)
    expect(answers[0]?.ready).to.equal(true)
    expect(answers[0]?.detail).to.include('no answer within 2000 ms')
    expect((await readiness()).detail).to.include('no answer within 2000 ms')
    expect(asked).to.equal(1)
    letGo()
    await taken
    await eventually('the broker is ready', async () => (await readiness()).detail === '')
    expect(asked).to.be.within(1, 5)
    await sql.end()
    await db.drop()
  })

  it('only a limited number of connections to the status port stay open', async () => {
    const readiness = async () => ({ ready: true, detail: '' })
    const intake = { handle: async () => false }
    const report = () => Promise.reject(new Error('nobody asks'))
    const listen = { host: '127.0.0.1', port: 0 }
    const status = await openStatus({ ...listen, metrics: createMetrics(), readiness, report, intake })
    const sockets: Socket[] = []
    for (let n = 0; n < 510; n++) {
      const socket = connectSocket(status.port, '127.0.0.1')
      socket.on('error', () => {})
      sockets.push(socket)
      await once(socket, 'connect')
    }
    await eventually('ten are closed', () => sockets.filter((it) => it.closed).length === 10)
    for (const socket of sockets) socket.destroy()
    await status.close()
  })
})
