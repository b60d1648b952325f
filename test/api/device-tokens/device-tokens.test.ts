import { expect } from 'chai'
import { readClaims, type Claims } from '../../../contract/claims.ts'
import { addUser, expectProblem, makeToken, openFixture, readPages, type Fixture } from '../fixture.ts'

const DAY_S = 86_400

describe('device and MQTT tokens', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture({ deviceTokenDays: 30 })
    await fixture.call('POST', '/api/devices', { body: [{ key: 'd1' }, { key: 'd2' }, { key: 'd3' }] })
  })
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate device_tokens`)

  const issue = (device: string, body?: unknown) =>
    fixture.call('POST', `/api/devices/${device}/tokens`, { body })
  const claimsOf = (token: string) => readClaims(fixture.jwt.verify(token), 'mqtt') as Claims
  const rows = () => fixture.sql<
    { jti: string; key: string; revoked: boolean; lifetime: number; exp: number }[]
  >`
    select jti, key, revoked_at is not null as revoked, extract(epoch from expires_at - issued_at)::int as lifetime,
      extract(epoch from expires_at)::int as exp
    from device_tokens join devices on devices.id = device_id
  `

  it('an issued token is valid at the broker, and recorded', async () => {
    const { status, body } = await issue('d1', { lifetime_days: 2 })
    expect(status).to.equal(201)
    expect(body).to.have.all.keys('device', 'token', 'jti', 'expires_at')
    const claims = claimsOf(body.token)
    expect(claims).to.include({ sub: 'd1', role: 'device', aud: 'mqtt', jti: body.jti })
    expect(claims.exp - claims.iat).to.equal(2 * DAY_S)
    expect(Date.parse(body.expires_at)).to.equal(claims.exp * 1000)
    const expected = { jti: body.jti, key: 'd1', revoked: false, lifetime: 2 * DAY_S, exp: claims.exp }
    expect([...(await rows())]).to.deep.equal([expected])
  })

  it('a token lasts the configured number of days by default', async () => {
    const claims = claimsOf((await issue('d1')).body.token)
    expect(claims.exp - claims.iat).to.equal(30 * DAY_S)
  })

  it('an unknown device and a bad lifetime are refused', async () => {
    expectProblem(await issue('none'), 404, 'not_found')
    for (const lifetime_days of [0, 3651, 1.5, '7', null]) {
      expectProblem(await issue('d1', { lifetime_days }), 400, 'invalid_request', ['/lifetime_days'])
    }
    expectProblem(await issue('d1', { days: 7 }), 400, 'invalid_request', ['/days'])
    expect(await rows()).to.have.length(0)
  })

  it('many tokens are issued in the order of the request', async () => {
    const body = { devices: ['d3', 'd1', 'd2', 'd1'], lifetime_days: 1 }
    const answer = await fixture.call('POST', '/api/device-tokens', { body })
    expect(answer.status).to.equal(201)
    const items = answer.body.items as { device: string; token: string; jti: string }[]
    expect(items.map(({ device }) => device)).to.deep.equal(body.devices)
    expect(items.map(({ token }) => claimsOf(token).sub)).to.deep.equal(body.devices)
    expect((await rows()).map(({ jti }) => jti)).to.have.members(items.map(({ jti }) => jti))
  })

  it('no token is issued if any device is unknown, and the error points to it', async () => {
    const body = { devices: ['d3', 'x', 'd1', 'y'] }
    const answer = await fixture.call('POST', '/api/device-tokens', { body })
    expectProblem(answer, 400, 'invalid_request', ['/devices/1', '/devices/3'])
    expect(await rows()).to.have.length(0)
  })

  it('a revoked token keeps the time of its first revocation', async () => {
    const { jti } = (await issue('d1')).body
    const other = (await issue('d1')).body
    const path = `/api/devices/d1/tokens/${jti}`
    const revoked = await fixture.call('DELETE', path)
    expect(revoked.status).to.equal(204)
    expect(revoked.body).to.equal('')
    const [first] = await fixture.sql`select revoked_at::text as at from device_tokens where jti = ${jti}`
    expect((await fixture.call('DELETE', path)).status).to.equal(204)
    expect(
      [...(await fixture.sql`select revoked_at::text as at from device_tokens where jti = ${jti}`)][0],
    ).to.deep.equal(first)
    const left = (await rows()).filter(({ revoked }) => !revoked)
    expect(left.map(({ jti }) => jti)).to.deep.equal([other.jti])
  })

  it('tokens are listed without their secret, with the time of their last use', async () => {
    const [used, unused] = [(await issue('d1')).body, (await issue('d1')).body]
    const at = '2026-11-21T08:00:00.250Z'
    await fixture.sql`update device_tokens set last_used_at = ${at}::text::timestamptz where jti = ${used.jti}`
    const { body } = await fixture.call('GET', '/api/devices/d1/tokens')
    const listed = new Map(body.items.map((it: { jti: string }) => [it.jti, it]))
    expect(listed.get(used.jti)).to.include({ last_used_at: at, revoked_at: null })
    expect(listed.get(unused.jti)).to.include({ last_used_at: null })
    for (const it of body.items)
      expect(it).to.have.all.keys('device', 'jti', 'issued_at', 'expires_at', 'revoked_at', 'last_used_at')
  })

  it("a token is not revoked under another device's path", async () => {
    const { jti } = (await issue('d1')).body
    expectProblem(await fixture.call('DELETE', `/api/devices/d2/tokens/${jti}`), 404, 'not_found')
    expectProblem(await fixture.call('DELETE', '/api/devices/d1/tokens/7'), 400, 'invalid_request', ['/jti'])
    expect((await rows()).map(({ revoked }) => revoked)).to.deep.equal([false])
  })

  it('tokens issued in the same second are all listed, page by page', async () => {
    await fixture.sql`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select gen_random_uuid(), id, '2026-11-21T08:00:00Z', '2027-11-21T08:00:00Z' from devices, generate_series(1, 7)
      where key = 'd1'`
    const jtis = (await rows()).map(({ jti }) => jti)
    const listed = await readPages(fixture, '/api/devices/d1/tokens', 2)
    const cursor = Buffer.from(`token:1.${'-'.repeat(36)}`).toString('base64url')
    expectProblem(
      await fixture.call('GET', `/api/devices/d1/tokens?cursor=${cursor}`),
      400,
      'invalid_request',
      ['/cursor'],
    )
    expect(listed.map(({ jti }) => jti))
      .to.have.length(7)
      .and.have.members(jtis)
  })

  it("an MQTT token keeps the `iat` of the caller's token", async () => {
    const iat = Math.floor(Date.now() / 1000) - 30
    const token = makeToken({ iat })
    const { body } = await fixture.call('POST', '/api/mqtt-tokens', { token })
    expect(claimsOf(body.token).iat).to.equal(iat)
    expect(claimsOf(body.token).exp).to.be.closeTo(Date.now() / 1000 + 3600, 5)
  })

  it('an administrator gets an MQTT token for an hour', async () => {
    const admin = await addUser(fixture.sql, 'admin')
    const { status, body } = await fixture.call('POST', '/api/mqtt-tokens', {
      token: admin.token,
    })
    expect(status).to.equal(201)
    expect(body).to.have.all.keys('token', 'client_id_prefix', 'scope', 'expires_at')
    expect(body.scope).to.equal('all')
    expect(body.client_id_prefix).to.equal(`ui/${admin.id}/`)
    const claims = claimsOf(body.token)
    expect(claims).to.include({ sub: String(admin.id), role: 'admin', aud: 'mqtt' })
    expect(claims.exp - claims.iat).to.equal(3600)
    expect(Date.parse(body.expires_at)).to.equal(claims.exp * 1000)
  })
  it("a user's MQTT token has the user's scope, and a service's has `all`", async () => {
    const user = await addUser(fixture.sql, 'user')
    const scoped = await fixture.call('POST', '/api/mqtt-tokens', { token: user.token })
    expect(scoped.status).to.equal(201)
    expect(scoped.body).to.include({ client_id_prefix: `ui/${user.id}/`, scope: String(user.id) })
    expect(claimsOf(scoped.body.token)).to.include({ sub: String(user.id), role: 'user', aud: 'mqtt' })
    const token = makeToken({ role: 'service', sub: 'erp' })
    const service = await fixture.call('POST', '/api/mqtt-tokens', { token })
    expect(service.body).to.include({ client_id_prefix: 'service/erp/', scope: 'all' })
  })
})
