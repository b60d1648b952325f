import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect } from 'chai'
import { INTAKE_IDLE_MS } from '../../contract/intake.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { openFixture, SECRET, type Fixture } from './fixture.ts'

describe('connections between the API and the broker', () => {
  let broker: TestBroker
  let device: TestDevice
  let way: Awaited<ReturnType<typeof openWay>>
  let fixture: Fixture
  before(async () => {
    broker = await openTestBroker({ JWT_SECRET: SECRET })
    device = await broker.addDevice()
    way = await openWay(broker.statusPort)
    fixture = await openFixture({ brokerUrl: `http://127.0.0.1:${way.port}` }, broker.db)
  })
  after(async () => {
    await fixture.close()
    await way.close()
    await broker.close()
  })

  const post = (body: unknown) =>
    fixture.call('POST', '/api/telemetry', { token: device.token, body: [body] })

  /** Seconds for which a server promises to keep an idle connection. */
  async function keptS(port: number): Promise<number> {
    const agent = new Agent({ keepAlive: true })
    const [response] = (await once(get({ port, path: '/healthz', agent }), 'response')) as [IncomingMessage]
    response.resume()
    agent.destroy()
    return Number(/timeout=(\d+)/.exec(String(response.headers['keep-alive']))?.[1])
  }

  it('the broker keeps idle connections at least ten times longer than the API', async () => {
    expect((await keptS(broker.statusPort)) * 1000).to.be.at.least(10 * INTAKE_IDLE_MS)
  })

  it('the API keeps idle connections longer than the proxies in front of it', async () => {
    expect(await keptS(fixture.api.port)).to.be.greaterThan(120)
  })

  it('the API reuses a connection, and closes it once it is idle', async () => {
    await post({ speed: 1 })
    await post({ speed: 2 })
    expect(way.opened()).to.equal(1)
    await way.endedByClient()
    expect((await post({ speed: 3 })).status).to.equal(201)
    expect(way.opened()).to.equal(2)
  })

  it('a request is stored once when its connection closes at that very moment', async () => {
    expect((await post({ speed: 4 })).status).to.equal(201)
    for (const how of ['end', 'reset'] as const)
      for (let n = 0; n < 3; n++) {
        way.closeAtNextRequest(how)
        const { status, body } = await post({ time: '2026-11-21T08:00:00Z', rpm: n, status: how })
        expect([status, body.stored, body.duplicates], how).to.deep.equal([201, 1, 0])
        // The repeated request got a new connection, so a connection is left to be reused.
        expect((await post({ speed: 5 })).status).to.equal(201)
      }
  })
})

/** A proxy to the broker that closes connections as a load balancer does at the end of its idle timeout. */
async function openWay(target: number) {
  let opened = 0
  let next: 'end' | 'reset' | undefined
  let onEnd = () => {}
  const sockets = new Set<Socket>()
  const server = createServer((inner) => {
    opened++
    let isUsed = false
    const outer = connect(target, '127.0.0.1')
    sockets.add(inner).add(outer)
    for (const socket of [inner, outer]) socket.on('error', () => {})
    inner.on('data', (bytes) => {
      const how = isUsed ? next : undefined
      if (how === undefined) {
        isUsed = true
        outer.write(bytes)
        return
      }
      next = undefined
      outer.destroy()
      if (how === 'end') inner.end()
      else inner.resetAndDestroy()
    })
    inner.on('end', () => onEnd())
    outer.on('data', (bytes) => inner.write(bytes))
    inner.on('close', () => outer.destroy())
    outer.on('close', () => inner.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    opened: () => opened,
    endedByClient: () => new Promise<void>((resolve) => (onEnd = resolve)),
    closeAtNextRequest(how: 'end' | 'reset') {
      next = how
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
