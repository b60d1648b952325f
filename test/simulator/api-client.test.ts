import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { hashPassword } from '../../api/users/passwords.ts'
import { logIn, type ApiClient } from '../../simulator/api-client.ts'
import { openFixture, type Fixture } from '../api/fixture.ts'
import { failureOf } from '../support/failure.ts'

const login = { email: 'sim@localhost', password: 'a password of the test' }

async function collect<T>(items: AsyncGenerator<T>): Promise<T[]> {
  const all: T[] = []
  for await (const it of items) all.push(it)
  return all
}

describe('the API client of the simulator', () => {
  let fixture: Fixture
  let client: ApiClient
  before(async () => {
    fixture = await openFixture()
    await fixture.sql`
      insert into users (email, password_hash, role)
      values (${login.email}, ${await hashPassword(login.password)}, 'admin')`
    client = await logIn({ api: `${fixture.url}/`, ...login })
  })
  after(() => fixture.close())

  const keys = Array.from({ length: 1001 }, (_, n) => `sim-${String(n).padStart(5, '0')}`)

  it('missing vehicles are created, and listed page by page', async () => {
    const vehicles = keys.map((key) => ({ key }))
    expect(await client.createVehicles(vehicles.slice(0, 1000))).to.equal(true)
    expect(await client.createVehicles(vehicles.slice(1000))).to.equal(true)
    expect((await collect(client.listVehicles())).map(({ key }) => key)).to.deep.equal(keys)
  })

  it('nothing is created when one device already exists', async () => {
    const [first = '', last = ''] = [keys[0], keys.at(-1)]
    const devices = [first, last].map((key) => ({ key, vehicle: key }))
    expect(await client.createDevices(devices.slice(0, 1))).to.equal(true)
    expect(await client.createDevices(devices)).to.equal(false)
    const found = await collect(client.listDevices())
    expect(found.map(({ key, vehicle }) => ({ key, vehicle }))).to.deep.equal(devices.slice(0, 1))
    expect(await client.issueTokens([first])).to.have.length(1)
  })

  it('the readings and dead letters of a vehicle are listed', async () => {
    await fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, speed)
      select id, timestamptz '2026-01-01T00:00:00Z' + n * interval '1 s', now(), n
      from vehicles, generate_series(0, 4) as n where key = 'sim-00000'`
    await fixture.sql`
      insert into rejected_messages (received_at, vehicle_id, code, problems, payload)
      select '2026-01-01T00:00:00Z', id, 'not_json', '[]', 'x' from vehicles where key = 'sim-00000'`
    const span = { from: '2026-01-01T00:00:01Z', to: '2026-01-01T00:01:00Z', limit: 2 }
    const readings = await collect(client.listReadings('sim-00000', span))
    expect(readings.map(({ speed }) => speed)).to.deep.equal([1, 2, 3, 4])
    const letters = await collect(client.listDeadLetters('sim-00000', '2025-01-01T00:00:00Z'))
    expect(letters.map(({ code, payload }) => [code, payload])).to.deep.equal([['not_json', 'eA==']])
  })

  it('every reading of an instant is listed, however its pages are cut', async () => {
    await fixture.sql`
      insert into telemetry (vehicle_id, time, nth, received_at, speed)
      select id, timestamptz '2026-01-02T00:00:00Z' + n / 5 * interval '1 s', n % 5, now(), n
      from vehicles, generate_series(0, 14) as n where key = 'sim-00000'`
    for (const limit of [1, 2, 3, 7]) {
      const span = { from: '2026-01-02T00:00:00Z', to: '2026-01-02T00:01:00Z', limit }
      const readings = await collect(client.listReadings('sim-00000', span))
      expect(readings.map(({ speed }) => speed)).to.deep.equal(Array.from({ length: 15 }, (_, n) => n))
    }
  })

  it('a device is moved to another vehicle', async () => {
    const [first = '', last = ''] = [keys[0], keys.at(-1)]
    await client.moveDevice(first, last)
    await client.moveDevice(first, last)
    const found = await collect(client.listDevices())
    expect(found.map(({ key, vehicle }) => [key, vehicle])).to.deep.equal([[first, last]])
    const refused = await failureOf(client.moveDevice('nobody', last))
    expect(refused.message).to.match(/^cannot move nobody to sim-01000: 404 /)
  })

  it('a refusal of the API is reported with its place', async () => {
    const refused = await failureOf(client.createVehicles([{ key: 'a b' }]))
    expect(refused).to.have.property('code', 'api_refused')
    expect(refused.message).to.match(/^cannot create vehicles: 400 .*\/0\/key /)
    const wrong = await failureOf(logIn({ api: fixture.url, ...login, password: 'wrong' }))
    expect(wrong.message).to.match(/^cannot log in to \S+ as sim@localhost: 401 /)
  })
})

describe('the API client of the simulator when the API fails', () => {
  let server: Server
  let api: string
  let client: ApiClient
  let requests: string[]
  let answer: (response: ServerResponse) => void
  beforeEach(async () => {
    requests = []
    server = createServer(({ method = '' }, response) => {
      requests.push(method)
      answer(response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    answer = (response) => response.end('{"token":"t"}')
    client = await logIn({ api, ...login })
    requests.length = 0
  })
  afterEach(() => server.close())

  it('a GET is tried three times, a POST once', async () => {
    answer = (response) => response.writeHead(503).end('{"title":"not now"}')
    expect((await failureOf(collect(client.listVehicles()))).message).to.include('503 not now')
    expect((await failureOf(client.createVehicles([]))).message).to.include('503 not now')
    answer = (response) => response.destroy()
    expect(await failureOf(collect(client.listVehicles()))).to.have.property('code', 'api_unreachable')
    expect(await failureOf(client.createVehicles([]))).to.have.property('code', 'api_unreachable')
    expect(requests.join(' ')).to.equal('GET GET GET POST GET GET GET POST')
  })

  it('a third attempt that succeeds is enough', async () => {
    answer = (response) => {
      if (requests.length < 3) response.writeHead(500).end()
      else response.end('{"items":[{"key":"v"}],"next_cursor":null}')
    }
    expect(await collect(client.listVehicles())).to.deep.equal([{ key: 'v' }])
  })

  it('an answer from another program is reported', async () => {
    for (const status of [200, 404]) {
      answer = (response) => response.writeHead(status).end('<html>')
      const error = await failureOf(collect(client.listVehicles()))
      expect(error).to.have.property('code', 'api_refused')
      expect(error.message).to.include('the answer is not JSON')
    }
  })

  it('an unreachable API is reported with its address', async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    const error = await failureOf(logIn({ api, ...login }))
    expect(error).to.have.property('code', 'api_unreachable')
    expect(error.message).to.include(`cannot reach ${api}: connect ECONNREFUSED`)
  })
})
