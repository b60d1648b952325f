import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { publishPacket } from '../support/packets.ts'

const MESSAGES = 20_000
const ROUNDS = 50
const MESSAGES_A_ROUND = 6
const BASE_MS = Date.parse('2026-01-01T00:00:00Z')

describe('turns of fast senders', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())

  const resting = () => broker.metric('connections_held_back', { reason: 'turn' })
  const stored = async ({ vehicleId }: TestDevice) => {
    const rows = await broker.db.sql`select from telemetry where vehicle_id = ${vehicleId}`
    return rows.length
  }

  async function flood(): Promise<{ client: RawClient; device: TestDevice }> {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    for (let n = 0; n < MESSAGES; n++) {
      client.send(publishPacket(device.topic, (n % 65_535) + 1, 1, `{"time":${BASE_MS + n},"speed":1}`))
    }
    return { client, device }
  }

  it('a fast sender does not wait while nobody else sends', async () => {
    const { client, device } = await flood()
    let rested = 0
    while (client.count('puback') < MESSAGES) {
      rested += await resting()
      await new Promise(setImmediate)
    }
    expect(rested).to.equal(0)
    expect(await stored(device)).to.equal(MESSAGES)
    client.socket.destroy()
  })

  it('a fast sender takes turns while others send now and then, and loses nothing', async () => {
    const other = await broker.addDevice()
    const quiet = await logIn(broker, other)
    const sendOne = () => quiet.publishAsync(other.topic, '{"speed":1}', { qos: 1 })
    await sendOne()
    const { client, device } = await flood()
    let sent = 1
    await eventually('the flooding connection rests', async () => {
      await sendOne()
      sent++
      return (await resting()) === 1
    })
    // Nobody else sends any longer, so the fast sender continues at full speed.
    await client.next('puback', MESSAGES)
    expect(await resting()).to.equal(0)
    expect(await stored(device)).to.equal(MESSAGES)
    expect(await stored(other)).to.equal(sent)
    client.socket.destroy()
    await quiet.endAsync()
  })
})

describe('messages of more than 32 KiB', () => {
  let broker: TestBroker
  before(async () => {
    broker = await openTestBroker({ COPY_CONNECTIONS: '1' })
  })
  after(() => broker.close())

  it('a large message keeps its place among the smaller ones of its vehicle', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    for (let round = 0; round < ROUNDS; round++) {
      for (let n = 0; n < MESSAGES_A_ROUND; n++) {
        const isLarge = (n + round) % 2 === 0
        const reading = JSON.stringify({ time: BASE_MS + round, speed: n })
        const payload = isLarge ? `[${reading.padEnd(33 * 1024, ' ')}]` : reading
        client.send(publishPacket(device.topic, n + 1, 1, payload))
      }
      await client.next('puback', (round + 1) * MESSAGES_A_ROUND)
    }
    // Readings of one time are stored in the order of their arrival.
    const rows = await broker.db.sql<{ speed: number }[]>`
      select speed from telemetry where vehicle_id = ${device.vehicleId} order by time, nth`
    const inOrder = Array.from({ length: ROUNDS * MESSAGES_A_ROUND }, (_, n) => n % MESSAGES_A_ROUND)
    expect(rows.map(({ speed }) => speed)).to.deep.equal(inOrder)
    client.socket.destroy()
  })
})
