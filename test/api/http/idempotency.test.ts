import { expect } from 'chai'
import { addUser, expectProblem, openFixture, type Fixture } from '../fixture.ts'

describe('requests with an Idempotency-Key', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate vehicles, devices, idempotency_keys cascade`)

  const post = (body: unknown, key: string, more = {}) =>
    fixture.call('POST', '/api/vehicles', { body, headers: { 'idempotency-key': key }, ...more })
  const count = async () => (await fixture.sql`select from vehicles`).length

  it('a repeated request is run once and answered twice in the same way', async () => {
    const first = await post({ key: 'v1', name: 'One' }, 'a')
    const again = await post({ key: 'v1', name: 'One' }, 'a')
    expect([again.status, again.body]).to.deep.equal([201, first.body])
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).to.equal(first.headers.get(name))
    expectProblem(await post({ key: 'v1', name: 'One' }, 'b'), 409, 'conflict', ['/key'])
    expect(await count()).to.equal(1)
  })

  it('repeated requests that arrive together are run once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => post({ key: 'v1' }, 'a')))
    for (const { status } of answers) expect(status).to.be.oneOf([201, 409])
    expect(answers.filter(({ status }) => status === 201)).not.to.have.length(0)
    expect((await post({ key: 'v1' }, 'a')).status).to.equal(201)
    expect(await count()).to.equal(1)
  })

  it('a refused request may be corrected and sent again with its key', async () => {
    await post({ key: 'v1' }, 'a')
    expectProblem(await post({ key: 'v1' }, 'b'), 409, 'conflict', ['/key'])
    expect((await post({ key: 'v2' }, 'b')).status).to.equal(201)
  })

  it('a key cannot be used for a different request, and belongs to one user', async () => {
    await post({ key: 'v1' }, 'a')
    expectProblem(await post({ key: 'v2' }, 'a'), 409, 'conflict')
    const { token } = await addUser(fixture.sql, 'user')
    expect((await post({ key: 'v2' }, 'a', { token })).status).to.equal(201)
  })

  it('a repeated request returns no secret again, and none is stored', async () => {
    await fixture.call('POST', '/api/devices', { body: { key: 'd1' } })
    const issue = () =>
      fixture.call('POST', '/api/devices/d1/tokens', { headers: { 'idempotency-key': 'a' } })
    const { body } = await issue()
    expectProblem(await issue(), 409, 'conflict')
    const [row] = await fixture.sql<
      { text: string }[]
    >`select idempotency_keys::text as text from idempotency_keys`
    expect(row?.text).not.to.include(body.token.split('.')[2])
    expect(await fixture.sql`select from device_tokens`).to.have.length(1)
  })

  it('a stored fingerprint does not depend on the password', async () => {
    for (const password of ['first-password', 'second-password']) {
      const body = { email: 'a@example.org', password }
      const headers = { 'idempotency-key': password.slice(0, 5) }
      expect((await fixture.call('POST', '/api/users', { body, headers })).status).to.equal(201)
      await fixture.sql`delete from users where email = 'a@example.org'`
    }
    const rows = await fixture.sql<{ fingerprint: Buffer }[]>`select fingerprint from idempotency_keys`
    const [one, two] = rows.map(({ fingerprint }) => fingerprint.toString('hex'))
    expect(one).to.be.a('string').and.equal(two)
  })

  it('a command parameter called password distinguishes requests', async () => {
    const command = (password: string) =>
      fixture.call('POST', '/api/vehicles/v1/commands', {
        body: { name: 'wifi', params: { password } },
        headers: { 'idempotency-key': 'w' },
      })
    await fixture.call('POST', '/api/vehicles', { body: { key: 'v1' } })
    expect((await command('A')).status).to.equal(201)
    expectProblem(await command('B'), 409, 'conflict')
  })

  it('a request that is nested too deeply is refused', async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'v1' } })
    const raw = `{"name":"x","params":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`
    const headers = { 'idempotency-key': 'deep', 'content-type': 'application/json' }
    const answer = await fixture.call('POST', '/api/vehicles/v1/commands', { raw, headers })
    expectProblem(answer, 400, 'invalid_request', ['/params'])
  })

  it('keys are forgotten after a day, or when their process has died', async () => {
    await post({ key: 'v1' }, 'a')
    await fixture.sql`update idempotency_keys set created_at = now() - interval '25 h'`
    expectProblem(await post({ key: 'v1' }, 'a'), 409, 'conflict', ['/key'])
    await fixture.sql`
      insert into idempotency_keys (actor, key, fingerprint, created_at)
      values ('admin:1', 'b', '', now() - interval '3 minutes')`
    expect((await post({ key: 'v2' }, 'b')).status).to.equal(201)
  })

  it('a key that is too long or contains a blank is refused', async () => {
    for (const key of ['x'.repeat(101), 'a b']) {
      expectProblem(await post({ key: 'v1' }, key), 400, 'invalid_request')
    }
  })
})
