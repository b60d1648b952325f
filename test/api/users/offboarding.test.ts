import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { logIn as connect } from '../../support/clients.ts'
import { failureOf } from '../../support/failure.ts'
import { openTestBroker } from '../../support/broker.ts'
import { addUser, expectProblem, openFixtureWithBroker, SECRET, waitForLocks } from '../fixture.ts'

describe('deleting a user', () => {
  let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
  let user: { id: number; token: string }
  beforeEach(async () => {
    fixture = await openFixtureWithBroker()
    user = await addUser(fixture.sql, 'user')
    await fixture.call('POST', '/api/vehicles', { token: user.token, body: { key: 'v1' } })
    const body = ['d1', 'd2'].map((key) => ({ key, vehicle: 'v1' }))
    await fixture.call('POST', '/api/devices', { token: user.token, body })
  })
  afterEach(() => fixture.close())

  async function issue(device: string, token?: string) {
    const path = `/api/devices/${device}/tokens`
    const answer = await fixture.call('POST', path, { ...(token && { token }), body: {} })
    expect(answer.status).to.equal(201)
    return { clientId: device, token: answer.body.token as string, vehicle: 'v1', vehicleId: 0, topic: '' }
  }
  const deleteUser = (query = '') => fixture.call('DELETE', `/api/users/${user.id}${query}`)

  it("deletion permanently revokes the user's device tokens at every broker, and reports how many", async () => {
    const own = [await issue('d1', user.token), await issue('d1', user.token)]
    const others = await issue('d2')
    const second = await openTestBroker({ JWT_SECRET: SECRET }, fixture.database)
    const client = await connect(second, own[0] ?? others)
    const stays = await connect(second, others)
    const closed = new Promise<void>((resolve) => client.once('close', resolve))

    const { status, body } = await deleteUser()
    expect({ status, body }).to.deep.equal({ status: 200, body: { device_tokens_revoked: 2 } })
    await closed
    client.end(true)
    expect(stays.connected).to.equal(true)
    await stays.endAsync()
    await second.close()
    const fresh = await openTestBroker({ JWT_SECRET: SECRET }, fixture.database)
    for (const broker of [fixture.broker, fresh]) {
      for (const device of own) expect(await failureOf(connect(broker, device))).to.have.property('code', 4)
      await (await connect(broker, others)).endAsync()
    }
    await fresh.close()

    const { body: log } = await fixture.call('GET', '/api/audit-log?subject=device:d1')
    const revoked = log.items.filter(({ action }: { action: string }) => action === 'token.revoke')
    expect(revoked.map((it: { actor: string }) => it.actor)).to.deep.equal(['user:1', 'user:1'])
    const { body: tokens } = await fixture.call('GET', '/api/devices/d1/tokens')
    for (const { revoked_at } of tokens.items) expect(revoked_at).to.be.a('string')
  })

  it("deletion keeps the user's device tokens if the administrator requests it", async () => {
    const device = await issue('d1', user.token)
    expectProblem(await deleteUser('?device_tokens=some'), 400, 'invalid_request', ['/device_tokens'])
    expect((await deleteUser('?device_tokens=keep')).body).to.deep.equal({ device_tokens_revoked: 0 })
    await (await connect(fixture.broker, device)).endAsync()
  })

  it('deletion counts neither revoked nor expired tokens', async () => {
    const [expired, revoked] = [await issue('d1', user.token), await issue('d2', user.token)]
    await fixture.call('DELETE', `/api/devices/${revoked.clientId}/tokens`)
    await fixture.sql`
      update device_tokens set expires_at = now() - interval '1 day'
      from devices where devices.id = device_id and devices.key = ${expired.clientId}`
    expect((await deleteUser('?device_tokens=revoke')).body).to.deep.equal({ device_tokens_revoked: 0 })
  })

  it("deletion ends the user's MQTT connections", async () => {
    const { body } = await fixture.call('POST', '/api/mqtt-tokens', { token: user.token })
    const clientId = `${body.client_id_prefix}${randomUUID()}`
    const login = { clientId, token: body.token, vehicle: '', vehicleId: 0, topic: '' }
    const client = await connect(fixture.broker, login)
    const closed = new Promise<void>((resolve) => client.once('close', resolve))
    await deleteUser()
    await closed
    client.end(true)
    expect(await failureOf(connect(fixture.broker, login))).to.have.property('code')
  })

  it("the user's running requests are refused", async () => {
    const { token, vehicle } = await fixture.sql.begin(async (tx) => {
      await tx`delete from users where id = ${user.id}`
      const started = {
        token: fixture.call('POST', '/api/devices/d2/tokens', { token: user.token, body: {} }),
        vehicle: fixture.call('POST', '/api/vehicles', { token: user.token, body: { key: 'v2' } }),
      }
      await waitForLocks(fixture.sql, 2)
      return started
    })
    // The request waited for the device's lock. By then the user was deleted, and no longer owned the device.
    expectProblem(await token, 404, 'not_found')
    expectProblem(await vehicle, 401, 'unauthorized')
    expect(await fixture.sql`select from device_tokens`).to.have.length(0)
  })
})
