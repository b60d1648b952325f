import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { openFixture, openFixtureWithBroker, SECRET, type Fixture } from '../fixture.ts'

const DAY_MS = 86_400_000

describe('readings older than RETENTION_DAYS', () => {
  let fixture: Fixture & { broker: TestBroker }
  let device: TestDevice
  before(async () => {
    fixture = await openFixtureWithBroker({ RETENTION_DAYS: '30' })
  })
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate rejected_messages`
    device = await fixture.broker.addDevice()
  })

  const post = (body: unknown) => fixture.call('POST', '/api/telemetry', { token: device.token, body })
  const replay = (api: Fixture = fixture) =>
    api.call('POST', `/api/dead-letters/replay?vehicle=${device.vehicle}`)
  const speeds = async () => {
    const rows = await fixture.sql<{ speed: number }[]>`
      select speed from telemetry where vehicle_id = ${device.vehicleId} order by speed`
    return rows.map(({ speed }) => speed)
  }
  const ids = async () =>
    (await fixture.sql`select id from rejected_messages`).map((row) => Number(row['id']))
  const old = { time: '2007-04-06T23:59:47Z', speed: 50 }
  const detail = '2007-04-06T23:59:47.000Z is older than RETENTION_DAYS=30 allows'

  it('an old reading is refused over HTTP with the bound, and its neighbours are stored', async () => {
    const { body } = await post([old, { time: Date.now() - 29 * DAY_MS, speed: 29 }])
    expect(body).to.deep.include({ stored: 1, rejected: 1 })
    expect(body.errors).to.deep.equal([{ code: 'time_too_old', pointer: '/0/time', detail }])
    expect(await speeds()).to.deep.equal([29])
    expect(await ids()).to.have.length(1)
  })

  it('a replayed old reading stays the same dead letter', async () => {
    await post(old)
    const [id] = await ids()
    for (let n = 0; n < 2; n++) {
      const { body } = await replay()
      expect(body).to.deep.include({ replayed: 0, stored: 0 })
      expect(body.kept).to.deep.equal([{ id, errors: [{ code: 'time_too_old', pointer: '/time', detail }] }])
    }
    expect(await ids()).to.deep.equal([id])
    expect(await speeds()).to.deep.equal([])
  })

  it('a reading without a time in a dead letter past the retention is not stored', async () => {
    const at = new Date(Date.now() - 40 * DAY_MS)
    await fixture.sql`
      insert into rejected_messages (received_at, time_if_absent, vehicle_id, device_id, code, problems, payload)
      select ${at}, ${at}, vehicle_id, id, 'out_of_range', '[]', ${Buffer.from('{"speed":1}')}
      from devices where key = ${device.clientId}`
    const { body } = await replay()
    expect(body.kept[0].errors[0]).to.deep.include({ code: 'time_too_old', pointer: '' })
    expect(await speeds()).to.deep.equal([])
    expect(await ids()).to.have.length(1)
  })

  it('an old reading is stored once the setting allows it', async () => {
    await post(old)
    const broker = await openTestBroker({ JWT_SECRET: SECRET }, fixture.broker.db)
    const brokerUrl = `http://127.0.0.1:${broker.statusPort}`
    const generous = await openFixture({ brokerUrl }, fixture.broker.db)
    try {
      expect((await replay(generous)).body).to.deep.include({ replayed: 1, stored: 1, kept: [] })
      expect(await speeds()).to.deep.equal([50])
    } finally {
      await generous.close()
      await broker.close()
    }
  })
})
