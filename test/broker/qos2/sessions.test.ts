import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { openSession, speedsOf, untilAway } from '../../support/qos2.ts'

describe('the session of a device', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(() => broker.close())

  it('is present after clean session 0 without a subscription, and not after clean session 1', async () => {
    const seen: boolean[] = []
    for (const clean of [false, false, true, false, false]) {
      const client = await openSession(broker, device, { clean })
      seen.push(client.sessionPresent)
      await client.die()
    }
    expect(seen).to.deep.equal([false, true, false, false, true])
  })

  it('with subscriptions is present, and they are there', async () => {
    const client = await openSession(broker, device)
    const topic = `fleet/${device.vehicle}/rejected`
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] })
    await client.next('suback')
    await client.die()
    const again = await openSession(broker, device)
    expect(again.sessionPresent).to.equal(true)
    again.publish(1, '{"speed":-1}')
    await again.next('publish')
    again.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: [topic] })
    await again.next('unsuback')
    await again.die()
    const last = await openSession(broker, device)
    expect(last.sessionPresent).to.equal(true)
    expect(broker.log.filter((it) => it['event'] === 'subscription_denied')).to.deep.equal([])
    await last.die()
  })

  it('that a tracker has lost costs no reading: the next one with the packet identifier is stored', async () => {
    const client = await openSession(broker, device)
    client.publish(1, '{"speed":1}')
    await client.next('pubrec')
    await client.die()
    for (const dup of [false, true]) {
      const restarted = await openSession(broker, device)
      restarted.publish(1, `{"speed":${dup ? 3 : 2}}`, { dup })
      await restarted.next('pubrec')
      restarted.release(1)
      await restarted.next('pubcomp')
      await restarted.die()
    }
    expect(await speedsOf(broker, device)).to.deep.equal([1, 2, 3])
  })

  it('that was cleaned has no QoS 2 messages: the same bytes are another message', async () => {
    for (const clean of [false, true, false]) {
      const client = await openSession(broker, device, { clean })
      client.publish(1, '{"speed":1}', { dup: true })
      await client.next('pubrec')
      await client.die()
    }
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1, 1])
  })

  it('is not that of another device with its key', async () => {
    const client = await openSession(broker, device)
    client.publish(1, '{"speed":1}')
    await client.next('pubrec')
    const { clientId, vehicleId } = device
    await broker.db.sql`delete from devices where key = ${clientId}`
    await client.closed
    await broker.db.sql`insert into devices (key, vehicle_id) values (${clientId}, ${vehicleId})`
    // A token of the device before may be of an earlier second.
    const successor = { ...device, token: broker.sign({ sub: clientId }) }
    const other = await eventually('it is connected', () =>
      openSession(broker, successor).catch(() => undefined),
    )
    expect(other.sessionPresent).to.equal(false)
    other.publish(1, '{"speed":1}', { dup: true })
    await other.next('pubrec')
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
    await other.die()
  })
})

describe('a session whose device is away', () => {
  async function leaveBehind(broker: TestBroker, devices: TestDevice[]): Promise<void> {
    for (const device of devices) {
      const client = await openSession(broker, device)
      const topic = `fleet/${device.vehicle}/rejected`
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] })
      await client.next('suback')
      client.publish(1, '{"speed":1}')
      await client.next('pubrec')
      await client.die()
    }
  }

  it('is forgotten when its time is over, as its CONNACK reports', async () => {
    const broker = await openTestBroker({}, undefined, { limits: { sessionAwayMaxMs: 0 } })
    try {
      const device = await broker.addDevice()
      await leaveBehind(broker, [device])
      await untilAway(broker, 0)
      const client = await openSession(broker, device)
      expect(client.sessionPresent).to.equal(false)
      client.publish(1, '{"speed":2}')
      await client.next('pubrec')
      expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
      client.publish(2, '{"speed":-1}')
      await client.next('pubrec', 2)
      expect(client.count('publish'), 'its subscription is gone').to.equal(0)
      await client.die()
    } finally {
      await broker.close()
    }
  })

  it('is forgotten when there are twice as many as connections are allowed, the oldest first', async () => {
    const broker = await openTestBroker({ CONNECTIONS_MAX: '2' })
    try {
      const devices = await Promise.all(Array.from({ length: 5 }, () => broker.addDevice()))
      await leaveBehind(broker, devices)
      await untilAway(broker, 4)
      const present: boolean[] = []
      for (const device of devices.toReversed()) {
        const client = await openSession(broker, device, { clean: false })
        present.push(client.sessionPresent)
        await client.die()
      }
      expect(present).to.deep.equal([true, true, true, true, false])
    } finally {
      await broker.close()
    }
  })
})
