import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { makeToken, openFixture, SECRET, type Fixture } from '../fixture.ts'

const TIME = '2026-11-21T08:00:00Z'
const CARD = '12345678901234567891'

describe("digits in extra beyond a double's precision", () => {
  let broker: TestBroker
  let fixture: Fixture
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker({ JWT_SECRET: SECRET })
    fixture = await openFixture({ brokerUrl: `http://127.0.0.1:${broker.statusPort}` }, broker.db)
  })
  after(async () => {
    await fixture.close()
    await broker.close()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })

  const read = async (path: string) => {
    const headers = { authorization: `Bearer ${makeToken()}` }
    return (await fetch(`${fixture.url}${path}`, { headers })).text()
  }
  const post = (raw: string, token: string | null) =>
    fixture.call('POST', '/api/telemetry', { token, raw, headers: { 'content-type': 'application/json' } })

  it('exact digits are the same in subscriptions, pages and exports', async () => {
    const admin = await broker.addUser('admin')
    const subscriber = await logIn(broker, admin)
    await subscriber.subscribeAsync(device.topic)
    const seen: string[] = []
    subscriber.on('message', (_, payload) => seen.push(String(payload)))
    const payload = `{"time":"${TIME}","speed":1,"extra":{"card":${CARD}}}`
    expect((await post(payload, device.token)).status).to.equal(201)
    await eventually('the reading is seen', () => seen.length > 0)
    expect(seen).to.deep.equal([payload])
    await subscriber.endAsync()

    expect(await read(`/api/vehicles/${device.vehicle}/telemetry`)).to.match(new RegExp(`"card": ?${CARD}}`))
    for (const format of ['csv', 'ndjson'])
      expect(await read(`/api/telemetry/export?format=${format}&vehicles=${device.vehicle}`)).to.contain(CARD)
  })

  it('exact digits are kept in the flat shape, wherever a number may stand', async () => {
    const base = `"iot_id":"${device.clientId}","token":"${device.token}","time":"${TIME}"`
    const flat = (values: string) => post(`{${base},${values}}`, null)
    expect((await flat(`"speed":"1","hw_version":${CARD},"extra":{"oil":${CARD}.5}`)).status).to.equal(201)
    expect((await flat(`"speed":2,"status":${CARD}`)).status).to.equal(201)
    expect((await flat(`"speed":1e400`)).status).to.equal(422)
    expect(
      (await flat(`"speed":3,"lat":59.123456789012345678,"long":18,"status":"\\u0000${CARD}"`)).status,
    ).to.equal(422)
    const rows = await broker.db.sql`
      select extra::text as extra, status from telemetry where vehicle_id = ${device.vehicleId} order by nth`
    expect([...rows]).to.deep.equal([
      { extra: `{"oil": ${CARD}.5, "hw_version": ${CARD}}`, status: null },
      { extra: null, status: CARD },
    ])
    const letters = await broker.db.sql<{ text: string; code: string }[]>`
      select code, convert_from(payload, 'utf8') as text from rejected_messages where vehicle_id = ${device.vehicleId} order by id`
    expect(letters.map(({ code }) => code)).to.deep.equal(['out_of_range', 'bad_text'])
    expect(letters[0]?.text).to.contain('"speed":1e400')
  })
})
