import { expect } from 'chai'
import { once } from 'node:events'
import { get } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { createHistoryQueries } from '../../../api/history/history-queries.ts'
import { createMetrics } from '../../../kit/metrics.ts'
import { connect, type Sql } from '../../../sql/connect.ts'
import { openBlocker } from '../../support/blocker.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { expectProblem, makeToken, openFixture, type Fixture } from '../fixture.ts'

const PERIOD = 'from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z'

describe('connections for history queries', () => {
  let database: TestDatabase
  let fixture: Fixture
  before(async () => {
    database = await openTestDatabase()
    fixture = await openFixture({ historySql: await closedPool(database) }, database)
    await addVehicle(database)
  })
  after(async () => {
    await fixture.close()
    await database.drop()
  })
  const closers: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    // In reverse order: the blocker, opened last, holds the lock that the others wait for.
    for (const close of closers.splice(0).toReversed()) await close()
  })

  const get = async (path: string) => fixture.call('GET', path)

  for (const path of [
    `/api/vehicles/v1/telemetry?${PERIOD}`,
    `/api/vehicles/v1/telemetry?${PERIOD}&fields=speed&bucket=1h`,
    `/api/vehicles/v1/telemetry?${PERIOD}&fields=speed&points=100`,
    `/api/telemetry?vehicles=v1&${PERIOD}`,
    `/api/telemetry/export?vehicles=v1&format=csv`,
    `/api/vehicles/v1/completeness?${PERIOD}`,
    `/api/devices/d1/completeness?${PERIOD}`,
  ])
    it(`a history query uses the history pool (closed here, so 503): ${path}`, async () =>
      expectProblem(await get(path), 503, 'unavailable'))

  for (const path of ['/api/vehicles/v1', '/api/positions', '/api/live', '/api/presence'])
    it(`${path} does not use the history pool, which is closed here`, async () =>
      expect((await get(path)).status).to.equal(200))

  it('history queries beyond the limit are refused until one is answered or fails', async () => {
    const history = createHistoryQueries({ sql: database.sql, atOnceMax: 2, waitingMax: 0 })
    const answers = [0, 1].map((n) => {
      let settle: (failure?: Error) => void = () => {}
      const answer = history.ask(
        asker(n),
        async () =>
          new Promise<string>((resolve, reject) => {
            settle = (failure) => (failure ? reject(failure) : resolve('answered'))
          }),
      )
      return { answer, settle: (failure?: Error) => settle(failure) }
    })
    const third = async () => history.ask(asker(3), async (sql) => sql`select 3`)
    expect(await third()).to.deep.include({ refused: 'unavailable' })
    answers[0]?.settle()
    expect(await answers[0]?.answer).to.equal('answered')
    expect(await third()).to.have.length(1)
    answers[1]?.settle(new Error('away'))
    const failure = await answers[1]?.answer.catch((error: unknown) => error)
    expect(failure).to.have.property('message', 'away')
    expect(await third()).to.have.length(1)
  })

  it("long history queries do not delay another user's page, and are answered", async () => {
    const settings = { statement_timeout: 100 }
    const pageSql = connect({ url: database.url, max: 1, applicationName: 'test-pages', settings })
    closers.push(() => pageSql.end())
    const history = createHistoryQueries({ sql: database.sql, atOnceMax: 2, pageSql })
    const long = [1, 2, 3].map(async (n) =>
      history.runShort(asker(n), async (sql) => sql<{ n: number }[]>`select ${n}::int as n from pg_sleep(2)`),
    )
    let isAnswered = false
    void Promise.race(long).then(() => (isAnswered = true))
    for (let n = 0; n < 3; n++)
      expect(await history.runShort(asker(4), async (sql) => sql`select 1`)).to.have.length(1)
    expect(isAnswered, 'a long query was answered before the pages').to.equal(false)
    expect(await Promise.all(long)).to.deep.equal([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
  })

  it('a query whose client has disconnected is not run when its turn comes', async () => {
    const asked: string[] = []
    const pageSql = new Proxy(database.sql, {
      apply(sql, self, args: Parameters<Sql>) {
        const text = String(args[0])
        if (text.includes('string_agg')) asked.push(text)
        return Reflect.apply(sql, self, args) as Promise<unknown>
      },
    })
    const pages = await openFixture({ pageSql }, database)
    closers.push(() => pages.close())
    const blocker = await openBlocker(database)
    closers.push(() => blocker.close())
    await blocker.lock('telemetry')
    const path = `/api/vehicles/v1/telemetry?${PERIOD}`
    const running = pages.call('GET', path)
    await eventually('the query of the first request', () => asked.length === 1)
    const client = new AbortController()
    const headers = { authorization: `Bearer ${makeToken()}` }
    const gone = fetch(pages.url + path, { headers, signal: client.signal }).catch(
      (error: Error) => error.name,
    )
    const list = async () => expect((await pages.call('GET', '/api/vehicles')).status).to.equal(200)
    await list()
    client.abort()
    expect(await gone).to.equal('AbortError')
    // By the time later requests are answered, the server has seen that connection end.
    for (let n = 0; n < 3; n++) await list()
    await blocker.letGo()
    expect((await running).status).to.equal(200)
    expect((await pages.call('GET', path)).status).to.equal(200)
    expect(asked).to.have.length(2)
  })
})

function asker(n: number) {
  return { role: 'user', sub: String(n), jti: '' } as const
}

describe('charts whose client has disconnected', () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase()
    await addVehicle(database)
    await database.sql`insert into vehicles (key) values ('v2')`
    await database.sql`
      insert into telemetry (vehicle_id, time, received_at, speed)
      select id, timestamptz '2026-11-21T08:00:00Z' + n * interval '1 s', now(), n from vehicles, generate_series(0, 9) as n`
  })
  after(() => database.drop())

  it('a chart whose client has disconnected is not read to its end', async () => {
    const metrics = createMetrics()
    const leaving = new AbortController()
    const pages: Promise<unknown>[] = []
    const hasLeft = async () =>
      eventually('the API notices the disconnect', async () => /status="499"/.test(await metrics.text()))
    const historySql = new Proxy(database.sql, {
      apply(sql, self, args: Parameters<Sql>) {
        const query = Reflect.apply(sql, self, args) as Promise<unknown>
        if (!String(args[0]).includes('string_agg')) return query
        leaving.abort()
        const page = hasLeft().then(() => query)
        pages.push(page)
        return page
      },
    })
    const fixture = await openFixture({ historySql, metrics }, database)
    try {
      const path = `/api/telemetry?vehicles=v1,v2&${PERIOD}&fields=speed&points=100`
      const headers = { authorization: `Bearer ${makeToken()}` }
      const request = get(`${fixture.url}${path}`, { headers, signal: leaving.signal })
      const [{ name }] = (await once(request, 'error')) as [Error]
      expect(name).to.equal('AbortError')
      // The first vehicle is queried in two halves. The second vehicle would be next, but the client has left.
      await Promise.all(pages)
      for (let turn = 0; turn < 3; turn++) await setImmediate()
      expect(pages).to.have.length(2)
    } finally {
      await fixture.close()
    }
  })
})

describe('connections for quick queries', () => {
  let database: TestDatabase
  let fixture: Fixture
  before(async () => {
    database = await openTestDatabase()
    const others = await closedPool(database)
    fixture = await openFixture({ sql: others, quickSql: database.sql, historySql: database.sql }, database)
    await addVehicle(database)
  })
  after(async () => {
    await fixture.close()
    await database.drop()
  })

  for (const [path, status] of [
    ['/api/vehicles/v1', 200],
    ['/api/vehicles/v1/position', 404],
    ['/api/vehicles/v1/latest', 200],
    ['/api/latest?bbox=17,59,18,60', 200],
    ['/api/positions?bbox=17,59,18,60', 200],
    ['/api/positions?near=59.3,18.1&radius=1000', 200],
    [`/api/vehicles/v1/telemetry?${PERIOD}`, 200],
    [`/api/vehicles/v1/telemetry?${PERIOD}&fields=speed&bucket=1h`, 200],
  ] as const)
    it(`a quick query does not use the general pool, which is closed here: ${path}`, async () =>
      expect((await fixture.call('GET', path)).status).to.equal(status))

  for (const path of ['/api/vehicles', '/api/positions', '/api/latest'])
    it(`a listing uses the general pool (closed here, so 503): ${path}`, async () =>
      expectProblem(await fixture.call('GET', path), 503, 'unavailable'))

  it('the caller of a request is checked on the access pool (closed here, so 503)', async () => {
    const other = await openFixture({ accessSql: await closedPool(database) }, database)
    const token = makeToken({ sub: '1', role: 'admin' })
    const answer = await other.call('GET', '/api/vehicles', { token })
    await other.close()
    expectProblem(answer, 503, 'unavailable')
  })
})

/** A pool on which every query fails. */
async function closedPool({ url }: TestDatabase): Promise<Sql> {
  const sql = connect({ url, max: 1, applicationName: 'closed' })
  await sql.end()
  return sql
}

async function addVehicle({ sql }: TestDatabase): Promise<void> {
  await sql`insert into vehicles (key) values ('v1')`
  await sql`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
}
