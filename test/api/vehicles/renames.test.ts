import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { TestBroker } from '../../support/broker.ts'
import { collect, logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { failureOf } from '../../support/failure.ts'
import { expectProblem, openFixtureWithBroker, type Fixture } from '../fixture.ts'

describe('renaming', () => {
  let fixture: Fixture & { broker: TestBroker }
  const open: MqttClient[] = []
  before(async () => (fixture = await openFixtureWithBroker()))
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })
  after(() => fixture.close())

  const call: Fixture['call'] = (...request) => fixture.call(...request)
  const rename = (path: string, key: string) => call('PATCH', path, { body: { key } })
  let n = 0
  /** Creates a vehicle with a device and a token for it. */
  async function provision(): Promise<{ vehicle: string; device: string; token: string }> {
    const [vehicle, device] = [`v${++n}`, `d${n}`]
    await call('POST', '/api/vehicles', { body: { key: vehicle, group: 'north', tags: ['a'] } })
    await call('POST', '/api/devices', { body: { key: device, vehicle } })
    const { status, body } = await call('POST', `/api/devices/${device}/tokens`, { body: {} })
    expect(status).to.equal(201)
    return { vehicle, device, token: (body as { token: string }).token }
  }
  async function connect(clientId: string, token: string): Promise<MqttClient> {
    const client = await logIn(fixture.broker, { clientId, token })
    client.on('error', () => {})
    open.push(client)
    return client
  }
  const readings = async (vehicle: string) => {
    const answer = await call('GET', `/api/vehicles/${vehicle}/telemetry`)
    return (answer.body.items as { speed: number }[] | undefined)?.map(({ speed }) => speed)
  }

  it('a renamed vehicle keeps history, commands, grants and devices, and its old key is free', async () => {
    const { vehicle, device, token } = await provision()
    const client = await connect(device, token)
    await client.publishAsync(`fleet/${vehicle}/telemetry`, '{"speed":7}', { qos: 1 })
    const user = { email: `${vehicle}@a.example`, password: 'long enough to be one', role: 'user' }
    const { id } = (await call('POST', '/api/users', { body: user })).body as { id: number }
    const granted = await call('POST', '/api/grants', { body: { user: id, vehicle } })
    expect(granted.status).to.equal(201)
    await call('POST', `/api/vehicles/${vehicle}/commands`, { body: { name: 'lock' } })

    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
    const answer = await rename(`/api/vehicles/${vehicle}`, 'renamed')
    expect([answer.status, answer.body.key, answer.body.group]).to.deep.equal([200, 'renamed', 'north'])
    await ended
    expect((await call('GET', `/api/vehicles/${vehicle}`)).status).to.equal(404)
    expect(await readings('renamed')).to.deep.equal([7])
    const commands = (await call('GET', '/api/vehicles/renamed/commands')).body.items as object[]
    expect(commands).to.have.length(1)
    const grants = (await call('GET', `/api/grants?user=${id}`)).body.items as { vehicle: string }[]
    expect(grants.map((it) => it.vehicle)).to.deep.equal(['renamed'])
    expect((await call('GET', `/api/devices/${device}`)).body.vehicle).to.equal('renamed')

    // The device gets its commands on the new topic, and readings on both topics belong to the vehicle.
    const again = await connect(device, token)
    const received = collect(again)
    await again.subscribeAsync('fleet/renamed/commands', { qos: 1 })
    await eventually('the command arrives', () => received.length === 1)
    await again.publishAsync('fleet/renamed/telemetry', '{"speed":8}', { qos: 1 })
    expect(await readings('renamed')).to.have.members([7, 8])
    // The device's backlog uses the old topic until another vehicle gets the old key.
    await again.publishAsync(`fleet/${vehicle}/telemetry`, '{"speed":9}', { qos: 1 })
    expect(await readings('renamed')).to.have.members([7, 8, 9])
    const gone = new Promise<void>((resolve) => again.once('close', () => resolve()))
    expect((await call('POST', '/api/vehicles', { body: { key: vehicle } })).status).to.equal(201)
    await gone
    const third = await connect(device, token)
    await third.publishAsync(`fleet/${vehicle}/telemetry`, '{"speed":10}', { qos: 1 })
    const letters = (await call('GET', `/api/dead-letters?vehicle=renamed`)).body.items as { code: string }[]
    expect(letters.map(({ code }) => code)).to.deep.equal(['wrong_topic'])
    expect(await readings(vehicle)).to.deep.equal([])
  })

  it('a new key must be valid and free', async () => {
    const [one, other] = [await provision(), await provision()]
    for (const what of ['vehicle', 'device'] as const) {
      const path = `/api/${what}s/${one[what]}`
      expectProblem(await rename(path, other[what]), 409, 'conflict', ['/key'])
      for (const key of ['', 'a b', null])
        expectProblem(await call('PATCH', path, { body: { key } }), 400, 'invalid_request', ['/key'])
      expect((await rename(path, one[what])).status).to.equal(200)
      const stale = await call('PATCH', path, { body: { key: 'free' }, headers: { 'if-match': '"x"' } })
      expect(stale.status).to.equal(412)
    }
  })

  it('a rename is in the audit log under both keys', async () => {
    const { vehicle, device } = await provision()
    for (const [what, key] of [
      ['vehicle', vehicle],
      ['device', device],
    ] as const) {
      await rename(`/api/${what}s/${key}`, `${key}-new`)
      const log = async (subject: string) =>
        (await call('GET', `/api/audit-log?subject=${what}:${subject}`)).body.items as {
          action: string
          before: object
          after: object
        }[]
      expect((await log(key))[0]).to.deep.include({ action: `${what}.update` })
      expect(
        (await log(`${key}-new`)).map(({ action, before, after }) => [action, before, after]),
      ).to.deep.equal([[`${what}.rename`, { key }, { key: `${key}-new` }]])
    }
  })

  it('a renamed device keeps its tokens, under its new client id and the free old one', async () => {
    const { vehicle, device, token } = await provision()
    const topic = `fleet/${vehicle}/telemetry`
    const client = await connect(device, token)
    await client.publishAsync(topic, '{"speed":1}', { qos: 1 })
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
    expect((await rename(`/api/devices/${device}`, `${device}-new`)).status).to.equal(200)
    await ended
    for (const [clientId, speed] of [
      [`${device}-new`, 2],
      [device, 3],
    ] as const) {
      const again = await connect(clientId, token)
      await again.publishAsync(topic, `{"speed":${speed}}`, { qos: 1 })
      await again.endAsync()
    }
    expect(await readings(vehicle)).to.have.members([1, 2, 3])
    const tokens = (await call('GET', `/api/devices/${device}-new/tokens`)).body.items as object[]
    expect(tokens).to.have.length(1)

    // The old key is free, and its tokens belong to the next device alone.
    await call('POST', '/api/devices', { body: { key: device, vehicle } })
    const issued = (await call('POST', `/api/devices/${device}/tokens`, { body: {} })).body as {
      token: string
    }
    const refusal = await failureOf(connect(device, token))
    expect(refusal.message).to.include('Identifier rejected')
    for (const [clientId, password] of [
      [device, issued.token],
      [`${device}-new`, token],
    ] as const)
      await connect(clientId, password)
    expect((await failureOf(connect(`${device}-new`, issued.token))).message).to.include(
      'Identifier rejected',
    )
  })
})
