import { expect } from 'chai'
import { ensureAdmin } from '../../../api/users/first-admin.ts'
import { createLog } from '../../../kit/log.ts'
import { logIn as connect } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { failureOf } from '../../support/failure.ts'
import { openTestBroker } from '../../support/broker.ts'
import { openFixtureWithBroker, SECRET } from '../fixture.ts'

const EMAIL = 'admin@example.org'
const PASSWORD = 'correct horse battery'

describe('logout', () => {
  let fixture: Awaited<ReturnType<typeof openFixtureWithBroker>>
  beforeEach(async () => {
    fixture = await openFixtureWithBroker()
    await fixture.sql`delete from users`
    await ensureAdmin({ sql: fixture.sql, log: createLog('api', 'silent'), email: EMAIL, password: PASSWORD })
  })
  afterEach(() => fixture.close())

  async function logIn(remember = false): Promise<{ token: string; cookie: string }> {
    const body = { email: EMAIL, password: PASSWORD, remember }
    const answer = await fixture.call('POST', '/api/login', { token: null, body })
    return { token: answer.body.token, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
  }
  const isGood = async (token: string) => (await fixture.call('GET', '/api/me', { token })).status === 200
  const openMqtt = async (token: string) => {
    const { body } = await fixture.call('POST', '/api/mqtt-tokens', { token })
    const device = {
      clientId: `${body.client_id_prefix}x`,
      token: body.token,
      vehicle: '',
      vehicleId: 0,
      topic: '',
    }
    return { device, client: await connect(fixture.broker, device) }
  }

  it('a logout ends its access token and MQTT connection, even after a broker restart', async () => {
    const [one, other] = [await logIn(), await logIn()]
    const { device, client } = await openMqtt(one.token)
    const stays = await openMqtt(other.token)
    const closed = new Promise<void>((resolve) => client.once('close', resolve))
    expect((await fixture.call('POST', '/api/me/logout', { token: one.token })).status).to.equal(204)
    await closed
    client.end(true)
    await eventually('the token is refused', async () => !(await isGood(one.token)))
    expect(await failureOf(connect(fixture.broker, device))).to.have.property('code', 4)
    const fresh = await openTestBroker({ JWT_SECRET: SECRET }, fixture.database)
    expect(await failureOf(connect(fresh, device))).to.have.property('code', 4)
    await fresh.close()

    expect(await isGood(other.token)).to.equal(true)
    expect(stays.client.connected).to.equal(true)
    await stays.client.endAsync()
  })

  it("a browser's logout ends every token of its session", async () => {
    const { token, cookie } = await logIn(true)
    const renewed = await fixture.call('POST', '/api/session', { token: null, headers: { cookie } })
    const { client } = await openMqtt(renewed.body.token)
    const closed = new Promise<void>((resolve) => client.once('close', resolve))
    expect(
      (await fixture.call('DELETE', '/api/session', { token: null, headers: { cookie } })).status,
    ).to.equal(204)
    await closed
    client.end(true)
    for (const it of [token, renewed.body.token])
      await eventually('the token is refused', async () => !(await isGood(it)))
    const again = await fixture.call('POST', '/api/session', { token: null, headers: { cookie } })
    expect(again.status).to.equal(401)
  })

  it('an invented session cookie logs nobody out', async () => {
    const { token } = await logIn(true)
    const cookie = 'fleetwire_session=00000000-0000-4000-8000-000000000000.' + 'x'.repeat(43)
    await fixture.call('DELETE', '/api/session', { token: null, headers: { cookie } })
    expect(await isGood(token)).to.equal(true)
  })
})
