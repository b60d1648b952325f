import { expect } from 'chai'
import { createHistoryPlaces } from '../../api/history-places.ts'
import { connect } from '../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { expectProblem, openFixture, type Fixture } from './fixture.ts'

const PERIOD = 'from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z'

describe('questions about history', () => {
  let database: TestDatabase
  let fixture: Fixture
  before(async () => {
    database = await openTestDatabase()
    const historySql = connect({ url: database.url, max: 1, applicationName: 'history' })
    // Whatever is asked over it fails.
    await historySql.end()
    fixture = await openFixture({ historySql }, database)
    await fixture.sql`insert into vehicles (key) values ('v1')`
    await fixture.sql`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
  })
  after(async () => {
    await fixture.close()
    await database.drop()
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
    it(`have connections of their own: ${path}`, async () =>
      expectProblem(await get(path), 503, 'unavailable'))

  for (const path of ['/api/vehicles/v1', '/api/positions', '/api/live', '/api/presence'])
    it(`leave the others to ${path}`, async () => expect((await get(path)).status).to.equal(200))
})

describe('places for questions about history', () => {
  it('are refused when all are taken, until an answer is there, or has failed', async () => {
    const places = createHistoryPlaces(2)
    const answers = [0, 1].map(() => {
      let settle: (failure?: Error) => void = () => {}
      const answer = places(
        async () =>
          new Promise<string>((resolve, reject) => {
            settle = (failure) => (failure ? reject(failure) : resolve('answered'))
          }),
      )
      return { answer, settle: (failure?: Error) => settle(failure) }
    })
    const third = async () => places(async () => 'the third')
    expect(await third()).to.deep.include({ refused: 'unavailable' })
    answers[0]?.settle()
    expect(await answers[0]?.answer).to.equal('answered')
    expect(await third()).to.equal('the third')
    answers[1]?.settle(new Error('away'))
    const failure = await answers[1]?.answer.catch((error: unknown) => error)
    expect(failure).to.have.property('message', 'away')
    expect(await third()).to.equal('the third')
  })
})
