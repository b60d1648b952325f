import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { generate, type IConnectPacket } from 'mqtt-packet'
import { vehicleTopic } from '../../contract/topics.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { openRawClient, type RawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { connectPacket, publishPacket } from '../support/packets.ts'
import { deviceToken, makeKeyPair } from '../support/signing.ts'

describe('last wills', () => {
  const pair = makeKeyPair()
  let broker: TestBroker
  let device: TestDevice
  let jti: string
  before(async () => {
    broker = await openTestBroker()
  })
  beforeEach(async () => {
    device = await broker.addDevice({ publicKey: pair.publicKey })
    jti = randomUUID()
  })
  after(() => broker.close())

  const sql = () => broker.db.sql
  const sign = (exp?: number) => broker.sign({ sub: device.clientId, jti, ...(exp !== undefined && { exp }) })
  /** The stored readings of the device's vehicle. */
  const stored = () => sql()<{ speed: number }[]>`
    select speed from telemetry where vehicle_id = ${device.vehicleId} order by speed`

  async function logInWithWill(token: string): Promise<RawClient> {
    const client = await openRawClient(broker.mqttPort)
    const will = { topic: device.topic, payload: Buffer.from('{"speed":9}'), qos: 1 as const, retain: false }
    client.send({ ...connectPacket({ ...device, token }), will } as IConnectPacket)
    await client.next('connack')
    client.send(publishPacket(device.topic, 1, 1, '{"speed":1}'))
    await client.next('puback')
    return client
  }

  const ends: Record<string, { token: () => string; end: (client: RawClient) => unknown }> = {
    token_revoked: {
      token: () => sign(),
      end: () =>
        sql()`
        insert into device_tokens (jti, device_id, issued_at, expires_at, revoked_at)
        select ${jti}, id, now(), now() + interval '1 hour', null from devices where key = ${device.clientId}`.then(
          () => sql()`update device_tokens set revoked_at = now() where jti = ${jti}`,
        ),
    },
    token_expired: { token: () => sign(Math.floor(Date.now() / 1000) - 58), end: () => undefined },
    device_changed: {
      token: () => sign(),
      end: () => sql()`update devices set vehicle_id = null where key = ${device.clientId}`,
    },
    public_key_changed: {
      token: () => deviceToken(device.clientId, pair),
      end: () => sql()`update devices set public_key = null where key = ${device.clientId}`,
    },
    renewal_refused: {
      token: () => sign(),
      end: (client) =>
        // The second packet is in a buffer while the token in the first is checked.
        client.socket.write(
          Buffer.concat([
            generate(publishPacket(vehicleTopic(device.vehicle, 'session'), 2, 1, 'no token')),
            generate(publishPacket(device.topic, 3, 2, '{"speed":8}')),
          ]),
        ),
    },
  }
  for (const [reason, { token, end }] of Object.entries(ends)) {
    it(`a last will is denied after ${reason}`, async () => {
      const [denied, closed] = await Promise.all([
        broker.metric('publishes_denied_total'),
        broker.metric('connections_closed_total', { reason }),
      ])
      const client = await logInWithWill(token())
      await end(client)
      await client.closed
      expect(await broker.metric('connections_closed_total', { reason })).to.equal(closed + 1)
      await eventually(
        'the last will is denied',
        async () => (await broker.metric('publishes_denied_total')) > denied,
      )
      expect([...(await stored())]).to.deep.equal([{ speed: 1 }])
    })
  }

  it('the last will of a client whose connection broke is stored', async () => {
    const client = await logInWithWill(sign())
    client.socket.destroy()
    await eventually('the last will is stored', async () => (await stored()).length === 2)
  })
})
