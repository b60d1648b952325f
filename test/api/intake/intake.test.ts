import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { logIn } from '../../support/clients.ts'
import { openDashboard } from '../../support/dashboard.ts'
import { eventually } from '../../support/eventually.ts'
import { openProxy, type Proxy } from '../../support/proxy.ts'
import { deviceToken, makeKeyPair } from '../../support/signing.ts'
import { expectProblem, makeToken, openFixture, SECRET, type Answer, type Fixture } from '../fixture.ts'

describe('readings over HTTP', () => {
  let broker: TestBroker
  let proxy: Proxy
  let fixture: Fixture
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker({ JWT_SECRET: SECRET })
    proxy = await openProxy(Number(new URL(broker.db.url).port))
    fixture = await openFixture({ brokerUrl: urlOf(broker) }, broker.db)
  })
  after(async () => {
    await fixture.close()
    await proxy.close()
    await broker.close()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })

  const urlOf = ({ statusPort }: TestBroker) => `http://127.0.0.1:${statusPort}`
  const post = (body: unknown, token: string | null = device.token): Promise<Answer> =>
    fixture.call('POST', '/api/telemetry', { token, body })
  const rows = () =>
    broker.db.sql`select * from telemetry where vehicle_id = ${device.vehicleId} order by time, nth`
  const letters = () => broker.db.sql<{ payload: Buffer }[]>`
    select payload from rejected_messages where vehicle_id = ${device.vehicleId}`
  const time = '2026-11-21T08:00:00Z'

  it('a body over 256 KiB is kept by its first KiB, as one dead letter an hour', async () => {
    const headers = { 'content-type': 'application/json' }
    const raw = '[{"speed":1},'.padEnd(300_000)
    const chunked = new ReadableStream({
      start(controller) {
        for (let at = 0; at < raw.length; at += 50_000)
          controller.enqueue(new TextEncoder().encode(raw.slice(at, at + 50_000)))
        controller.close()
      },
    })
    for (let n = 0; n < 3; n++)
      expectProblem(
        await fixture.call('POST', '/api/telemetry', { token: device.token, raw, headers }),
        413,
        'payload_too_large',
      )
    const answer = await fetch(`${fixture.url}/api/telemetry`, {
      method: 'POST',
      headers: { authorization: `Bearer ${device.token}`, 'content-type': 'application/json' },
      body: chunked,
      duplex: 'half',
    })
    expect(answer.status).to.equal(413)
    const kept = await broker.db.sql<{ code: string; text: string; detail: string }[]>`
      select code, convert_from(payload, 'utf8') as text, problems -> 0 ->> 'detail' as detail
      from rejected_messages where vehicle_id = ${device.vehicleId}`
    expect(kept.length).to.be.within(1, 2)
    expect(kept[0]).to.deep.equal({
      code: 'message_too_large',
      text: raw.slice(0, 1024),
      detail: 'the payload has 300000 bytes; at most 262144 are allowed. Only its first 1024 bytes are kept',
    })
  })

  it('a body over 256 KiB without a device token is not kept', async () => {
    const count = async () => (await broker.db.sql`select from rejected_messages`).length
    const before = await count()
    const headers = { 'content-type': 'application/json' }
    const raw = '[{"speed":2},'.padEnd(300_000)
    for (const token of [null, 'x.y.z', makeToken({ sub: '1', role: 'admin' })])
      expectProblem(
        await fixture.call('POST', '/api/telemetry', { token, raw, headers }),
        413,
        'payload_too_large',
      )
    expect(await count()).to.equal(before)
  })

  it('readings are committed once each before the reply, and reach subscribers', async () => {
    const subscriber = await logIn(broker, {
      clientId: 'ui/1/x',
      token: broker.sign({ sub: '1', role: 'admin' }),
    })
    const heard: string[] = []
    subscriber.on('message', (_topic, payload) => heard.push(payload.toString()))
    await subscriber.subscribeAsync(device.topic)

    const none = { duplicates: 0, rejected: 0, errors: [] }
    const one = await post({ time, speed: 5 })
    expect(one.body).to.deep.equal({ stored: 1, ...none })
    expect(one.status).to.equal(201)
    expect(await rows()).to.have.length(1)
    const many = await post([
      { time, speed: 5 },
      { time, speed: 6 },
      { time: '2026-11-21T08:00:01Z', speed: 7 },
    ])
    expect([many.status, many.body]).to.deep.equal([201, { ...none, stored: 2, duplicates: 1 }])
    expect((await rows()).map(({ speed }) => speed)).to.deep.equal([5, 6, 7])
    await eventually('both messages have arrived', () => heard.length === 2)
    expect(heard[0]).to.equal(JSON.stringify({ time, speed: 5 }))
    await subscriber.endAsync()
  })

  it('-0 becomes 0, over HTTP and MQTT, in every reply', async () => {
    const zeros = (second: number) =>
      `{"time":"2026-11-21T08:00:0${second}Z","lat":-0,"lon":-0.0,"speed":-0e2,"seq":-0,"extra":{"x":-0}}`
    const headers = { 'content-type': 'application/json' }
    await fixture.call('POST', '/api/telemetry', { token: device.token, raw: zeros(1), headers })
    const flat = { iot_id: device.clientId, token: device.token, lat: '-0', long: '-0.0', fuel: '-0' }
    await post(flat, null)
    const client = await logIn(broker, device)
    await client.publishAsync(device.topic, zeros(2), { qos: 1 })
    await client.endAsync()
    expect(await rows()).to.have.length(3)
    const exported = (format: string) => `telemetry/export?vehicles=${device.vehicle}&format=${format}`
    await eventually('the position exists', async () => {
      return (await fixture.call('GET', `/api/positions`)).body.items.length > 0
    })
    for (const path of [
      `vehicles/${device.vehicle}/telemetry`,
      `vehicles/${device.vehicle}/position`,
      'positions',
      'live',
      ...['csv', 'ndjson', 'geojson', 'geojson&geometry=line', 'gpx'].map(exported),
    ]) {
      const response = await fetch(`${fixture.url}/api/${path}`, {
        headers: { authorization: `Bearer ${makeToken()}` },
      })
      expect(await response.text(), path).not.to.match(/[^\dT]-0\b/)
    }
  })

  it('invalid readings are refused with pointers, and kept byte for byte', async () => {
    const listener = await logIn(broker, device)
    const notice = new Promise<string>((resolve) => {
      listener.on('message', (_topic, payload) => resolve(payload.toString()))
    })
    await listener.subscribeAsync(`fleet/${device.vehicle}/rejected`)
    const raw = '{ "speed": 401, "lat": 1 }'
    const headers = { 'content-type': 'application/json' }
    const answer = await fixture.call('POST', '/api/telemetry', { token: device.token, raw, headers })
    expectProblem(answer, 422, 'out_of_range', ['/speed', '/lon'])
    expect(answer.body.errors[1]).to.include({ code: 'missing_field' })
    const kept = await letters()
    expect(kept.map(({ payload }) => payload.toString())).to.deep.equal([raw])
    expect(JSON.parse(await notice)).to.include({ count: 1 })
    await listener.endAsync()
  })

  it('the valid readings of an array are stored', async () => {
    const { status, body } = await post([{ speed: 1 }, { speed: -1 }, { time, speed: 2 }, { spede: 3 }])
    expect(status).to.equal(201)
    expect(body).to.deep.include({ stored: 2, duplicates: 0, rejected: 2 })
    expect(body.errors.map((it: { pointer: string }) => it.pointer)).to.deep.equal(['/1/speed', '/3/spede'])
    expect(await letters()).to.have.length(2)
    expectProblem(await post([{ speed: -1 }, 7]), 422, 'out_of_range', ['/0/speed', '/1'])
    expectProblem(await post([]), 422, 'no_readings')
  })

  it('readings are also accepted in the flat shape of other trackers', async () => {
    const flat = {
      iot_id: device.clientId,
      token: device.token,
      rpm: '1500',
      speed: 62.5,
      fuel: '40.5',
      engine_load: null,
      coolant_temp: '',
      lat: '59.3',
      long: 18.1,
      ip: '10.0.0.7',
      sw_version: '1.2',
      hw_version: 3,
      status: 4,
    }
    expect((await post(flat, null)).status).to.equal(201)
    const [row] = await rows()
    expect(row).to.include({
      rpm: 1500,
      speed: 62.5,
      fuel_level: 40.5,
      engine_load: null,
      coolant_temp: null,
    })
    expect(row).to.include({ lat: 59.3, lon: 18.1, status: '4' })
    expect(row?.['extra']).to.deep.equal({ ip: '10.0.0.7', sw_version: '1.2', hw_version: 3 })

    const { iot_id, token } = flat
    const bad = { iot_id, token, fuel: '101', lat: 1, long: 'x', ip: 'y'.repeat(300), wheels: 4 }
    expectProblem(await post(bad, null), 422, 'unknown_field', ['/wheels', '/long', '/fuel', '/ip'])
    const other = await broker.addDevice()
    expectProblem(await post({ ...flat, iot_id: other.clientId }, null), 401, 'unauthorized')
    expectProblem(await post({ iot_id, speed: 1 }, null), 401, 'unauthorized')
  })

  it('readings in the flat shape keep their extra object beside values that belong in it', async () => {
    const base = { iot_id: device.clientId, token: device.token, time }
    expect((await post({ ...base, speed: '1', ip: '10.0.0.7', extra: { oil: 5 } }, null)).status).to.equal(
      201,
    )
    expect((await post({ ...base, speed: '2', ip: '', extra: { ip: 'x' } }, null)).status).to.equal(201)
    const extras = (await rows()).map((row) => row['extra'] as unknown)
    expect(extras).to.deep.equal([{ ip: '10.0.0.7', oil: 5 }, { ip: 'x' }])

    // Two values with one name, or an extra that is not an object: none of them is preferred or lost.
    expectProblem(await post({ ...base, ip: '1', extra: { ip: '2' } }, null), 422, 'unknown_field', ['/ip'])
    const listed = await post({ ...base, ip: '1', extra: ['2'] }, null)
    expectProblem(listed, 422, 'unknown_field', ['/ip', '/extra'])
    expect(JSON.parse(String((await letters()).at(-1)?.payload))).to.deep.equal({
      time,
      ip: '1',
      extra: ['2'],
    })
    const long = 'y'.repeat(300)
    const named = await post({ ...base, lon: 'x', extra: { ip: long }, sw_version: long }, null)
    expectProblem(named, 422, 'wrong_type', ['/lon', '/extra/ip', '/sw_version', '/lat'])
  })

  it('unusable credentials and fields in the flat shape are refused', async () => {
    const cases: [object, number, string][] = [
      [{ iot_id: 'тест' }, 401, 'unauthorized'],
      [{ token: 'x\ny' }, 401, 'unauthorized'],
      [{ token: 'x'.repeat(100_000) }, 401, 'unauthorized'],
      [{ iot_id: 'x'.repeat(100_000) }, 401, 'unauthorized'],
    ]
    for (const [more, status, code] of cases)
      expectProblem(
        await post({ iot_id: device.clientId, token: device.token, rpm: 1, ...more }, null),
        status,
        code,
      )
    const flat = (values: string) =>
      fixture.call('POST', '/api/telemetry', {
        token: null,
        raw: `{"iot_id":"${device.clientId}","token":"${device.token}",${values}}`,
        headers: { 'content-type': 'application/json' },
      })
    expectProblem(await flat(`"rpm":${'['.repeat(100_000)}${']'.repeat(100_000)}`), 422, 'too_deep', [''])
    expectProblem(await flat('"constructor":1'), 422, 'unknown_field', ['/constructor'])
    expectProblem(await flat('"__proto__":1'), 422, 'unknown_field', ['/__proto__'])
    expect((await flat('"fuel":1,"fuel_level":null')).body.stored).to.equal(1)
    expectProblem(await flat('"fuel":1,"fuel_level":2'), 422, 'unknown_field', ['/fuel'])
  })

  it('readings need a token that is valid for MQTT', async () => {
    const pair = makeKeyPair()
    const signing = await broker.addDevice({ publicKey: pair.publicKey })
    await (await logIn(broker, signing)).endAsync()
    expect((await post({ speed: 1 }, deviceToken(signing.clientId, pair))).status).to.equal(201)

    const nowS = Math.floor(Date.now() / 1000)
    const refused = {
      none: null,
      'not one': 'x',
      expired: broker.sign({ sub: device.clientId, iat: nowS - 7200, exp: nowS - 3600 }),
      'of another key': deviceToken(signing.clientId, makeKeyPair()),
      "an administrator's": makeToken(),
      "a user's for MQTT": broker.sign({ sub: '1', role: 'user' }),
      "the API's own": broker.sign({ sub: 'api', role: 'service', aud: 'intake' }),
    }
    for (const [what, token] of Object.entries(refused)) {
      const answer = await post({ speed: 1 }, token)
      expect(answer.status, what).to.equal(401)
      expectProblem(answer, 401, 'unauthorized')
      expect(answer.headers.get('www-authenticate'), what).to.include('Bearer')
    }
    expectProblem(await post({ speed: 1 }, broker.sign({ sub: 'nobody' })), 403, 'forbidden')
    expect(await broker.metric('logins_refused_total', { reason: 'token_expired' })).to.be.greaterThan(0)
  })

  it('readings are refused once their token is revoked', async () => {
    const { body } = await fixture.call('POST', `/api/devices/${device.clientId}/tokens`)
    expect((await post({ speed: 1 }, body.token)).status).to.equal(201)
    await fixture.call('DELETE', `/api/devices/${device.clientId}/tokens/${body.jti}`)
    await eventually(
      'the revoked token is refused',
      async () => (await post({ speed: 1 }, body.token)).status === 401,
    )
  })

  it("readings beyond their device's rate are refused with 429", async () => {
    const slow = await openTestBroker({ JWT_SECRET: SECRET, DEVICE_READINGS_PER_S: '100' }, broker.db)
    const api = await openFixture({ brokerUrl: urlOf(slow) }, broker.db)
    const { token } = await slow.addDevice()
    const send = (count: number) =>
      api.call('POST', '/api/telemetry', { token, body: Array.from({ length: count }, () => ({ speed: 1 })) })
    expect((await send(1000)).status).to.equal(201)
    expect((await send(1000)).status).to.equal(201)
    const answer = await send(1)
    expectProblem(answer, 429, 'too_many_requests')
    expect(Number(answer.headers.get('retry-after'))).to.be.within(1, 10)
    await api.close()
    await slow.close()
  })

  it('readings are acknowledged with 202 while the database is away, and stored later', async () => {
    const DATABASE_URL = proxy.urlOf(broker.db.url)
    const cut = await openTestBroker({ JWT_SECRET: SECRET, DATABASE_URL }, broker.db)
    const api = await openFixture({ brokerUrl: urlOf(cut) }, broker.db)
    device = await cut.addDevice()
    // The broker learns of the device before the database is away.
    await (await logIn(cut, device)).endAsync()
    await proxy.refuse()
    const { status, body } = await api.call('POST', '/api/telemetry', {
      token: device.token,
      body: { time, speed: 9 },
    })
    expect([status, body.stored]).to.deep.equal([202, 1])
    expect(await rows()).to.have.length(0)
    await proxy.forward()
    await eventually('the spooled reading is stored', async () => (await rows()).length === 1)
    await api.close()
    await cut.close()
  })

  it('readings are refused while no broker is reachable', async () => {
    const api = await openFixture({}, broker.db)
    const answer = await api.call('POST', '/api/telemetry', { token: device.token, body: { speed: 1 } })
    expectProblem(answer, 503, 'unavailable')
    expect(answer.headers.get('retry-after')).to.equal('2')
    await api.close()
  })

  it('a body may have at most 256 KiB', async () => {
    const blank = ' '.repeat(256 * 1024 - 11)
    const headers = { 'content-type': 'application/json' }
    const send = (raw: string) =>
      fixture.call('POST', '/api/telemetry', { token: device.token, raw, headers })
    expect((await send(`{"speed":1}${blank}`)).status).to.equal(201)
    expectProblem(await send(`{"speed":1} ${blank}`), 413, 'payload_too_large')
  })

  it("the broker's own port accepts at most 256 KiB, with the same refusals as the API", async () => {
    const send = async (path: string, init: RequestInit) => {
      const response = await fetch(`${urlOf(broker)}${path}`, { method: 'POST', ...init })
      return [response.status, ((await response.json()) as { code?: string }).code]
    }
    const headers = { authorization: `Bearer ${device.token}` }
    expect(await send('/telemetry', { headers, body: '{"speed":1}' })).to.deep.equal([200, undefined])
    expect(await send('/telemetry', { headers, body: '1'.repeat(300_000) })).to.deep.equal([
      413,
      'payload_too_large',
    ])
    expect(await send('/telemetry', { headers, method: 'GET' })).to.deep.equal([400, 'invalid_request'])
    const replay = '/replay?vehicle_id=1&device_id=1&received_us=1'
    expect(await send(replay, { headers, body: '{"speed":1}' })).to.deep.equal([401, 'unauthorized'])
    const own = { authorization: `Bearer ${broker.sign({ sub: 'api', role: 'service', aud: 'intake' })}` }
    expect(await send('/replay?vehicle_id=1&device_id=x', { headers: own, body: '{}' })).to.deep.equal([
      400,
      'invalid_request',
    ])
  })

  it('readings keep a device without a connection online, in the API and the live feed', async () => {
    const feed = await openDashboard(broker, {
      clientId: 'ui/1/http',
      token: broker.sign({ sub: '1', role: 'admin' }),
    })
    const presence = async () =>
      (await fixture.call('GET', `/api/presence?vehicle=${device.vehicle}`)).body.items[0]
    expect(await presence()).to.include({ online: false, last_seen: null })
    const sentMs = Date.now()
    expect((await post({ lat: 1, lon: 2, speed: 50 })).status).to.equal(201)
    await feed.see(device.vehicleId, { state: 'moving' })
    await eventually('the vehicle is online', async () => (await presence()).online === true)
    expect(Date.parse((await presence()).last_seen)).to.be.within(sentMs, Date.now())
    const { items } = (await fixture.call('GET', '/api/live')).body
    const live = items.find(({ vehicle }: { vehicle: string }) => vehicle === device.vehicle)
    expect(live.state).to.be.oneOf(['moving', 'unknown'])
    await feed.client.endAsync(true)
  })
})
