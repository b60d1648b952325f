import { once } from 'node:events'
import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls, createServer, type Server } from 'node:tls'
import { expect } from 'chai'
import { watchHandshakes, type HandshakesOptions } from '../../kit/handshakes.ts'
import { createLog } from '../../kit/log.ts'
import { createMetrics } from '../../kit/metrics.ts'
import { makeAuthority, type Authority, type Signed } from '../support/certificates.ts'
import { eventually } from '../support/eventually.ts'

describe('handshakes', () => {
  let authority: Authority
  let pair: Signed
  before(async () => {
    authority = await makeAuthority('the authority of the test')
    pair = await authority.issue('localhost')
  })

  let server: Server
  let log: Record<string, unknown>[]
  let metrics: ReturnType<typeof createMetrics>
  let endAll: () => void
  async function open(options: Partial<HandshakesOptions> = {}): Promise<void> {
    server = createServer(pair, (socket) => socket.on('error', () => {}).pipe(socket))
    metrics = createMetrics()
    log = []
    const destination = {
      write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>),
    }
    const failed = metrics.counter('failed_total', 'x', ['listener', 'reason'])
    endAll = watchHandshakes({
      server,
      listener: 'test',
      failed,
      log: createLog('test', 'info', destination),
      ...options,
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  afterEach(async () => {
    endAll()
    server.close()
    await once(server, 'close')
  })

  async function openTcp(): Promise<Socket> {
    const socket = connectTcp((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {}).resume()
    return socket
  }
  async function openTls(socket: Socket) {
    const secure = connectTls({ socket, ca: authority.cert, host: 'localhost', servername: 'localhost' })
    // This side finishes before the other one.
    const answer = once(secure, 'data')
    secure.write('hello')
    await answer
    return secure
  }
  const closeOf = async (socket: Socket) => {
    // Not "once" of Node.js, which rejects when a write is too late for the other side.
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  }
  /** `{ timeout: 2 }` */
  async function failures(): Promise<Record<string, number>> {
    const lines = (await metrics.text()).matchAll(/failed_total{listener="test",reason="(\w+)"} (\d+)/g)
    return Object.fromEntries([...lines].map(([, reason = '', count]) => [reason, Number(count)]))
  }

  it('handshakes that never begin are closed in time, and counted once', async () => {
    await open({ timeoutMs: 100 })
    const silent = await Promise.all([openTcp(), openTcp(), openTcp()])
    await Promise.all(silent.map(closeOf))
    await new Promise(setImmediate)
    expect(await failures()).to.deep.equal({ timeout: 3 })
    expect(log[0]).to.include({
      event: 'tls_handshake_failed',
      reason: 'timeout',
      remoteAddress: '127.0.0.1',
    })
  })

  it('a handshake that sends a byte now and then is closed in time', async () => {
    await open({ timeoutMs: 300 })
    const socket = await openTcp()
    // The beginning of a record of 512 bytes.
    socket.write(Buffer.from([0x16, 3, 1, 2, 0]))
    const drip = setInterval(() => socket.write(Buffer.from([1])), 20)
    await closeOf(socket).finally(() => clearInterval(drip))
    expect(await failures()).to.deep.equal({ timeout: 1 })
  })

  it('a finished handshake has no time limit', async () => {
    await open({ timeoutMs: 150 })
    const secure = await openTls(await openTcp())
    // When a later handshake times out, the time limit of the first one has also passed.
    await closeOf(await openTcp())
    const answer = once(secure, 'data')
    secure.write('still here')
    expect(String((await answer)[0])).to.equal('still here')
    secure.destroy()
    expect(await failures()).to.deep.equal({ timeout: 1 })
  })

  it('handshakes abandoned by the other side are counted, and not logged', async () => {
    await open()
    const sockets = await Promise.all([openTcp(), openTcp()])
    sockets[0]?.destroy()
    sockets[1]?.resetAndDestroy()
    await eventually('both closed handshakes are counted', async () => (await failures())['closed'] === 2)
    expect(log).to.deep.equal([])
  })

  it('handshakes beyond their bound end the oldest, and the newest succeeds', async () => {
    await open({ handshakesMax: 3 })
    const oldest = await openTcp()
    const others = [await openTcp(), await openTcp()]
    const secure = await openTls(await openTcp())
    await closeOf(oldest)
    expect(others.map((it) => it.closed)).to.deep.equal([false, false])
    expect(await failures()).to.deep.equal({ too_many: 1 })
    for (const socket of [secure, ...others]) socket.destroy()
  })

  it('unfinished handshakes end when the server closes', async () => {
    await open()
    const socket = await openTcp()
    // The first is accepted once a later one is.
    const secure = await openTls(await openTcp())
    endAll()
    await closeOf(socket)
    expect(secure.destroyed).to.equal(false)
    secure.destroy()
    expect(await failures()).to.deep.equal({})
  })
})
