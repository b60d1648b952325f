import { expect } from 'chai'
import { readClaims, type Claims } from '../../../contract/claims.ts'
import { addUser, expectProblem, openFixture, waitForLocks, type Answer, type Fixture } from '../fixture.ts'

const EMAIL = 'kim@example.org'
const PASSWORD = 'a long enough password'

describe('user accounts', () => {
  let fixture: Fixture
  let nowMs: number
  beforeEach(async () => {
    nowMs = Date.now()
    fixture = await openFixture({ now: () => nowMs, loginLimit: { failuresPerMinuteMax: 3 }, trustProxy: 1 })
  })
  afterEach(() => fixture.close())

  const create = (body: object = {}) =>
    fixture.call('POST', '/api/users', { body: { email: EMAIL, password: PASSWORD, ...body } })
  const login = (body: object = {}, headers = {}) =>
    fixture.call('POST', '/api/login', {
      token: null,
      body: { email: EMAIL, password: PASSWORD, ...body },
      headers,
    })
  const me = (token: string) => fixture.call('GET', '/api/me', { token })
  /** Lets a second pass, the time for which data of a user is cached. */
  const forget = () => (nowMs += 1001)
  const cookieOf = ({ headers }: Answer) => headers.get('set-cookie')?.split(';')[0] ?? ''
  const session = (method: string, cookie: string) =>
    fixture.call(method, '/api/session', { token: null, headers: { cookie } })

  it('a user created by an administrator is shown without a secret, and can log in', async () => {
    const made = await create({ name: 'Kim' })
    expect(made.status).to.equal(201)
    expect(made.body).to.have.all.keys('id', 'email', 'name', 'role', 'created_at')
    expect(made.body).to.include({ email: EMAIL, name: 'Kim', role: 'user' })
    expect(made.headers.get('location')).to.equal(`/api/users/${made.body.id}`)
    const { body } = await login()
    expect((await me(body.token)).body).to.deep.equal(made.body)
    expect((await fixture.call('GET', `/api/users/${made.body.id}`)).body).to.deep.equal(made.body)
    const { body: page } = await fixture.call('GET', '/api/users')
    expect(page.items.map((it: { id: number }) => it.id)).to.deep.equal([1, made.body.id])
  })

  it('a user needs an unused e-mail address and a long password', async () => {
    await create()
    expectProblem(await create({ email: EMAIL.toUpperCase() }), 409, 'conflict', ['/email'])
    expectProblem(await create({ email: 'nobody' }), 400, 'invalid_request', ['/email'])
    expectProblem(await create({ email: 'a@b', password: 'short' }), 400, 'invalid_request', ['/password'])
    expectProblem(await create({ email: 'a@b', role: 'service' }), 400, 'invalid_request', ['/role'])
  })

  it('a user is logged out everywhere by a new role, not by a new name', async () => {
    const { body: user } = await create()
    const { body } = await login()
    const patch = (change: object) => fixture.call('PATCH', `/api/users/${user.id}`, { body: change })
    expect((await patch({ name: 'Kim' })).body).to.include({ name: 'Kim', role: 'user' })
    forget()
    expect((await me(body.token)).status).to.equal(200)
    expect((await patch({ role: 'admin' })).body).to.include({ role: 'admin' })
    forget()
    expectProblem(await me(body.token), 401, 'unauthorized')
    const again = await login()
    expect((await me(again.body.token)).body).to.include({ role: 'admin' })
  })

  it("a token ends when its user's role is changed in the database", async () => {
    const admin = await addUser(fixture.sql, 'admin')
    expect((await fixture.call('GET', '/api/users', { token: admin.token })).status).to.equal(200)
    await fixture.sql`update users set role = 'user' where id = ${admin.id}`
    forget()
    expectProblem(await fixture.call('GET', '/api/users', { token: admin.token }), 401, 'unauthorized')
  })

  it("a deleted user is logged out, and the user's vehicles and devices stay", async () => {
    const { body: user } = await create()
    const { body } = await login()
    await fixture.call('POST', '/api/vehicles', { token: body.token, body: { key: 'v1' } })
    expect((await fixture.call('DELETE', `/api/users/${user.id}`)).status).to.equal(200)
    forget()
    expectProblem(await me(body.token), 401, 'unauthorized')
    expect((await fixture.call('GET', '/api/vehicles/v1')).status).to.equal(200)
    expectProblem(await fixture.call('DELETE', `/api/users/${user.id}`), 404, 'not_found')
  })

  it('there is always an administrator', async () => {
    expectProblem(await fixture.call('DELETE', '/api/users/1'), 409, 'conflict')
    expectProblem(await fixture.call('PATCH', '/api/users/1', { body: { role: 'user' } }), 409, 'conflict')
    const other = await addUser(fixture.sql, 'admin')
    const [one, two] = await Promise.all([
      fixture.call('DELETE', `/api/users/${other.id}`),
      fixture.call('DELETE', '/api/users/1', { token: other.token }),
    ])
    expect([one?.status, two?.status]).not.to.deep.equal([200, 200])
    const left = await fixture.sql`select from users where role = 'admin'`
    expect(left.length).to.equal(1)
  })

  it('users change their name, and a new password logs them out everywhere', async () => {
    await create()
    const { body } = await login({ remember: true })
    const { token } = body
    expect((await fixture.call('PATCH', '/api/me', { token, body: { name: 'K' } })).body).to.include({
      name: 'K',
    })
    expectProblem(
      await fixture.call('PATCH', '/api/me', { token, body: { role: 'admin' } }),
      400,
      'invalid_request',
    )
    const put = (current: string, password: string) =>
      fixture.call('PUT', '/api/me/password', { token, body: { current, password } })
    expectProblem(await put('wrong', 'another long password'), 403, 'forbidden', ['/current'])
    expectProblem(await put(PASSWORD, 'short'), 400, 'invalid_request', ['/password'])
    expect((await put(PASSWORD, 'another long password')).status).to.equal(204)
    forget()
    expectProblem(await me(token), 401, 'unauthorized')
    expectProblem(await login(), 401, 'unauthorized')
    expect((await login({ password: 'another long password' })).status).to.equal(200)
  })

  it('a login is refused while its password is changed or its session ended', async () => {
    const { body: user } = await create()
    const cookie = cookieOf(await login({ remember: true }))
    let late: Promise<Answer>[] = []
    await fixture.sql.begin(async (tx) => {
      await tx`update users set password_hash = '', tokens_valid_from = now() where id = ${user.id}`
      late = [login({ remember: true }), session('POST', cookie)]
      await waitForLocks(fixture.sql, 2)
      await tx`delete from sessions where user_id = ${user.id}`
    })
    for (const answer of await Promise.all(late)) expectProblem(answer, 401, 'unauthorized')
    expect(await fixture.sql`select from sessions`).to.have.length(0)
  })

  it('a token is dated before its login was looked up, so that revocations end it', async () => {
    const { body: user } = await create()
    const cookie = cookieOf(await login({ remember: true }))
    const atS = Math.floor(nowMs / 1000)
    let late: Promise<Answer>[] = []
    await fixture.sql.begin(async (tx) => {
      await tx`select from users where id = ${user.id} for update`
      late = [login(), session('POST', cookie)]
      await waitForLocks(fixture.sql, 2)
      nowMs += 5000
    })
    for (const { body } of await Promise.all(late))
      expect((readClaims(fixture.jwt.verify(body.token), 'api') as Claims).iat).to.equal(atS)
  })

  it('a password changed by someone else in the meantime is not overwritten', async () => {
    const { body: user } = await create()
    const { body } = await login()
    let late: Promise<Answer> | undefined
    await fixture.sql.begin(async (tx) => {
      await tx`update users set password_hash = 'another' where id = ${user.id}`
      const change = { current: PASSWORD, password: `${PASSWORD}, a new one` }
      late = fixture.call('PUT', '/api/me/password', { token: body.token, body: change })
      await waitForLocks(fixture.sql, 1)
    })
    expectProblem((await late) as Answer, 403, 'forbidden', ['/current'])
    const [row] = await fixture.sql`select password_hash as hash from users where id = ${user.id}`
    expect(row?.['hash']).to.equal('another')
  })

  it('a password of unpaired surrogates is refused', async () => {
    const password = String.fromCharCode(...Array.from({ length: 10 }, () => 0xd800))
    expectProblem(await create({ password }), 400, 'invalid_request', ['/password'])
  })

  it('a stolen token cannot be used to guess the current password for long', async () => {
    await create()
    const { token } = (await login()).body
    const body = { current: 'wrong', password: 'another long password' }
    const statuses = []
    for (let n = 0; n < 4; n++)
      statuses.push((await fixture.call('PUT', '/api/me/password', { token, body })).status)
    expect(statuses).to.deep.equal([403, 403, 403, 429])
  })

  describe('user sessions in a browser', () => {
    it('a session cookie that no script and no other site can use renews tokens', async () => {
      await create()
      const answer = await login({ remember: true })
      const header = answer.headers.get('set-cookie') ?? ''
      for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/api/session']) expect(header).to.include(part)
      expect(header).not.to.include('Secure')
      const secure = await login(
        { remember: true },
        { 'x-forwarded-proto': 'https', 'x-forwarded-for': '9.9.9.9' },
      )
      expect(secure.headers.get('set-cookie')).to.include('; Secure')
      const renewed = await session('POST', cookieOf(answer))
      expect(renewed.status).to.equal(200)
      expect((await me(renewed.body.token)).body).to.include({ email: EMAIL })
      const [row] = await fixture.sql<{ text: string }[]>`select sessions::text as text from sessions limit 1`
      expect(row?.text).not.to.include(cookieOf(answer).split('.')[1])
    })

    it('a logout ends its own session and no other', async () => {
      await create()
      const [here, there] = [
        cookieOf(await login({ remember: true })),
        cookieOf(await login({ remember: true })),
      ]
      expect((await session('DELETE', here)).status).to.equal(204)
      expectProblem(await session('POST', here), 401, 'unauthorized')
      expect((await session('POST', there)).status).to.equal(200)
    })

    it('a user can log out everywhere, and log in again at once', async () => {
      await create()
      const first = await login({ remember: true })
      const { token } = first.body
      expect((await fixture.call('POST', '/api/me/logout-everywhere', { token })).status).to.equal(204)
      const again = await login()
      forget()
      expectProblem(await session('POST', cookieOf(first)), 401, 'unauthorized')
      expectProblem(await me(token), 401, 'unauthorized')
      expect((await me(again.body.token)).status).to.equal(200)
    })

    it('a session ends after thirty days without a visit', async () => {
      await create()
      nowMs = Date.now() - 31 * 86_400_000
      const cookie = cookieOf(await login({ remember: true }))
      expectProblem(await session('POST', cookie), 401, 'unauthorized')
    })

    it('a user has at most twenty sessions', async () => {
      await create()
      const oldest = cookieOf(await login({ remember: true }))
      for (let n = 0; n < 20; n++) await login({ remember: true })
      expect(await fixture.sql`select from sessions`).to.have.length(20)
      expectProblem(await session('POST', oldest), 401, 'unauthorized')
    })

    it('a forged cookie is refused, even with a known session id', async () => {
      await create()
      const [name, id] = cookieOf(await login({ remember: true })).split(/[=.]/)
      const forged = `${name}=${id}.${'A'.repeat(43)}`
      expectProblem(await session('POST', forged), 401, 'unauthorized')
      expect((await session('DELETE', forged)).status).to.equal(204)
      expect(await fixture.sql`select from sessions`).to.have.length(1)
      for (const value of ['', 'x', `${crypto.randomUUID()}.${'A'.repeat(43)}`, `'; drop table users;.x`]) {
        expectProblem(await session('POST', `fleetwire_session=${value}`), 401, 'unauthorized')
      }
    })
  })

  describe('registration', () => {
    const register = (it: Fixture, body: object = {}) =>
      it.call('POST', '/api/register', { token: null, body: { email: EMAIL, password: PASSWORD, ...body } })

    it('only administrators create users unless registration is open', async () => {
      expectProblem(await register(fixture), 403, 'forbidden')
    })

    it('registered users never have the role admin, and one address cannot register many', async () => {
      const open = await openFixture({ allowRegistration: true, loginLimit: { failuresPerMinuteMax: 3 } })
      try {
        expectProblem(await register(open, { role: 'admin' }), 400, 'invalid_request', ['/role'])
        const made = await register(open)
        expect(made.status).to.equal(201)
        expect(made.body).to.include({ role: 'user' })
        expectProblem(await register(open), 409, 'conflict', ['/email'])
        await register(open, { email: 'b@example.org' })
        expectProblem(await register(open, { email: 'c@example.org' }), 429, 'too_many_requests')
      } finally {
        await open.close()
      }
    })
  })
})
