import { expect } from 'chai'
import { createSession, type Session } from '../../../dashboard/session/session.ts'
import { eventually } from '../../support/eventually.ts'
import { openFixture, type Fixture } from '../../api/fixture.ts'

const EMAIL = 'kim@localhost'
const PASSWORD = 'a good password'

describe('the session of a page', () => {
  let fixture: Fixture
  let session: Session
  /** the browser's cookie */
  let cookie = ''
  /** the requests, such as `POST /api/session` */
  let sent: string[] = []
  let isAway = false
  /** This many requests get an invalid token, as if theirs had expired. */
  let spoiled = 0

  before(async () => {
    fixture = await openFixture({ loginLimit: { failuresPerMinuteMax: 3 } })
    await fixture.call('POST', '/api/users', { body: { email: EMAIL, password: PASSWORD } })
  })
  after(() => fixture.close())
  afterEach(() => session.close())

  beforeEach(() => {
    cookie = ''
    isAway = false
    spoiled = 0
    session = open()
  })

  /** Opens a page of the browser. */
  function open(): Session {
    sent = []
    session?.close()
    return createSession({ origin: fixture.url, fetch: browse })
  }

  async function browse(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    sent.push(`${request.method} ${pathname}`)
    if (isAway) throw new TypeError('fetch failed')
    if (pathname === '/api/session' && cookie) request.headers.set('cookie', cookie)
    if (request.headers.has('authorization') && spoiled-- > 0)
      request.headers.set('authorization', 'Bearer over')
    const response = await fetch(request)
    const [set] = response.headers.getSetCookie()
    if (set !== undefined) cookie = set.includes('Max-Age=0') ? '' : (set.split(';')[0] ?? '')
    return response
  }

  const me = (signal?: AbortSignal) =>
    session.fetch(new Request(`${fixture.url}/api/me`, { ...(signal && { signal }) }))
  it('a session starts logged out in a browser without a login', async () => {
    expect(session.state.value).to.equal('starting')
    await session.start()
    expect(session.state.value).to.equal('out')
  })

  it('after a login, every request carries the token', async () => {
    expect(await session.login(EMAIL, PASSWORD, true)).to.deep.equal({ outcome: 'in' })
    expect(session.state.value).to.equal('in')
    expect(await (await me()).json()).to.include({ email: EMAIL })
  })

  it('a session starts logged in if the browser has a login', async () => {
    await session.login(EMAIL, PASSWORD, true)
    session = open()
    await session.start()
    expect(session.state.value).to.equal('in')
    expect((await me()).status).to.equal(200)
  })

  it('a session starts later if the server did not respond at first', async () => {
    isAway = true
    await session.start()
    expect(session.state.value).to.equal('away')
    isAway = false
    await session.start()
    expect(session.state.value).to.equal('out')
  })

  it('a login distinguishes a wrong password from a server that is away', async () => {
    expect(await session.login(EMAIL, 'a bad password', true)).to.deep.equal({ outcome: 'refused' })
    isAway = true
    expect((await session.login(EMAIL, PASSWORD, true)).outcome).to.equal('away')
  })

  it('a refused token is renewed once for all waiting requests, which are then repeated', async () => {
    await session.login(EMAIL, PASSWORD, true)
    sent = []
    spoiled = 3
    const answers = await Promise.all([me(), me(), me()])
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200])
    expect(sent.filter((it) => it === 'POST /api/session')).to.have.length(1)
  })

  it('a repeated request sends its body again', async () => {
    await session.login(EMAIL, PASSWORD, true)
    spoiled = 1
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'Kim' })
    const request = new Request(`${fixture.url}/api/me`, { method: 'PATCH', headers, body })
    expect(await (await session.fetch(request)).json()).to.include({ name: 'Kim' })
  })

  it('a request is repeated only once', async () => {
    await session.login(EMAIL, PASSWORD, true)
    spoiled = 2
    expect((await me()).status).to.equal(401)
  })

  it('requests wait for the login that they need and then continue', async () => {
    await session.login(EMAIL, PASSWORD, false)
    expect(cookie).to.equal('')
    spoiled = 1
    const answer = me()
    await eventually('the session is over', () => session.state.value === 'over')
    await session.login(EMAIL, PASSWORD, false)
    expect((await answer).status).to.equal(200)
    expect(session.state.value).to.equal('in')
  })

  it('an aborted request does not wait for the login', async () => {
    await session.login(EMAIL, PASSWORD, false)
    spoiled = 1
    const controller = new AbortController()
    const answer = me(controller.signal).catch((error: unknown) => error)
    await eventually('the session is over', () => session.state.value === 'over')
    controller.abort()
    expect(await answer).to.have.property('name', 'AbortError')
  })

  it('a request gets the 401 if the token cannot be renewed', async () => {
    await session.login(EMAIL, PASSWORD, true)
    await fixture.sql`alter table sessions rename to sessions_away`
    try {
      spoiled = 1
      expect((await me()).status).to.equal(401)
      expect(session.state.value).to.equal('in')
    } finally {
      await fixture.sql`alter table sessions_away rename to sessions`
    }
  })

  it('a logout ends the session of this browser', async () => {
    await session.login(EMAIL, PASSWORD, true)
    const before = cookie
    expect(await session.logout()).to.equal(true)
    expect([session.state.value, cookie]).to.deep.equal(['out', ''])
    cookie = before
    session = open()
    await session.start()
    expect(session.state.value).to.equal('out')
  })

  it('a session is not logged out if the server was not reached', async () => {
    await session.login(EMAIL, PASSWORD, true)
    isAway = true
    expect(await session.logout()).to.equal(false)
    expect(session.state.value).to.equal('in')
  })

  it('a login reports how long to wait after too many attempts', async () => {
    const outcomes = []
    for (let i = 0; i < 4; i++) outcomes.push(await session.login(EMAIL, 'a bad password', true))
    const last = outcomes.at(-1)
    expect(last?.outcome).to.equal('locked out')
    expect(last).to.have.property('waitS').that.is.within(1, 60)
  })
})
