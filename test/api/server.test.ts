import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { expect } from 'chai'
import type postgres from 'postgres'
import { codeOf } from '../../kit/errors.ts'
import { eventually } from '../support/eventually.ts'
import { expectProblem, makeToken, openFixture, type Answer, type Fixture } from './fixture.ts'

describe('API server', () => {
  let fixture: Fixture
  afterEach(() => fixture.close())

  /** Runs `test` while a request for vehicles waits in the database. */
  async function whileRequestWaits(test: (request: Promise<Answer>, release: () => void) => Promise<void>) {
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    const locking = fixture.sql.begin(async (tx) => {
      await tx`lock table vehicles in access exclusive mode`
      const request = fixture.call('GET', '/api/vehicles')
      await waitsForLock(tx)
      // The test may fail before it awaits the request.
      request.catch(() => {})
      const testing = test(request, release)
      await Promise.race([released, testing])
      return { testing }
    })
    const { testing } = await locking
    await testing
  }

  async function waitsForLock(tx: postgres.TransactionSql): Promise<void> {
    for (;;) {
      const waiting = await tx`
        select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())
      `
      if (waiting.length > 0) return
    }
  }

  it('closing finishes running requests, refuses new ones and ends idle connections', async () => {
    fixture = await openFixture()
    const { port } = fixture.api
    const idle = connectSocket(port, '127.0.0.1')
    idle.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(idle, 'data')
    const idleClosed = once(idle, 'close')

    await whileRequestWaits(async (request, release) => {
      let closed = false
      const closing = fixture.api.close().then(() => (closed = true))
      const refused = await fixture.call('GET', '/healthz').then(
        () => 'answered',
        (error: Error) => codeOf(error.cause),
      )
      expect(refused).to.equal('ECONNREFUSED')
      await idleClosed
      expect(closed, 'closed before the request was answered').to.equal(false)
      release()
      const { status, headers } = await request
      expect(status).to.equal(200)
      expect(headers.get('connection')).to.equal('close')
      await closing
    })
  })

  it('closing cuts requests that do not finish in time', async () => {
    fixture = await openFixture({ closeGraceMs: 50 })
    await whileRequestWaits(async (request) => {
      await fixture.api.close()
      const outcome = await request.then(
        () => 'answered',
        () => 'cut',
      )
      expect(outcome).to.equal('cut')
    })
  })

  it('requests beyond the bound get 503, and health is still reported', async () => {
    fixture = await openFixture({ requestsAtOnceMax: 1 })
    await whileRequestWaits(async (request, release) => {
      const refused = await fixture.call('GET', '/api/devices')
      expectProblem(refused, 503, 'unavailable')
      expect(refused.headers.get('retry-after')).to.equal('1')
      expect((await fixture.call('GET', '/readyz')).status).to.equal(200)
      release()
      expect((await request).status).to.equal(200)
    })
    expect((await fixture.call('GET', '/api/devices')).status).to.equal(200)
  })

  it('the server survives a client that disconnects within its body', async () => {
    fixture = await openFixture()
    const socket = connectSocket(fixture.api.port, '127.0.0.1')
    const head = `POST /api/vehicles HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${makeToken()}\r\n`
    socket.write(
      `${head}content-type: application/json\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n`,
    )
    // The server says "100 Continue", so it has begun to read.
    await once(socket, 'data')
    socket.destroy()
    await once(socket, 'close')
    expect((await fixture.call('GET', '/healthz')).status).to.equal(200)
  })

  /** Begins a login whose body does not arrive; resolves once the server waits for it. */
  async function beginLogin(): Promise<Socket> {
    const socket = connectSocket(fixture.api.port, '127.0.0.1')
    const head = 'POST /api/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
    socket.write(`${head}content-length: 100\r\nexpect: 100-continue\r\n\r\n{`)
    await once(socket, 'data')
    return socket
  }

  it('logins whose bodies do not arrive block neither other requests nor other logins', async () => {
    fixture = await openFixture({ requestsAtOnceMax: 2, anonymousBodies: { atOnceMax: 4 } })
    const sockets: Socket[] = []
    for (let n = 0; n < 8; n++) sockets.push(await beginLogin())
    expect((await fixture.call('GET', '/api/vehicles')).status).to.equal(200)
    const body = { email: 'nobody@example.org', password: 'wrong' }
    expect((await fixture.call('POST', '/api/login', { token: null, body })).status).to.equal(401)
    // The first logins have lost their places.
    await eventually('four connections have ended', () => sockets.filter((it) => it.closed).length >= 4)
    for (const socket of sockets) socket.destroy()
  })

  it('a login whose body does not arrive in time is answered and disconnected', async () => {
    fixture = await openFixture({ anonymousBodies: { waitMsMax: 50 } })
    const socket = await beginLogin()
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString())
      .to.match(/^HTTP\/1.1 400 /)
      .and.to.include('did not arrive within 50 ms')
    await once(socket, 'close')
  })

  it('callers that are refused take no place among the running requests', async () => {
    fixture = await openFixture({ requestsAtOnceMax: 0 })
    expectProblem(await fixture.call('GET', '/api/vehicles', { token: null }), 401, 'unauthorized')
    expectProblem(await fixture.call('GET', '/api/vehicles'), 503, 'unavailable')
  })
})
