import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker } from '../../support/broker.ts'
import { collect, logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { failureOf } from '../../support/failure.ts'
import { openFixtureWithBroker, SECRET, waitForLocks } from '../fixture.ts'
import { issueServiceToken } from './service-token.ts'

describe('service tokens over MQTT', () => {
  let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
  const open: MqttClient[] = []
  before(async () => (fixture = await openFixtureWithBroker()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices, grants, groups, service_tokens, audit_log cascade`
    for (const group of ['north', 'south']) {
      await fixture.call('POST', '/api/vehicles', { body: { key: `${group}-1`, group } })
      await fixture.call('POST', '/api/devices', { body: { key: `${group}-d`, vehicle: `${group}-1` } })
    }
  })
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })

  /** @param options of the service token */
  async function issue(options: object = {}) {
    const given = { name: 'erp', scopes: ['mqtt:read'], groups: ['north'], ...options }
    const issued = (await issueServiceToken(fixture, given)).body
    const { body } = await fixture.call('POST', '/api/mqtt-tokens', { token: issued.token })
    return { issued, scope: body.scope, who: { clientId: `${body.client_id_prefix}x`, token: body.token } }
  }
  async function connect(who: { clientId: string; token: string }, broker = fixture.broker) {
    const client = await logIn(broker, who)
    client.on('error', () => {})
    open.push(client)
    return client
  }
  const granted = (client: MqttClient, topic: string) =>
    client.subscribeAsync(topic).then(
      ([it]) => it?.qos !== 128,
      () => false,
    )
  async function publishAs(group: string) {
    const { body } = await fixture.call('POST', `/api/devices/${group}-d/tokens`, { body: {} })
    const device = await connect({ clientId: `${group}-d`, token: body.token })
    const reading = { time: new Date().toISOString(), lat: 59.3, lon: 18.1, speed: 50 }
    await device.publishAsync(`fleet/${group}-1/telemetry`, JSON.stringify(reading), { qos: 1 })
  }
  const closedOf = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', resolve))

  it('a service token gets an MQTT token only with the scope for it', async () => {
    const { token } = (await issueServiceToken(fixture)).body
    expect((await fixture.call('POST', '/api/mqtt-tokens', { token })).status).to.equal(403)
    const { who, scope } = await issue({ groups: null })
    expect([who.clientId, scope]).to.deep.equal(['service/erp/x', 'all'])
    const claims = JSON.parse(atob(who.token.split('.')[1] ?? ''))
    expect(claims.exp).to.be.closeTo(Date.now() / 1000 + 3600, 10)
  })

  it('a service token follows the vehicles of its groups only, even through a wildcard', async () => {
    const client = await connect((await issue()).who)
    expect(await granted(client, 'fleet/north-1/telemetry')).to.equal(true)
    expect(await granted(client, 'fleet/south-1/telemetry')).to.equal(false)
    expect(await granted(client, 'fleet/+/telemetry')).to.equal(true)
    const topics: string[] = []
    client.on('message', (topic) => void topics.push(topic))
    await publishAs('south')
    await publishAs('north')
    await eventually('the reading of the group has arrived', () => topics.includes('fleet/north-1/telemetry'))
    expect([...new Set(topics)]).to.deep.equal(['fleet/north-1/telemetry'])
  })

  it('a service token follows commands only with the scope for them', async () => {
    const without = await connect((await issue({ name: 'a' })).who)
    expect(await granted(without, 'fleet/north-1/commands')).to.equal(false)
    const client = await connect((await issue({ name: 'b', scopes: ['mqtt:read', 'commands:read'] })).who)
    expect(await granted(client, 'fleet/north-1/commands')).to.equal(true)
    expect(await granted(client, 'fleet/south-1/commands')).to.equal(false)
  })

  it("a service token's live feed has its groups only", async () => {
    const { who, scope } = await issue()
    const client = await connect(who)
    expect(await granted(client, 'live/all')).to.equal(false)
    expect(await granted(client, `live/${scope}/json`)).to.equal(true)
    const frames = collect(client)
    await publishAs('south')
    await publishAs('north')
    const ids = () =>
      frames.flatMap(({ payload }) =>
        (payload as { vehicles: { id: number }[] }).vehicles.map(({ id }) => id),
      )
    const [north] = await fixture.sql<{ id: number }[]>`select id from vehicles where key = 'north-1'`
    await eventually('a frame has the vehicle', () => ids().includes(north?.id ?? 0))
    expect([...new Set(ids())]).to.deep.equal([north?.id])
  })

  it('a service token loses a vehicle that leaves its group, and gains one that joins', async () => {
    const client = await connect((await issue()).who)
    await fixture.call('PATCH', '/api/vehicles/north-1', { body: { group: 'south' } })
    await eventually(
      'the permission has ended',
      async () => !(await granted(client, 'fleet/north-1/telemetry')),
    )
    await fixture.call('PATCH', '/api/vehicles/south-1', { body: { group: 'north' } })
    await eventually('the status topic is granted', () => granted(client, 'fleet/south-1/status'))
  })

  it('a revoked service token is disconnected at every broker, and refused after a restart', async () => {
    const other = await openTestBroker({ JWT_SECRET: SECRET }, fixture.database)
    const { issued, who } = await issue()
    const all = await issue({ name: 'all', groups: null })
    const clients = [await connect(who), await connect(who, other), await connect(all.who)]
    const [here, there, stays] = clients
    const closed = [here, there].map((it) => closedOf(it as MqttClient))
    expect((await fixture.call('DELETE', `/api/service-tokens/${issued.id}`)).status).to.equal(204)
    await Promise.all(closed)
    expect(await failureOf(logIn(fixture.broker, who))).to.have.property('code', 4)
    await other.close()
    const fresh = await openTestBroker({ JWT_SECRET: SECRET }, fixture.database)
    expect(await failureOf(logIn(fresh, who))).to.have.property('code', 4)
    await fresh.close()
    expect(stays?.connected).to.equal(true)
  })

  it('a token revoked while a broker looks up its vehicles is refused', async () => {
    const { issued, who } = await issue()
    // Revocations arrive in order: when this connection ends, the earlier revocation is also known.
    const later = await issue({ name: 'later', groups: null })
    const closed = closedOf(await connect(later.who))
    let refused: Promise<unknown> | undefined
    await fixture.sql.begin(async (tx) => {
      await tx`lock table vehicles in access exclusive mode`
      refused = failureOf(logIn(fixture.broker, who))
      await waitForLocks(fixture.sql, 1)
      for (const { id } of [issued, later.issued]) await fixture.call('DELETE', `/api/service-tokens/${id}`)
      await closed
    })
    expect(await refused).to.have.property('code', 5)
  })

  it('a service token has as many connections as a user, and no more', async () => {
    const few = await openTestBroker({ JWT_SECRET: SECRET }, fixture.database, {
      limits: { connectionsPerUserMax: 2 },
    })
    const { who } = await issue({ groups: null })
    for (const n of [1, 2]) await connect({ ...who, clientId: `service/erp/${n}` }, few)
    expect(await failureOf(logIn(few, { ...who, clientId: 'service/erp/3' }))).to.have.property('code', 3)
    for (const client of open.splice(0)) await client.endAsync(true)
    await few.close()
  })
})
