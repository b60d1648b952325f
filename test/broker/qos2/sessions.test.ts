import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { openSession, speedsOf, untilAway } from '../../support/qos2.ts'

describe('sessions of devices', () => {
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(() => broker.close())

  it('a session without subscriptions is present after clean session 0, not after 1', async () => {
    const seen: boolean[] = []
    for (const clean of [false, false, true, false, false]) {
      const client = await openSession(broker, device, { clean })
      seen.push(client.sessionPresent)
      await client.die()
    }
    expect(seen).to.deep.equal([false, true, false, false, true])
  })

  it('a session keeps its subscriptions', async () => {
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

  it('the next reading with a packet identifier is stored when the tracker lost its session', async () => {
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

  it('the same bytes are a new message once a clean session has ended the old one', async () => {
    for (const clean of [false, true, false]) {
      const client = await openSession(broker, device, { clean })
      client.publish(1, '{"speed":1}', { dup: true })
      await client.next('pubrec')
      await client.die()
    }
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1, 1])
  })

  it('a device re-created under a key does not inherit its session', async () => {
    const client = await openSession(broker, device)
    client.publish(1, '{"speed":1}')
    await client.next('pubrec')
    const { clientId, vehicleId } = device
    await broker.db.sql`delete from devices where key = ${clientId}`
    await client.closed
    await broker.db.sql`insert into devices (key, vehicle_id) values (${clientId}, ${vehicleId})`
    // The old device's token may be from an earlier second, and is then refused.
    const successor = { ...device, token: broker.sign({ sub: clientId }) }
    const other = await eventually('the successor is connected', () =>
      openSession(broker, successor).catch(() => undefined),
    )
    expect(other.sessionPresent).to.equal(false)
    other.publish(1, '{"speed":1}', { dup: true })
    await other.next('pubrec')
    expect(await speedsOf(broker, device)).to.deep.equal([1, 1])
    await other.die()
  })
})

describe('sessions of absent devices', () => {
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

  it('an expired session is forgotten, as its CONNACK reports', async () => {
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

  it('the oldest sessions are forgotten beyond twice the number of allowed connections', async () => {
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
