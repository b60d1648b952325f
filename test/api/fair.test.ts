import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { expect } from 'chai'
import { hashPassword } from '../../api/users/passwords.ts'
import { parseWhere } from '../../api/history/where.ts'
import { connect } from '../../sql/connect.ts'
import { eventually } from '../support/eventually.ts'
import { superlinear } from '../support/growth.ts'
import { addUser, callApi, openFixture, type Fixture } from './fixture.ts'

describe('fairness between users', () => {
  let fixture: Fixture
  let a: { id: number; token: string }
  let b: { id: number; token: string }
  const sockets: Socket[] = []
  before(async () => {
    fixture = await openFixture()
    a = await addUser(fixture.sql, 'user')
    b = await addUser(fixture.sql, 'user')
    await fixture.call('POST', '/api/vehicles', { token: a.token, body: { key: 'va' } })
    await fixture.call('POST', '/api/vehicles', { token: b.token, body: { key: 'vb' } })
  })
  after(() => fixture.close())
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  /** Expects a success for the other user. */
  async function isAnswered(method: string, path: string, body?: object): Promise<void> {
    const { status } = await fixture.call(method, path, { token: b.token, ...(body && { body }) })
    expect(status).to.be.within(200, 201)
  }

  /** Counts the requests that are still open. */
  function openOf(asked: readonly Promise<unknown>[]): () => number {
    let answered = 0
    for (const it of asked) void it.then(() => answered++)
    return () => asked.length - answered
  }

  /** Sends headers that announce a body, waits for the go-ahead, and sends no more of it. */
  async function beginBody(method: string, path: string): Promise<void> {
    const socket = connectSocket(fixture.api.port, '127.0.0.1')
    sockets.push(socket.on('error', () => {}))
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${a.token}\r\n` +
        'content-type: application/json\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n{',
    )
    await Promise.race([once(socket, 'data'), once(socket, 'close')])
  }

  it('another user is served beside one whose bodies do not arrive', async () => {
    for (let n = 0; n < 300; n++) await beginBody('PATCH', '/api/vehicles/va')
    await isAnswered('GET', '/api/vehicles')
    await isAnswered('PATCH', '/api/vehicles/vb', { name: 'x' })
  })

  it('another user is served beside one that sends conditions that are slow to parse', async () => {
    const where = encodeURIComponent(`speed>${' '.repeat(490)}"`)
    const asked = Array.from({ length: 20 }, () =>
      fixture.call('GET', `/api/vehicles/va/telemetry?where=${where}`, { token: a.token }),
    )
    await isAnswered('GET', '/api/vehicles')
    expect((await Promise.all(asked)).map(({ status }) => status)).to.deep.equal(Array(20).fill(400))
    const shape = { before: 'speed>', pump: ' ', after: '"' }
    expect(superlinear((text) => parseWhere([text]), shape, 1_048_576)).to.equal(undefined)
  })

  it('another user can export beside one that reads exports a byte a second', async () => {
    const rows = 200_000
    await fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, device_id, speed, status)
      select id, timestamptz '2026-11-20' + n * interval '1 ms', now(), 1, n, repeat('x', 30)
      from vehicles, generate_series(1, ${rows}) n where key in ('va', 'vb')`
    const path = (key: string) =>
      `/api/telemetry/export?vehicles=${key}&format=ndjson&from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z`
    let refused = 0
    for (let n = 0; n < 12; n++) {
      const socket = connectSocket(fixture.api.port, '127.0.0.1')
      sockets.push(socket.on('error', () => {}))
      socket.write(`GET ${path('va')} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${a.token}\r\n\r\n`)
      const [head] = (await once(socket, 'data')) as [Buffer]
      socket.pause()
      if (head.toString().startsWith('HTTP/1.1 503')) refused++
    }
    expect(refused).to.be.at.least(4)
    const answer = await fetch(fixture.url + path('vb'), { headers: { authorization: `Bearer ${b.token}` } })
    expect(answer.status).to.equal(200)
    await answer.body?.cancel()
  })

  it('another user is served beside connections without requests', async () => {
    const few = await openFixture({ connectionsMax: 20, closeGraceMs: 100 }, fixture.database)
    for (let n = 0; n < 60; n++) {
      const localAddress = `127.0.0.${2 + (n % 20)}`
      const socket = connectSocket({ port: few.api.port, host: '127.0.0.1', localAddress })
      sockets.push(socket.on('error', () => {}).resume())
      await once(socket, 'connect')
      if (n % 2 === 0) socket.write('GET /api/vehicles HTTP/1.1\r\nhost: x\r\n')
    }
    expect((await few.call('GET', '/api/vehicles', { token: b.token })).status).to.equal(200)
    await few.close()
  })

  it('another user is served beside bodies that arrive at a byte a second', async () => {
    const other = await openFixture(
      { bodies: { atOnceMax: 20 }, anonymousBodies: { atOnceMax: 20 }, closeGraceMs: 100 },
      fixture.database,
    )
    const kinds: [string, string, string][] = [
      ['PATCH', '/api/vehicles/va', a.token],
      ['POST', '/api/login', ''],
      ['POST', '/api/telemetry', 'a token of a device'],
    ]
    const timers: NodeJS.Timeout[] = []
    for (let n = 0; n < 90; n++) {
      const [method, path, token] = kinds[n % kinds.length] ?? []
      const socket = connectSocket(other.api.port, '127.0.0.1')
      sockets.push(socket.on('error', () => {}).resume())
      socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
          'content-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
      )
      await once(socket, 'connect')
      const timer = setInterval(() => void socket.write(' '), 1000)
      timers.push(timer)
      socket.once('close', () => clearInterval(timer))
    }
    await eventually('some have lost their places', () => sockets.filter(({ closed }) => closed).length >= 20)
    const body = { name: 'y' }
    expect((await other.call('PATCH', '/api/vehicles/vb', { token: b.token, body })).status).to.equal(200)
    const login = { email: 'nobody@example.org', password: 'wrong' }
    expect((await other.call('POST', '/api/login', { token: null, body: login })).status).to.equal(401)
    timers.forEach(clearInterval)
    await other.close()
  })

  it('another user is served beside one that requests slow pages of history', async () => {
    const from = '2026-11-20T00:00:00Z'
    // No reading matches, so all 200,000 readings of the test above are read.
    const path = (key: string, where: string) =>
      `/api/vehicles/${key}/telemetry?from=${from}&to=2026-11-21T00:00:00Z&where=${where}`
    const asked = Array.from({ length: 40 }, () =>
      fixture.call('GET', path('va', encodeURIComponent('speed<0')), { token: a.token }),
    )
    const open = openOf(asked)
    for (let n = 0; n < 3; n++)
      await isAnswered('GET', `${path('vb', encodeURIComponent('speed>9'))}&limit=10`)
    expect(open(), 'requests of the flooding user').to.be.greaterThan(0)
    for (const { status } of await Promise.all(asked)) expect(status).to.be.oneOf([200, 503])
  })

  it('a user is served while another makes many concurrent changes', async () => {
    const many = (n: number) => Array.from({ length: 300 }, (_, m) => ({ key: `many-${n}-${m}` }))
    const asked = Array.from({ length: 25 }, (_, n) =>
      fixture.call('POST', '/api/vehicles', { token: a.token, body: many(n) }),
    )
    const open = openOf(asked)
    await isAnswered('GET', '/api/vehicles')
    await isAnswered('PATCH', '/api/vehicles/vb', { name: 'z' })
    expect(open(), 'changes of the flooding user').to.be.greaterThan(0)
    for (const { status } of await Promise.all(asked)) expect(status).to.equal(201)
  })

  it('none of a hundred concurrent requests of one user is refused', async () => {
    const paths = ['/api/vehicles', '/api/vehicles/va', '/api/me', '/api/positions', '/api/presence']
    const asked = Array.from({ length: 100 }, (_, n) =>
      fixture.call('GET', paths[n % paths.length] ?? '', { token: a.token }),
    )
    for (const { status } of await Promise.all(asked)) expect(status).to.equal(200)
  })

  it('a request that waits for its turn is not run once its client has disconnected', async () => {
    const sql = connect({ url: fixture.database.url, max: 10, applicationName: 'test-turns' })
    const api = await openFixture({ sql }, fixture.database)
    const list = async () => expect((await api.call('GET', '/api/vehicles', b)).status).to.equal(200)
    const lock = await fixture.sql.reserve()
    await lock`begin`
    await lock`select 1 from vehicles where key = 'va' for update`
    const running = Array.from({ length: 5 }, () =>
      api.call('PATCH', '/api/vehicles/va', { token: a.token, body: { name: 'x' } }),
    )
    await list()
    const client = new AbortController()
    const gone = fetch(`${api.url}/api/vehicles`, {
      method: 'POST',
      headers: { authorization: `Bearer ${a.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key: 'gone' }),
      signal: client.signal,
    }).catch((error: Error) => error.name)
    await list()
    client.abort()
    expect(await gone).to.equal('AbortError')
    // By the time later requests are answered, the server has seen that connection end.
    for (let n = 0; n < 3; n++) await list()
    await lock`commit`
    lock.release()
    for (const { status } of await Promise.all(running)) expect(status).to.equal(200)
    expect(
      (await api.call('POST', '/api/vehicles', { token: a.token, body: { key: 'next' } })).status,
    ).to.equal(201)
    expect((await api.call('GET', '/api/vehicles/gone', { token: a.token })).status).to.equal(404)
    await api.close()
    await sql.end()
  })

  it('another user can log in beside one that logs in continuously with the right password', async () => {
    const passwordHash = await hashPassword('correct horse battery')
    await fixture.sql`update users set password_hash = ${passwordHash} where id in (${a.id}, 1)`
    const emails = new Map(
      (await fixture.sql<{ id: number; email: string }[]>`select id, email from users`).map(
        ({ id, email }) => [id, email],
      ),
    )
    const logIn = (id: number) =>
      callApi(fixture.url, 'POST', '/api/login', {
        token: null,
        body: { email: emails.get(id), password: 'correct horse battery' },
      })
    const attempts = Array.from({ length: 36 }, () => logIn(a.id))
    const open = openOf(attempts)
    expect((await logIn(1)).status).to.equal(200)
    expect(open(), 'logins of the user who repeatedly logs in').to.be.greaterThan(0)
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(new Set(statuses)).to.deep.equal(new Set([200, 429]))
    await eventually('the first user can log in again', async () => (await logIn(a.id)).status === 200)
  })
})
