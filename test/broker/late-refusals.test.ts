import { expect } from 'chai'
import type { IPublishPacket } from 'mqtt-packet'
import type { RejectedNotice } from '../../contract/problems.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logInRaw, type RawClient } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { publishPacket } from '../support/packets.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'
import { lockTelemetry } from '../support/qos2.ts'

const TIME = '2026-11-21T08:00:00Z'

describe('refusals by the database after the acknowledgement', () => {
  let db: TestDatabase
  let proxy: Proxy
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    db = await openTestDatabase()
    await db.sql`alter table telemetry add constraint unlucky check (speed <> 13)`
    proxy = await openProxy(Number(new URL(db.url).port))
    const url = new URL(db.url)
    url.port = String(proxy.port)
    broker = await openTestBroker({ COMMIT_TIMEOUT_MS: '300', DATABASE_URL: url.href }, db)
  })
  beforeEach(async () => {
    device = await broker.addDevice()
  })
  after(async () => {
    await broker.close()
    await proxy.close()
    await db.drop()
  })

  const noticesOf = (client: RawClient) =>
    client.received
      .filter((it): it is IPublishPacket => it.cmd === 'publish')
      .map((it) => JSON.parse(String(it.payload)) as RejectedNotice)
  const payload = JSON.stringify([
    { time: TIME, speed: 13 },
    { time: TIME, speed: 14 },
    { time: TIME, speed: -1 },
  ])
  async function follow(): Promise<RawClient> {
    const client = await logInRaw(broker, device)
    const subscriptions = [{ topic: `fleet/${device.vehicle}/rejected`, qos: 1 as const }]
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    await client.next('suback')
    return client
  }

  const ways: Record<string, () => Promise<() => Promise<unknown> | void>> = {
    'by a late batch': async () => {
      const lock = await lockTelemetry({ db })
      return async () => lock.unlock()
    },
    'while the spool drains': async () => {
      await proxy.refuse()
      return () => proxy.forward()
    },
  }
  for (const [what, begin] of Object.entries(ways))
    it(`a reading refused ${what} is reported to its device once`, async () => {
      const client = await follow()
      const end = await begin()
      client.send(publishPacket(device.topic, 5, 1, payload))
      await client.next('puback')
      await eventually('the notice of the first', () => noticesOf(client).length === 1)
      await end()
      await eventually('the late notice', () => noticesOf(client).length === 2)
      await eventually('the spool is empty', async () => (await broker.metric('spool_messages')) === 0)
      const [first, late] = noticesOf(client)
      expect(first).to.include({ device: device.clientId, packet_id: 5, count: 1 })
      expect(first).to.have.nested.property('rejected[0].problems[0].code', 'out_of_range')
      expect(late).to.include({ received_at: first?.received_at, device: device.clientId, packet_id: null })
      expect(late).to.include({ count: 1 })
      expect(late?.rejected[0]).to.include({ index: 0, time: TIME })
      expect(late).to.have.nested.property('rejected[0].problems[0].code', 'storage_refused')
      const letters = await db.sql`select from rejected_messages where vehicle_id = ${device.vehicleId}`
      expect(letters).to.have.length(2)
      client.send({ cmd: 'pingreq' })
      await client.next('pingresp')
      expect(noticesOf(client)).to.have.length(2)
      client.socket.destroy()
    })
})
