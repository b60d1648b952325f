import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { expect } from 'chai'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { encodeLiveFrame } from '../../../contract/live-frame.ts'
import { createLiveFleet, type LiveFleet, type LiveFleetOptions } from '../../../dashboard/live/live-fleet.ts'
import { VehicleTable, type VehicleSnapshot } from '../../../dashboard/live/vehicle-table.ts'
import { eventually } from '../../support/eventually.ts'

const T0 = Date.UTC(2026, 10, 22)
const VEHICLE = { id: 1, vehicle: 'v1', name: '', group: null, state: 'moving', lat: 59, lon: 18 } as const

/** Uses a plain aedes, as our broker cannot be made to produce silence, gaps and lost connections. */
describe('following the fleet', () => {
  let broker: Aedes
  let server: Server
  let clients: Client[]
  let passwords: string[]
  let fleet: LiveFleet | undefined
  let table: VehicleTable
  let seq: number
  let snapshots: number
  /** offset from the machine's clock */
  let aheadMs: number

  beforeEach(async () => {
    clients = []
    passwords = []
    seq = snapshots = aheadMs = 0
    table = new VehicleTable()
    broker = await Aedes.createBroker()
    broker.authenticate = (_client, _name, password, done) => {
      passwords.push(String(password))
      done(null, String(password) !== 'bad')
    }
    broker.on('client', (client) => clients.push(client))
    server = createServer()
    new WebSocketServer({ server }).on('connection', (socket, request) =>
      broker.handle(createWebSocketStream(socket), request),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(async () => {
    fleet?.close()
    await new Promise<void>((resolve) => broker.close(resolve))
    server.closeAllConnections()
    server.close()
  })

  function open(options: Partial<LiveFleetOptions> = {}): LiveFleet {
    const { port } = server.address() as AddressInfo
    fleet = createLiveFleet({
      url: `ws://127.0.0.1:${port}/mqtt`,
      table,
      getToken: async () =>
        Promise.resolve({ token: 'good', clientIdPrefix: 'ui/1/', scope: 'all', lifetimeMs: 3_600_000 }),
      getSnapshot: async () => {
        snapshots++
        return Promise.resolve<VehicleSnapshot[]>([{ ...VEHICLE, time: new Date(T0).toISOString() }])
      },
      now: () => performance.now() + aheadMs,
      random: () => 0,
      ...options,
    })
    return fleet
  }

  const publish = (topic: string, payload: Uint8Array) =>
    broker.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false },
      () => {},
    )
  function sendFrame(lat: number): void {
    seq++
    const timeMs = T0 + seq * 1000
    const last = { lastState: 'moving', lastStateMs: timeMs, isStale: false } as const
    const record = {
      vehicleId: 1,
      lat,
      lon: 18,
      timeMs,
      speed: 50,
      heading: 0,
      state: 'moving',
      ...last,
    } as const
    publish('live/all', encodeLiveFrame({ epoch: 7, seq, baseTimeMs: timeMs }, [record]))
  }
  const becomes = (state: string) => eventually(state, () => fleet?.status.value.state === state)

  it('the fleet has the positions of a snapshot, and then every move', async () => {
    open()
    expect(fleet?.status.value.state).to.equal('connecting')
    await becomes('live')
    expect(table.lat[0]).to.equal(59)
    sendFrame(60)
    await eventually('the new position', () => table.lat[0] === 60)
    expect(clients.map(({ id }) => id)[0]).to.match(/^ui\/1\/.+/)
  })

  it('a lost connection is restored with a new snapshot and the followed topics', async () => {
    const { follow } = open()
    const got: string[] = []
    follow('fleet/v1/status', (payload) => got.push(Buffer.from(payload).toString()))
    await becomes('live')
    clients[0]?.close()
    await becomes('reconnecting')
    expect(fleet?.status.value).to.include({ attempt: 1, reason: 'the connection was lost' })
    await becomes('live')
    expect(snapshots).to.equal(2)
    publish('fleet/v1/status', Buffer.from('hello'))
    await eventually('the message on the followed topic', () => got.length === 1)
    sendFrame(61)
    await eventually('the new position', () => table.lat[0] === 61)
  })

  it('a topic is followed until it is released', async () => {
    const { follow } = open()
    await becomes('live')
    const got: string[] = []
    const stop = follow('a', () => got.push('a'))
    const stopOther = follow('a', () => got.push('other'))
    await eventually(
      'the subscription',
      () => publish('a', Buffer.from('1')) === undefined && got.length >= 2,
    )
    stop()
    got.length = 0
    await eventually(
      'the message for the remaining follower',
      () => publish('a', Buffer.from('2')) === undefined && got.length > 0,
    )
    expect(new Set(got)).to.deep.equal(new Set(['other']))
    const left: string[] = []
    broker.on('unsubscribe', (topics) => left.push(...topics))
    stopOther()
    await eventually('the end of the subscription', () => left.includes('a'))
  })

  it('a token is replaced before it expires, and the old connection closed once the new one works', async () => {
    let tokens = 0
    open({
      getToken: async () => {
        tokens++
        const lifetimeMs = tokens === 1 ? 100 : 3_600_000
        return Promise.resolve({ token: `t${tokens}`, clientIdPrefix: 'ui/1/', scope: 'all', lifetimeMs })
      },
    })
    await becomes('live')
    await eventually('the first connection is replaced', () => clients.length === 2 && clients[0]?.closed)
    expect(passwords).to.deep.equal(['t1', 't2'])
    expect(fleet?.status.value.state).to.equal('live')
    expect(snapshots).to.equal(1)
    sendFrame(62)
    await eventually('the new position', () => table.lat[0] === 62)
  })

  it('a silent feed becomes stale and is then reconnected', async () => {
    open()
    await becomes('live')
    aheadMs = 10_000
    await becomes('stale')
    sendFrame(63)
    await becomes('live')
    aheadMs += 40_000
    await becomes('reconnecting')
    expect(fleet?.status.value).to.include({ reason: 'the feed is silent' })
    await becomes('live')
    expect(clients).to.have.length(2)
  })

  it('last positions and the reason are shown while the broker cannot be reached', async () => {
    open({ url: 'ws://127.0.0.1:1/mqtt' })
    await becomes('reconnecting')
    expect(fleet?.status.value).to.have.property('reason').that.includes('ECONNREFUSED')
    await eventually('a snapshot', () => table.count === 1)
  })

  it('waits between attempts grow, and end when the network is back', async () => {
    const waits: number[] = []
    open({
      // The clock stands still, so that the time of the next attempt shows the wait.
      now: () => 1000,
      random: () => 1,
      getToken: async () => Promise.reject(new Error('no token')),
      getSnapshot: async () => Promise.reject(new Error('no snapshot')),
    })
    for (const attempt of [1, 2, 3]) {
      const retryAtMs = await eventually(`attempt ${attempt}`, () => {
        const status = fleet?.status.value
        return status?.state === 'reconnecting' && status.attempt === attempt ? status.retryAtMs : 0
      })
      waits.push(retryAtMs - 1000)
      fleet?.retryNow()
    }
    expect(waits).to.deep.equal([500, 1000, 2000])
  })

  it('an encrypted page cannot reach a broker without TLS, and names the setting that helps', async () => {
    open({ url: undefined })
    await becomes('reconnecting')
    expect(fleet?.status.value).to.have.property('reason').that.includes('MQTT_PUBLIC_URL')
  })

  it('a refused subscription counts as a failed connection', async () => {
    broker.authorizeSubscribe = (_client, _subscription, done) => done(null, null)
    open()
    await becomes('reconnecting')
    expect(fleet?.status.value).to.have.property('reason').that.equals('the broker refuses live/all')
  })
})
