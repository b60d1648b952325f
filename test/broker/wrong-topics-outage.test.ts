import { expect } from 'chai'
import { openTestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy } from '../support/proxy.ts'

describe('telemetry on a wrong topic during an outage', () => {
  for (const how of ['refuse', 'freeze'] as const) {
    it(`a wrong topic is a dead letter and delays nothing while the database ${how === 'refuse' ? 'refuses connections' : 'does not answer'}`, async () => {
      const db = await openTestDatabase()
      const proxy = await openProxy(Number(new URL(db.url).port))
      const DATABASE_URL = proxy.urlOf(db.url)
      const broker = await openTestBroker({ DATABASE_URL, COMMIT_TIMEOUT_MS: '100' }, db)
      const device = await broker.addDevice()
      const client = await logIn(broker, device)
      await (how === 'refuse' ? proxy.refuse() : proxy.freeze())
      await Promise.all([
        client.publishAsync(`fleet/${device.vehicle}-x/telemetry`, '{"speed":1}', { qos: 1 }),
        client.publishAsync(device.topic, '{"speed":2}', { qos: 1 }),
      ])
      await proxy.forward()
      await eventually('the spool is empty', async () => (await broker.metric('spool_messages')) === 0)
      const letters = await db.sql`select code from rejected_messages`
      expect([...letters]).to.deep.equal([{ code: 'wrong_topic' }])
      expect([...(await db.sql`select speed from telemetry`)]).to.deep.equal([{ speed: 2 }])
      await client.endAsync()
      await broker.close()
      await proxy.close()
      await db.drop()
    })
  }
})
