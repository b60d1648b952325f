import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice, type TestUser } from '../support/broker.ts'
import { logIn, openRawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { connectPacket } from '../support/packets.ts'

/** Time limit of a login. The connections that block it are closed only after 10 s. */
const LOGIN_MS_MAX = 5000
const CONNECTIONS_MAX = 60
const OF_USER_MAX = 5

describe('MQTT logins while other users flood the broker', () => {
  let broker: TestBroker
  let device: TestDevice
  let user: TestUser
  const sockets: Socket[] = []
  before(async () => {
    const settings = { CONNECTIONS_MAX: String(CONNECTIONS_MAX) }
    broker = await openTestBroker(settings, undefined, { limits: { connectionsPerUserMax: OF_USER_MAX } })
    device = await broker.addDevice()
    user = await broker.addUser('user')
  })
  after(() => broker.close())
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await eventually('all connections are closed', async () => (await broker.metric('connections')) === 0)
  })

  async function openPending(port: number, localAddress: string, first = ''): Promise<void> {
    const socket = connectSocket({ port, host: '127.0.0.1', localAddress })
    sockets.push(socket.on('error', () => {}).resume())
    await once(socket, 'connect')
    socket.write(first)
  }

  async function loggedInSoon(client: Pick<TestDevice, 'clientId' | 'token'>): Promise<void> {
    const it = await logIn(broker, client, { connectTimeout: LOGIN_MS_MAX })
    await it.endAsync()
  }

  for (const [what, first] of [
    ['nothing', ''],
    ['half a CONNECT', '\x10\x7f\0\x04MQ'],
  ] as const)
    it(`a client logs in while 20 networks open connections that send ${what}`, async () => {
      for (let n = 0; n < 2 * CONNECTIONS_MAX; n++)
        await openPending(broker.mqttPort, `127.0.0.${2 + (n % 20)}`, first)
      await loggedInSoon(device)
      await loggedInSoon(user)
    })

  it('a client logs in while its own network opens connections that never become WebSockets', async () => {
    for (let n = 0; n < 2 * CONNECTIONS_MAX; n++)
      await openPending(broker.wsPort, '127.0.0.1', 'GET /mqtt HTTP/1.1\r\n')
    await loggedInSoon(device)
  })

  it('a logged-in client keeps its place when many connections never log in', async () => {
    const client = await openRawClient(broker.mqttPort)
    sockets.push(client.socket)
    client.send(connectPacket(device))
    await client.next('connack')
    for (let n = 0; n < 2 * CONNECTIONS_MAX; n++) await openPending(broker.mqttPort, '127.0.0.1')
    client.send({ cmd: 'pingreq' })
    await client.next('pingresp')
  })

  it('a client logs in while another user has all its connections and is refused further ones', async () => {
    const other = await broker.addUser('user')
    const answers: unknown[] = []
    for (let n = 0; n < OF_USER_MAX + 2; n++) {
      const client = await openRawClient(broker.mqttPort)
      sockets.push(client.socket)
      client.send(connectPacket({ ...other, clientId: `ui/${other.id}/${n}` }))
      answers.push(((await client.next('connack')) as { returnCode: number }).returnCode)
    }
    expect(answers).to.deep.equal([...Array(OF_USER_MAX).fill(0), 3, 3])
    await loggedInSoon(user)
    sockets.pop()?.destroy()
    sockets.splice(0, 1)[0]?.destroy()
    await eventually('there is room again', async () => {
      const client = await openRawClient(broker.mqttPort)
      sockets.push(client.socket)
      client.send(connectPacket({ ...other, clientId: `ui/${other.id}/again` }))
      return ((await client.next('connack')) as { returnCode: number }).returnCode === 0
    })
  })

  it('a client logs in while a user with too many vehicles repeatedly logs in', async () => {
    const large = await broker.addUser('user')
    await broker.db.sql`alter table vehicles disable trigger user`
    await broker.db.sql`
      insert into vehicles (key, created_by) select 'large-' || n, ${large.id} from generate_series(1, 120000) n`
    await broker.db.sql`alter table vehicles enable trigger user`
    let attempts = 0
    const over = new AbortController()
    const trying = Array.from({ length: 4 }, async (_, n) => {
      while (!over.signal.aborted) {
        const client = await openRawClient(broker.mqttPort)
        client.send(connectPacket({ ...large, clientId: `ui/${large.id}/${n}` }))
        await Promise.race([client.next('connack'), client.closed])
        attempts++
        client.socket.destroy()
      }
    })
    await eventually('more than eight attempts', () => attempts > 8)
    for (let n = 0; n < 5; n++) await loggedInSoon(user)
    over.abort()
    await Promise.all(trying)
    expect(await broker.metric('logins_refused_total', { reason: 'too_many_vehicles' })).to.be.greaterThan(8)
    expect(await broker.metric('logins_refused_total', { reason: 'database_away' })).to.equal(0)
  })
})
