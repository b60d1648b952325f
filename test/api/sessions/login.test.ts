import { expect } from 'chai'
import { ensureAdmin } from '../../../api/users/first-admin.ts'
import { readClaims, type Claims } from '../../../contract/claims.ts'
import { createLog } from '../../../kit/log.ts'
import { connect } from '../../../sql/connect.ts'
import { eventually } from '../../support/eventually.ts'
import { openProxy } from '../../support/proxy.ts'
import { expectProblem, openFixture, type Call, type Fixture } from '../fixture.ts'

const EMAIL = 'Admin@Example.org'
const PASSWORD = 'correct horse 🐎'

describe('login', () => {
  let fixture: Fixture
  let nowMs = Date.now()
  beforeEach(async () => {
    nowMs = Date.now()
    const loginLimit = { failuresPerMinuteMax: 3, waitingMax: 4 }
    fixture = await openFixture({ now: () => nowMs, loginLimit, trustProxy: 1 })
    const log = createLog('api', 'silent')
    await fixture.sql`delete from users`
    await ensureAdmin({ sql: fixture.sql, log, email: EMAIL, password: PASSWORD })
  })
  afterEach(() => fixture.close())

  const login = (email: string, password: string, call: Call = {}) =>
    fixture.call('POST', '/api/login', { token: null, body: { email, password }, ...call })

  it('a login returns a token for an hour that the API accepts', async () => {
    const { status, body } = await login(EMAIL, PASSWORD)
    expect(status).to.equal(200)
    expect(body).to.have.all.keys('token', 'expires_at')
    const claims = readClaims(fixture.jwt.verify(body.token), 'api') as Claims
    const [admin] = await fixture.sql<{ id: number }[]>`select id from users`
    expect(claims).to.include({ sub: String(admin?.id), role: 'admin' })
    expect(claims.exp - claims.iat).to.equal(3600)
    expect(Date.parse(body.expires_at)).to.equal(claims.exp * 1000)
    expect((await fixture.call('GET', '/api/vehicles', { token: body.token })).status).to.equal(200)
  })

  it('the case of the e-mail address does not matter', async () => {
    expect((await login('admin@example.ORG', PASSWORD)).status).to.equal(200)
  })

  it('a wrong password and an unknown user are refused in the same words', async () => {
    const wrong = await login(EMAIL, 'correct horse')
    const unknown = await login('nobody@example.org', PASSWORD)
    for (const answer of [wrong, unknown]) {
      expectProblem(answer, 401, 'unauthorized')
      expect(answer.headers.get('www-authenticate')).to.match(/^Bearer/)
    }
    expect(wrong.body.detail).to.equal(unknown.body.detail)
  })

  it('incomplete and unstorable credentials are refused', async () => {
    const post = (body: unknown) => fixture.call('POST', '/api/login', { token: null, body })
    expectProblem(await post({}), 400, 'invalid_request', ['/email', '/password'])
    expectProblem(await post({ email: 'a\0', password: 'x' }), 400, 'invalid_request', ['/email'])
    expectProblem(await post({ email: 'a', password: 'x'.repeat(20_000) }), 413, 'payload_too_large')
  })

  it('only an address with failed logins has to wait', async () => {
    const from = (address: string): Call => ({ headers: { 'x-forwarded-for': address } })
    for (let n = 0; n < 3; n++) expect((await login(EMAIL, 'wrong', from('10.0.0.1'))).status).to.equal(401)
    const refused = await login(EMAIL, PASSWORD, from('10.0.0.1'))
    expectProblem(refused, 429, 'too_many_requests')
    expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 60)
    expect((await login(EMAIL, PASSWORD, from('10.0.0.2'))).status).to.equal(200)

    nowMs += Number(refused.headers.get('retry-after')) * 1000
    expect((await login(EMAIL, PASSWORD, from('10.0.0.1'))).status).to.equal(200)
  })

  it('successful logins are not limited', async () => {
    for (let n = 0; n < 8; n++) expect((await login(EMAIL, PASSWORD)).status).to.equal(200)
  })

  it('only a bounded number of logins wait for their check', async () => {
    const attempts = Array.from({ length: 12 }, (_, n) =>
      login(EMAIL, PASSWORD, { headers: { 'x-forwarded-for': `10.1.0.${n}` } }),
    )
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(new Set(statuses)).to.deep.equal(new Set([200, 429]))
    expect((await login(EMAIL, PASSWORD)).status).to.equal(200)
  })

  it('logins that fail because the database is away are not counted', async () => {
    const proxy = await openProxy(Number(new URL(fixture.database.url).port))
    const url = proxy.urlOf(fixture.database.url)
    const sql = connect({ url, max: 2, applicationName: 'test' })
    const cut = await openFixture({ sql, loginLimit: { failuresPerMinuteMax: 3 } }, fixture.database)
    const body = { email: EMAIL, password: PASSWORD }
    const attempt = async () => (await cut.call('POST', '/api/login', { token: null, body })).status
    await proxy.refuse()
    for (let n = 0; n < 5; n++) expect(await attempt()).to.equal(503)
    await proxy.forward()
    await eventually('the login succeeds', async () => (await attempt()) === 200)
    await cut.close()
    await sql.end({ timeout: 1 })
    await proxy.close()
  })
})
