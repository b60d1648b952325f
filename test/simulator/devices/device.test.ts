import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { expect } from 'chai'
import { createDevice, type Device, type Message } from '../../../simulator/devices/device.ts'
import { createSlots } from '../../../simulator/devices/slots.ts'

/** The MQTT 3.1.1 packet types used here, by the number in their first byte (section 2.2.1). */
const CONNECT = 1
const PUBLISH = 3
const CONNACK = Buffer.from([0x20, 2, 0, 0])
const puback = (id: number) => Buffer.from([0x40, 2, id >> 8, id & 0xff])

interface Publish {
  id: number
  qos: number
  dup: boolean
  payload: string
}

/** A broker that accepts logins, and acknowledges only on request. */
async function openBroker() {
  const received: Publish[] = []
  const sockets: Socket[] = []
  let wanted: { count: number; done: () => void } | undefined
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    let rest: Buffer = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data])
      // The test's own packets are short, but the length of a login takes two bytes.
      for (let packet = cutPacket(rest); packet !== undefined; packet = cutPacket(rest)) {
        rest = rest.subarray(packet.length)
        const first = packet[0] ?? 0
        if (first >> 4 === CONNECT) socket.write(CONNACK)
        if (first >> 4 === PUBLISH) received.push(readPublish(packet))
      }
      if (wanted && received.length >= wanted.count) wanted.done()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The payloads, in order of arrival. */
    received: () => received.map((it) => it.payload),
    flags: () => received.map(({ qos, dup }) => ({ qos, dup })),
    untilReceived: (count: number) =>
      new Promise<void>((done) => {
        wanted = { count, done }
        if (received.length >= count) done()
      }),
    ack: (at: number) => sockets.at(-1)?.write(puback(received[at]?.id ?? 0)),
    cut: () => sockets.at(-1)?.destroy(),
    close: () => server.close(),
  }
}

/** The first packet, of at most 16 KiB; `undefined` if it is incomplete. */
function cutPacket(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 3) return undefined
  const [low, high] = [bytes[1] ?? 0, bytes[2] ?? 0]
  const length = low < 128 ? 2 + low : 3 + (low & 127) + high * 128
  return bytes.length < length ? undefined : bytes.subarray(0, length)
}

function readPublish(packet: Buffer): Publish {
  const first = packet[0] ?? 0
  const qos = (first >> 1) & 3
  const afterTopic = 4 + packet.readUInt16BE(2)
  const id = qos > 0 ? packet.readUInt16BE(afterTopic) : 0
  return { id, qos, dup: (first & 8) !== 0, payload: packet.toString('utf8', afterTopic + (qos > 0 ? 2 : 0)) }
}

const message = (id: number): Message => ({ id, payload: `${id}`, readings: 1, sentMs: 0, acked: false })

describe('devices of the simulator', () => {
  let broker: Awaited<ReturnType<typeof openBroker>>
  let device: Device
  const done: number[] = []
  const resent: number[][] = []
  const causes: string[] = []
  let onDone = (): void => {}

  function open(qos: 0 | 1 | 2): void {
    device = createDevice({
      credentials: { clientId: 'd', userName: 'd', token: 't', vehicle: 'v' },
      broker: broker.url,
      qos,
      slots: createSlots(1),
      random: () => 0,
      events: {
        done({ id }) {
          done.push(id)
          onDone()
        },
        resending: (messages) => resent.push(messages.map((it) => it.id)),
        connected: () => {},
        disconnected: (cause) => causes.push(cause),
        failed: () => {},
      },
    })
    device.open()
  }
  const untilDone = (count: number) =>
    new Promise<void>((resolve) => {
      onDone = () => done.length >= count && resolve()
      onDone()
    })

  beforeEach(async () => {
    broker = await openBroker()
    done.length = 0
    resent.length = 0
    causes.length = 0
  })
  afterEach(async () => {
    await device.close()
    broker.cut()
    broker.close()
  })

  it('messages from before the connection are sent in order', async () => {
    open(1)
    for (const id of [1, 2, 3]) device.send(message(id))
    expect(device.outstanding()).to.equal(3)
    await broker.untilReceived(3)
    expect(broker.received()).to.deep.equal(['1', '2', '3'])
  })

  it('only unacknowledged messages are resent after a lost connection, first and in order', async () => {
    open(1)
    for (const id of [1, 2, 3]) device.send(message(id))
    await broker.untilReceived(3)
    broker.ack(1)
    await untilDone(1)
    device.drop()
    device.send(message(4))
    await broker.untilReceived(6)
    expect(broker.received().slice(3)).to.deep.equal(['1', '3', '4'])
    expect(done).to.deep.equal([2])
    expect(device.outstanding()).to.equal(3)
  })

  it('a device announces what it resends, and never what it sends first', async () => {
    open(1)
    device.send(message(1))
    await broker.untilReceived(1)
    broker.cut()
    await broker.untilReceived(2)
    device.send(message(2))
    await broker.untilReceived(3)
    expect(resent).to.deep.equal([[1]])
    // A new session, so no redelivery by MQTT.
    expect(broker.flags()[1]).to.deep.equal({ qos: 1, dup: false })
  })

  it('a connection closed by the broker is distinguished from one dropped by the device', async () => {
    open(1)
    device.send(message(1))
    await broker.untilReceived(1)
    broker.cut()
    await broker.untilReceived(2)
    device.drop()
    await broker.untilReceived(3)
    expect(causes).to.deep.equal(['closed', 'dropped'])
  })

  it('each message is completed once', async () => {
    open(1)
    device.send(message(1))
    await broker.untilReceived(1)
    device.drop()
    await broker.untilReceived(2)
    broker.ack(1)
    broker.ack(1)
    device.send(message(2))
    await broker.untilReceived(3)
    broker.ack(2)
    await untilDone(2)
    expect(done).to.deep.equal([1, 2])
    expect(device.outstanding()).to.equal(0)
  })

  it('a QoS 0 message is sent once and waits for nothing', async () => {
    open(0)
    device.send(message(1))
    await untilDone(1)
    await broker.untilReceived(1)
    expect(device.outstanding()).to.equal(0)
  })
})
