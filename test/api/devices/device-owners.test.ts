import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { failureOf } from '../../support/failure.ts'
import { makeKeyPair } from '../../support/signing.ts'
import { openTestBroker } from '../../support/broker.ts'
import { addUser, openFixtureWithBroker, SECRET, type Fixture } from '../fixture.ts'

describe('owners of devices', () => {
  let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
  let a: { id: number; token: string }
  let b: { id: number; token: string }
  before(async () => (fixture = await openFixtureWithBroker()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices, grants, audit_log cascade`
    a = await addUser(fixture.sql, 'user')
    b = await addUser(fixture.sql, 'user')
    await call(a, 'POST', '/api/vehicles', { key: 'va' })
    await call(b, 'POST', '/api/vehicles', { key: 'vb' })
    await call(a, 'POST', '/api/devices', { key: 'd', vehicle: 'va' })
  })

  const call = (
    who: { token: string } | undefined,
    method: string,
    path: string,
    body?: unknown,
  ): ReturnType<Fixture['call']> =>
    fixture.call(method, path, { ...(who && { token: who.token }), ...(body !== undefined && { body }) })
  const tokenOf = async (who: { token: string } | undefined) =>
    (await call(who, 'POST', '/api/devices/d/tokens', {})).body.token as string
  /**
   * Logs in. A login that is in progress when the broker learns of the move ends without a reply, so it is tried again.
   */
  async function connect(token: string, clientId = 'd'): Promise<MqttClient> {
    const answer = await eventually('the broker answers a login', () =>
      logIn(fixture.broker, { clientId, token }).catch((error: Error) =>
        'code' in error ? error : undefined,
      ),
    )
    if (answer instanceof Error) throw answer
    return answer
  }

  it("a device moved to another owner's vehicle belongs to the new owner alone", async () => {
    await call(a, 'PUT', '/api/devices/d/public-key', { public_key: makeKeyPair().publicKey })
    const token = await tokenOf(a)
    const client = await connect(token)
    const closed = new Promise<void>((resolve) => client.once('close', resolve))
    const moved = await call(undefined, 'PATCH', '/api/devices/d', { vehicle: 'vb' })
    expect([moved.status, moved.body.public_key]).to.deep.equal([200, null])
    await closed
    client.end(true)
    expect(await failureOf(connect(token))).to.have.property('code', 4)

    for (const [method, path, body] of [
      ['GET', '/api/devices/d', undefined],
      ['PATCH', '/api/devices/d', { name: 'x' }],
      ['POST', '/api/devices/d/tokens', {}],
      ['PUT', '/api/devices/d/public-key', { public_key: makeKeyPair().publicKey }],
      ['DELETE', '/api/devices/d', undefined],
    ] as const)
      expect((await call(a, method, path, body)).status, `${method} ${path}`).to.equal(404)
    await (await connect(await tokenOf(b))).endAsync()
    expect((await call(b, 'DELETE', '/api/devices/d/tokens')).body).to.deep.equal({ revoked: 1 })
    expect((await call(b, 'PATCH', '/api/devices/d', { vehicle: null })).status).to.equal(200)
    expect((await call(a, 'GET', '/api/devices/d')).status).to.equal(404)
    expect((await call(b, 'DELETE', '/api/devices/d')).status).to.equal(204)
  })

  it('a device moved while a token for it is issued gives its former owner none', async () => {
    const moved = await fixture.sql.reserve()
    try {
      await moved`begin`
      await moved`update devices set vehicle_id = (select id from vehicles where key = 'vb') where key = 'd'`
      const asked = call(a, 'POST', '/api/devices/d/tokens', {})
      await eventually('the token waits for the move', async () => {
        const waiting = await fixture.sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        return waiting.length > 0
      })
      await moved`commit`
      expect((await asked).status).to.equal(404)
    } finally {
      moved.release()
    }
  })

  it('a hand-over is in the audit log with both owners', async () => {
    await tokenOf(a)
    await call(undefined, 'PATCH', '/api/devices/d', { vehicle: 'vb' })
    const { body } = await call(undefined, 'GET', '/api/audit-log?subject=device:d')
    expect(body.items.find((it: { action: string }) => it.action === 'device.hand_over')).to.deep.include({
      actor: 'user:1',
      before: { owner: a.id },
      after: { owner: b.id, tokens_revoked: 1 },
    })
  })

  it("a device created in a vehicle belongs to the vehicle's owner", async () => {
    await call(undefined, 'POST', '/api/devices', [{ key: 'e', vehicle: 'vb' }])
    expect((await call(b, 'PATCH', '/api/devices/e', { name: 'x' })).status).to.equal(200)
  })

  it('a device registered by an administrator keeps its tokens when put into a vehicle', async () => {
    await call(undefined, 'POST', '/api/devices', { key: 'e' })
    const { token } = (await call(undefined, 'POST', '/api/devices/e/tokens', {})).body
    await call(undefined, 'PATCH', '/api/devices/e', { vehicle: 'vb' })
    await (await connect(token, 'e')).endAsync()
    expect((await call(b, 'DELETE', '/api/devices/e/tokens')).body).to.deep.equal({ revoked: 1 })
  })

  it('a device keeps its tokens between two vehicles of one owner', async () => {
    const token = await tokenOf(a)
    await call(a, 'POST', '/api/vehicles', { key: 'va2' })
    await call(a, 'PATCH', '/api/devices/d', { vehicle: 'va2' })
    await (await connect(token)).endAsync()
  })

  it("a vehicle's new owner gets its devices, and earlier tokens end", async () => {
    const token = await tokenOf(a)
    await fixture.sql`update vehicles set created_by = ${b.id} where key = 'va'`
    expect(await failureOf(connect(token))).to.have.property('code', 4)
    expect((await call(a, 'GET', '/api/devices/d')).status).to.equal(404)
    expect((await call(b, 'PATCH', '/api/devices/d', { name: 'x' })).status).to.equal(200)
  })

  it('a token of an earlier device with the same key is refused, of whatever age', async () => {
    const token = await tokenOf(a)
    await call(a, 'DELETE', '/api/devices/d')
    await call(b, 'POST', '/api/devices', { key: 'd', vehicle: 'vb' })
    // Only the table has tokens that were revoked before the broker started.
    const fresh = await openTestBroker({ JWT_SECRET: SECRET }, fixture.database)
    try {
      const device = { clientId: 'd', token, vehicle: '', vehicleId: 0, topic: '' }
      expect(await failureOf(logIn(fresh, device))).to.have.property('code', 4)
      const seen = fresh.log.map((it) => it['detail'])
      expect(seen).to.include('the token was issued to an earlier device with this key')
    } finally {
      await fresh.close()
    }
    const own = (await call(b, 'POST', '/api/devices/d/tokens', {})).body.token as string
    await (await connect(own)).endAsync()
  })
})
