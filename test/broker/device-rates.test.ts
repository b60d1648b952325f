import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn, logInRaw, type RawClient } from '../support/clients.ts'
import { publishPacket } from '../support/packets.ts'

/** `count` readings without a time in one message. */
const readings = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({ speed: 1 })))

describe('devices beyond their rate', () => {
  let broker: TestBroker
  let other: TestDevice
  before(async () => {
    // A burst of 4,000 readings, or of 5 MB.
    broker = await openTestBroker({ DEVICE_READINGS_PER_S: '400', DEVICE_BYTES_PER_S: '500000' })
    other = await broker.addDevice()
  })
  after(() => broker.close())

  const throttled = () => broker.metric('devices_throttled_total')

  /** Expects a message of another device to be acknowledged meanwhile. */
  async function expectOthersUnharmed(): Promise<void> {
    const client = await logIn(broker, other)
    await client.publishAsync(other.topic, '{"speed":1}', { qos: 1 })
    await client.endAsync()
  }

  /** Sends the burst and another 1000 readings, a debt of 2.5 s, and waits for the acknowledgements. */
  async function spend(client: RawClient, device: TestDevice, qos: 1 | 2): Promise<void> {
    const ack = qos === 1 ? 'puback' : 'pubrec'
    for (let id = 1; id <= 4; id++) client.send(publishPacket(device.topic, id, qos, readings(1000)))
    await client.next(ack, 4)
    client.send(publishPacket(device.topic, 5, qos, readings(1000)))
    await client.next(ack, 5)
  }

  for (const qos of [1, 2] as const) {
    it(`a device with too many readings waits until its debt is paid, without losing any, QoS ${qos}`, async () => {
      const device = await broker.addDevice()
      const client = await logInRaw(broker, device)
      const counted = await throttled()
      const startMs = performance.now()
      await spend(client, device, qos)
      client.send(publishPacket(device.topic, 6, qos, '{"speed":1}'))
      expect(await broker.metric('connections_held_back', { reason: 'rate' })).to.equal(1)
      await expectOthersUnharmed()
      expect(client.count(qos === 1 ? 'puback' : 'pubrec')).to.equal(5)
      await client.next(qos === 1 ? 'puback' : 'pubrec', 6)
      // The time of the sending counts towards the debt, so it is measured from the first reading on.
      expect(performance.now() - startMs).to.be.at.least(2400)
      expect(await throttled()).to.be.greaterThan(counted)
      const rows = await broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
      expect(rows.length).to.equal(5001)
      client.socket.destroy()
    })
  }

  it('a device keeps its debt when it reconnects', async () => {
    const device = await broker.addDevice()
    const first = await logInRaw(broker, device)
    const startMs = performance.now()
    await spend(first, device, 1)
    const again = await logInRaw(broker, device)
    expect(await broker.metric('connections_held_back', { reason: 'rate' })).to.equal(1)
    again.send(publishPacket(device.topic, 1, 1, '{"speed":1}'))
    await again.next('puback')
    expect(performance.now() - startMs).to.be.at.least(2400)
    again.socket.destroy()
  })

  it('a device with too many bytes also waits', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const counted = await throttled()
    const startMs = performance.now()
    // 5.5 MB in single readings.
    for (let id = 1; id <= 22; id++) {
      client.send(publishPacket(device.topic, id, 1, '{"speed":1}'.padEnd(250_000, ' ')))
    }
    client.send(publishPacket(device.topic, 23, 1, '{"speed":1}'))
    await client.next('puback', 18)
    await expectOthersUnharmed()
    expect(client.count('puback')).to.be.lessThan(23)
    await client.next('puback', 23)
    expect(performance.now() - startMs).to.be.at.least(900)
    expect(await throttled()).to.be.greaterThan(counted)
    client.socket.destroy()
  })

  const time = 1_767_225_600_000
  for (const { what, payload } of [
    { what: 'duplicates', payload: `[${Array(500).fill(`{"time":${time},"speed":1}`).join()}]` },
    { what: 'rejected readings', payload: `[${Array(90).fill('{"speed":-1}').join()}]` },
  ]) {
    it(`a device with too many ${what} also waits`, async () => {
      const device = await broker.addDevice()
      const client = await logIn(broker, device)
      const counted = await throttled()
      // One after the other, so that the actual readings count, and not estimates for messages in progress.
      for (let n = 0; n < 200 && (await throttled()) === counted; n++) {
        await client.publishAsync(device.topic, payload, { qos: 1 })
      }
      expect(await throttled()).to.equal(counted + 1)
      client.end(true)
    })
  }

  it('a device below its rate is not held back', async () => {
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    const counted = await throttled()
    for (let id = 1; id <= 2000; id++) client.send(publishPacket(device.topic, id, 1, '{"speed":1}'))
    await client.next('puback', 2000)
    // Arrays so large that each could have a thousand readings, of which they have ten.
    const array = JSON.stringify(Array.from({ length: 10 }, () => ({ extra: { text: 'x'.repeat(250) } })))
    for (let n = 1; n <= 50; n++) {
      client.send(publishPacket(device.topic, n, 1, array.padEnd(11_000, ' ')))
      await client.next('puback', 2000 + n)
    }
    expect(await throttled()).to.equal(counted)
    client.socket.destroy()
  })
})
