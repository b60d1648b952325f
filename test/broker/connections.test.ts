import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setInterval } from 'node:timers'
import { expect } from 'chai'
import { generate } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw, openRawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { connectPacket } from '../support/packets.ts'

const HTTP_REQUEST = 'GET /mqtt HTTP/1.1\r\nHost: x\r\n'

async function openSocket(port: number, first = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'connect')
  socket.write(first)
  return socket
}

describe('incomplete connections', () => {
  let broker: TestBroker
  let device: TestDevice
  let bytes: Buffer
  before(async () => {
    broker = await openTestBroker({}, undefined, { limits: { connectTimeoutMs: 300 } })
    device = await broker.addDevice()
    bytes = generate(connectPacket(device))
  })
  after(() => broker.close())

  const timedOut = () => broker.metric('connections_closed_total', { reason: 'connect_timeout' })

  const openings: { what: string; open: () => Promise<Socket> }[] = [
    { what: 'that sends nothing', open: () => openSocket(broker.mqttPort) },
    {
      what: 'that sends its CONNECT byte by byte',
      open: async () => {
        const socket = await openSocket(broker.mqttPort)
        let at = 0
        const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 50)
        socket.once('close', () => clearInterval(timer))
        return socket
      },
    },
    { what: 'that sends no HTTP request', open: () => openSocket(broker.wsPort) },
    {
      what: 'whose HTTP request never ends',
      open: async () => {
        const socket = await openSocket(broker.wsPort, HTTP_REQUEST)
        const timer = setInterval(() => socket.write('X: y\r\n'), 50)
        socket.once('close', () => clearInterval(timer))
        return socket
      },
    },
    {
      what: 'whose HTTP request has a body that never ends',
      open: () => openSocket(broker.wsPort, `${HTTP_REQUEST}Content-Length: 9\r\n\r\n`),
    },
    {
      what: 'that is a WebSocket without MQTT',
      open: async () => {
        const webSocket = new WebSocket(`ws://127.0.0.1:${broker.wsPort}/mqtt`, 'mqtt')
        webSocket.on('error', () => {})
        await once(webSocket, 'open')
        return (webSocket as unknown as { _socket: Socket })._socket
      },
    },
  ]

  for (const { what, open } of openings) {
    it(`a connection ${what} is closed, and another device stays connected`, async () => {
      const witness = await logInRaw(broker, device)
      const counted = await timedOut()
      const socket = await open()
      await once(socket, 'close')
      expect(await timedOut()).to.be.oneOf([counted, counted + 1])
      if (!what.includes('body')) expect(await timedOut()).to.equal(counted + 1)
      witness.send({ cmd: 'pingreq' })
      await witness.next('pingresp')
      witness.socket.destroy()
    })
  }

  it('a WebSocket that speaks MQTT in time stays open', async () => {
    const client = await logIn(broker, device, { url: `ws://127.0.0.1:${broker.wsPort}/mqtt` })
    await eventually('the time limit for a login has passed', async () => {
      await openSocket(broker.mqttPort).then((socket) => once(socket, 'close'))
      return true
    })
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    await client.endAsync()
  })
})

describe('connections from one address', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker({ CONNECTIONS_PER_ADDRESS_MAX: '3' })
  })
  after(() => broker.close())

  it('connections of an address are closed beyond its limit, HTTP included, and no others', async () => {
    const [device, other, third] = [
      await broker.addDevice(),
      await broker.addDevice(),
      await broker.addDevice(),
    ]
    const client = await logInRaw(broker, device)
    const http = await openSocket(broker.wsPort, HTTP_REQUEST)
    const silent = await openSocket(broker.mqttPort)
    for (const port of [broker.mqttPort, broker.wsPort]) {
      const socket = await openSocket(port)
      if (!socket.closed) await once(socket, 'close')
    }
    expect(await broker.metric('connections_closed_total', { reason: 'too_many_from_address' })).to.equal(2)

    const elsewhere = await openRawClient(broker.mqttPort, '127.0.0.2')
    elsewhere.send(connectPacket(other))
    await elsewhere.next('connack')
    client.send({ cmd: 'pingreq' })
    await client.next('pingresp')

    silent.destroy()
    const again = await eventually('room for the third login', () =>
      logIn(broker, third).catch(() => undefined),
    )
    await again.endAsync()
    http.destroy()
    client.socket.destroy()
    elsewhere.socket.destroy()
  })
})

describe('connections of all addresses', () => {
  it('connections count before they are WebSockets, and a connection without a login makes room for the next', async () => {
    const broker = await openTestBroker({ CONNECTIONS_MAX: '2' })
    const client = await logInRaw(broker, await broker.addDevice())
    const http = await openSocket(broker.wsPort)
    const socket = await openSocket(broker.mqttPort)
    if (!http.closed) await once(http, 'close')
    expect(await broker.metric('connections_closed_total', { reason: 'too_many_connections' })).to.equal(1)
    expect(socket.closed).to.equal(false)
    client.send({ cmd: 'pingreq' })
    await client.next('pingresp')
    socket.destroy()
    client.socket.destroy()
    await broker.close()
  })
})

describe('clients without a keepalive', () => {
  it('a client silent for too long is closed, unless it has a keepalive', async () => {
    const broker = await openTestBroker({}, undefined, { limits: { silenceMaxMs: 500 } })
    const client = await logInRaw(broker, await broker.addDevice())
    const witness = await logInRaw(broker, await broker.addDevice(), { keepalive: 60 })
    await client.closed
    expect(await broker.metric('connections_closed_total', { reason: 'silent' })).to.equal(1)
    witness.send({ cmd: 'pingreq' })
    await witness.next('pingresp')
    witness.socket.destroy()
    await broker.close()
  })
})

describe('subscribers that do not read', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker({}, undefined, { limits: { unreadMaxMs: 2000 } })
  })
  after(() => broker.close())

  it('a subscriber misses what exceeds its share and is closed, while others get everything', async () => {
    const device = await broker.addDevice()
    const token = broker.sign({ sub: '1', role: 'admin' })
    const slow = await openRawClient(broker.mqttPort)
    slow.send(connectPacket({ clientId: 'ui/1/slow', token }), {
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [{ topic: 'fleet/+/telemetry', qos: 0 }],
    })
    await slow.next('suback')
    slow.socket.pause()
    const fast = await logIn(broker, { clientId: 'ui/1/fast', token })
    let received = 0
    fast.on('message', () => received++)
    await fast.subscribeAsync('fleet/+/telemetry')
    const sender = await logIn(broker, device)
    const payload = '{"speed":1}'.padEnd(200_000, ' ')
    const dropped = () => broker.metric('messages_dropped_total')
    let sent = 0
    while ((await dropped()) === 0) {
      await sender.publishAsync(device.topic, payload, { qos: 1 })
      sent++
    }
    // From now on nothing is sent to the slow subscriber, so nothing more is kept for it.
    const before = await dropped()
    for (let n = 0; n < 20; n++) await sender.publishAsync(device.topic, payload, { qos: 1 })
    sent += 20
    expect(await dropped()).to.be.within(before + 19, before + 20)
    await eventually('the unread connection is closed', () =>
      broker.metric('connections_closed_total', { reason: 'unread' }),
    )
    await eventually('the other subscriber has all messages', () => received === sent)
    slow.socket.destroy()
    await sender.endAsync()
    await fast.endAsync()
  })
})
