import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createStatusReport } from '../../../broker/status-report.ts'
import type { BrokerSample, BrokerStatus } from '../../../contract/broker-status.ts'
import { createMetrics } from '../../../kit/metrics.ts'
import { eventually } from '../../support/eventually.ts'
import { createJudge } from '../conformance/document.ts'
import { logIn } from '../../support/clients.ts'
import { expectProblem, makeToken, openFixture, openFixtureWithBroker, type Fixture } from '../fixture.ts'

const PATH = '/api/overview'

describe('overview', () => {
  describe('overview with a broker', () => {
    let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
    before(async () => (fixture = await openFixtureWithBroker()))
    after(() => fixture.close())
    const read = async () => (await fixture.call('GET', PATH)).body

    it("the overview counts vehicles and devices by connection, and a day's refusals", async () => {
      const { broker, sql } = fixture
      const device = await broker.addDevice()
      const before = (await read()).broker.now as BrokerSample
      expect(await read()).to.deep.include({
        vehicles: { total: 1, online: 0, offline: 0, never: 1 },
        devices: { total: 1, online: 0, offline: 0, never: 1 },
        newest_received_at: null,
      })

      const client = await logIn(broker, device)
      await client.publishAsync(device.topic, '{"lat":59.3,"lon":18.1}', { qos: 1 })
      await client.publishAsync(device.topic, '[{"speed":-1},{"speed":1}]', { qos: 1 })
      await sql`
        insert into rejected_messages (received_at, code, problems, payload)
        values (now() - interval '25 h', 'not_json', '[]', 'x')`
      const body = await eventually('the vehicle is online and has a position', async () => {
        const body = await read()
        return body.newest_received_at !== null && body.devices.online === 1 && body
      })
      const online = { total: 1, online: 1, offline: 0, never: 0 }
      expect(body).to.deep.include({ vehicles: online, devices: online, broker_unknown: null })
      expect(body.rejected.items).to.have.length(1)
      expect(body.rejected.items[0]).to.include({ code: 'out_of_range', count: 1 })
      expect(Date.parse(body.newest_received_at)).to.be.closeTo(Date.now(), 60_000)

      const { now, ...status } = body.broker as BrokerStatus
      expect(status).to.deep.include({ ready: true, detail: '', connections: 1 })
      expect(status).to.deep.include({ database_away: false, database_slow: false })
      expect(status.mqtt_port).to.equal(broker.mqttPort)
      expect(now.readings_stored - before.readings_stored).to.equal(2)
      expect(now.readings_rejected - before.readings_rejected).to.equal(1)
      expect(now.messages_settled - before.messages_settled).to.equal(2)
      expect(now.ack_counts).to.have.length(status.ack_bounds_s.length + 1)
      expect(now.ack_counts.at(-1)).to.equal(2)
      expect(Date.parse(now.at)).to.be.greaterThan(Date.parse(before.at))
      expect(status.recent).to.have.length(1)

      await client.endAsync()
      const offline = { total: 1, online: 0, offline: 1, never: 0 }
      await eventually('the vehicle is offline', async () => (await read()).vehicles.offline === 1)
      expect(await read()).to.deep.include({ vehicles: offline, devices: offline })
    })

    it('the overview matches the OpenAPI document', async () => {
      const { body: document } = await fixture.call('GET', '/api/openapi.json')
      const judge = createJudge(document)
      const operation = judge.operations.find(({ id }) => id === 'getOverview')
      if (operation === undefined) throw new Error('there is no such operation')
      const answer = await fixture.call('GET', PATH)
      expect(answer.body.broker).to.not.equal(null)
      expect(judge.findFault(operation, answer)).to.equal(undefined)
    })

    it('the overview is for administrators and services', async () => {
      const service = makeToken({ role: 'service', sub: 'monitoring' })
      expect((await fixture.call('GET', PATH, { token: service })).status).to.equal(200)
      const user = makeToken({ role: 'user', sub: '1' })
      expectProblem(await fixture.call('GET', PATH, { token: user }), 403, 'forbidden')
    })
  })

  it("the overview says why the broker's status is unknown, and has the rest", async () => {
    const server = createServer((_, response) => response.writeHead(500).end('the spool is damaged\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const cases: [string | undefined, RegExp][] = [
      [undefined, /cannot be reached: .*ECONNREFUSED/],
      [`http://127.0.0.1:${port}`, /^the broker answered 500: the spool is damaged$/],
    ]
    for (const [brokerUrl, reason] of cases) {
      const fixture: Fixture = await openFixture(brokerUrl === undefined ? {} : { brokerUrl })
      await fixture.call('POST', '/api/vehicles', { body: { key: 'v1' } })
      const { status, body } = await fixture.call('GET', PATH)
      expect(status).to.equal(200)
      expect(body.broker).to.equal(null)
      expect(body.broker_unknown).to.match(reason)
      expect(body.vehicles.total).to.equal(1)
      await fixture.close()
    }
    server.close()
  })
})

describe('status report of the broker', () => {
  const options = {
    readiness: async () => ({ ready: true, detail: '' }),
    spoolBytesMax: 1,
    waitingBytesMax: 1,
    mqttPort: 1883,
    mqttsPort: undefined,
  }

  it('the report has samples of the last hour, one a minute', async () => {
    const metrics = createMetrics()
    const stored = metrics.counter('readings_stored_total', 'test')
    const report = createStatusReport({ ...options, metrics, sampleMs: 1 })
    stored.inc(5)
    const full = await eventually('sixty samples, the last with five readings', async () => {
      const { recent } = await report.read()
      return recent.length === 60 && recent.at(-1)?.readings_stored === 5 ? recent : undefined
    })
    const first = full[0]?.at
    await eventually('the oldest is removed', async () => (await report.read()).recent[0]?.at !== first)
    expect((await report.read()).recent).to.have.length(60)
    report.stop()
  })

  it('the report has the reason when the broker is not ready', async () => {
    const readiness = async () => ({ ready: false, detail: 'the spool is full' })
    const report = createStatusReport({ ...options, metrics: createMetrics(), readiness })
    expect(await report.read()).to.include({ ready: false, detail: 'the spool is full' })
    report.stop()
  })
})
