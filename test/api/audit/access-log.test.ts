import { expect } from 'chai'
import { createAccessLog } from '../../../api/audit/access-log.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openFixture, type Fixture } from '../fixture.ts'

const EMAIL = 'kim@example.org'
const PASSWORD = 'a long enough sentence'

interface Entry {
  actor: string
  action: string
  subject: string
  before: object | null
  after: Record<string, unknown> | null
  address: string
}

describe('audit log of logins and reads', () => {
  let fixture: Fixture
  let id: number
  // Tokens issued in the future are not valid.
  let nowMs = Date.now() - 1_800_000
  before(async () => {
    fixture = await openFixture({ now: () => nowMs })
    const { body } = await fixture.call('POST', '/api/users', { body: { email: EMAIL, password: PASSWORD } })
    id = body.id
  })
  after(() => fixture.close())

  const login = (body: object = {}) =>
    fixture.call('POST', '/api/login', { token: null, body: { email: EMAIL, password: PASSWORD, ...body } })
  async function entries(action: string, query = ''): Promise<Entry[]> {
    const { body } = await fixture.call('GET', `/api/audit-log?${query}`)
    return body.items.filter((it: Entry) => it.action === action)
  }
  beforeEach(() => {
    // Otherwise events of an earlier test would be counted in a row that no longer exists.
    nowMs += 60_000
    return fixture.sql`truncate audit_log`
  })

  it('logins by password and cookie, and logouts, are logged with user and address', async () => {
    const { headers } = await login({ remember: true })
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
    await fixture.call('POST', '/api/session', { token: null, headers: { cookie } })
    await fixture.call('DELETE', '/api/session', { token: null, headers: { cookie } })
    const found = await entries('user.login', `subject=user:${id}`)
    expect(found.map(({ after }) => after)).to.deep.equal([
      { by: 'session', count: 1 },
      { by: 'password', count: 1 },
    ])
    for (const it of found) expect(it).to.include({ actor: `user:${id}`, address: '127.0.0.1', before: null })
    expect(await entries('user.logout', `subject=user:${id}`)).to.have.length(1)
  })

  it('failed logins are logged with their number, for known and unknown users', async () => {
    for (let n = 0; n < 3; n++) await login({ password: 'wrong' })
    await login({ email: 'NOBODY@example.org' })
    const [unknown, known, ...others] = await entries('user.login_failed')
    expect(known).to.deep.include({ actor: 'anonymous', subject: `user:${id}`, after: { count: 3 } })
    expect(unknown).to.deep.include({ subject: 'email:nobody@example.org', after: { count: 1 } })
    expect(others).to.deep.equal([])
    expect(await entries('user.login')).to.deep.equal([])
  })

  it('a wrong current password is logged as a failed login', async () => {
    const { body } = await login()
    const change = { current: 'wrong', password: 'another long sentence' }
    await fixture.call('PUT', '/api/me/password', { token: body.token, body: change })
    expect((await entries('user.login_failed'))[0]).to.include({ actor: `user:${id}`, subject: `user:${id}` })
  })

  it('an issued MQTT token is logged without the token itself', async () => {
    const { body } = await fixture.call('POST', '/api/mqtt-tokens')
    const [issued] = await entries('token.issue')
    expect(issued).to.deep.include({ actor: 'user:1', subject: 'user:1', after: { aud: 'mqtt', count: 1 } })
    expect(JSON.stringify(issued)).not.to.include(body.token)
  })

  it('an export is logged with its vehicles, format and period', async () => {
    for (const key of ['v1', 'v2']) await fixture.call('POST', '/api/vehicles', { body: { key } })
    const path = '/api/telemetry/export?format=csv'
    expect((await fixture.call('GET', `${path}&vehicles=v1&from=2026-01-01T00:00:00Z`)).status).to.equal(200)
    await fixture.call('GET', `${path}&vehicles=v1,v2`)
    await fixture.call('GET', `${path}&vehicles=none`)
    const found = await entries('telemetry.export')
    expect(found.map(({ subject, after }) => ({ subject, after }))).to.deep.equal([
      { subject: 'telemetry', after: { format: 'csv', vehicles: 2, keys: ['v1', 'v2'], count: 1 } },
      { subject: 'vehicle:v1', after: { format: 'csv', from: '2026-01-01T00:00:00Z', count: 1 } },
    ])
  })

  it("reading a dead letter's payload is logged, listing dead letters is not", async () => {
    const [letter] = await fixture.sql<{ id: number }[]>`
      insert into rejected_messages (received_at, code, problems, payload)
      values (now(), 'bad_json', '[]', 'x') returning id`
    await fixture.call('GET', '/api/dead-letters')
    expect(await entries('dead_letter.read')).to.have.length(0)
    await fixture.call('GET', '/api/dead-letters?payload=true')
    await fixture.call('GET', `/api/dead-letters/${letter?.id}`)
    const subjects = (await entries('dead_letter.read')).map(({ subject }) => subject)
    expect(subjects).to.deep.equal([`dead-letter:${letter?.id}`, 'dead-letters'])
  })

  it('a token is sent only after its login or issue is recorded', async () => {
    await fixture.sql`alter table audit_log rename to audit_log_away`
    const answers = [await login(), await fixture.call('POST', '/api/mqtt-tokens')]
    await fixture.sql`alter table audit_log_away rename to audit_log`
    for (const { status, body } of answers) {
      expect(status).to.equal(500)
      expect(body).not.to.have.property('token')
    }
    expect((await login()).status).to.equal(200)
    expect(await entries('user.login')).to.have.length(1)
  })
})

describe('access log', () => {
  let database: TestDatabase
  let nowMs = 60_000
  before(async () => (database = await openTestDatabase()))
  after(() => database.drop())
  beforeEach(async () => {
    nowMs += 60_000
    await database.sql`truncate audit_log`
  })

  const open = () => createAccessLog({ sql: database.sql, now: () => nowMs })
  const at = (address: string) => ({ caller: undefined, requestId: 'r', address })
  const rows = () => database.sql<{ subject: string; count: number; address: string }[]>`
    select subject, (after ->> 'count')::int as count, address from audit_log order by id`

  it('repetitions of an address within a minute are counted in one row', async () => {
    const log = open()
    const fail = (address = '192.0.2.1') =>
      log.note(at(address), { action: 'user.login_failed', subject: 'user:1' })
    await Promise.all(Array.from({ length: 50 }, () => fail()))
    await fail('192.0.2.2')
    expect([...(await rows())]).to.deep.equal([
      { subject: 'user:1', count: 50, address: '192.0.2.1' },
      { subject: 'user:1', count: 1, address: '192.0.2.2' },
    ])
    nowMs += 60_000
    await fail()
    expect(await rows()).to.have.length(3)
  })

  it('one address or user gets at most 61 rows a minute, including one for the rest', async () => {
    const log = open()
    for (let n = 0; n < 100; n++)
      await log.note(at('192.0.2.1'), { action: 'user.login_failed', subject: `email:${n}@example.org` })
    for (let n = 0; n < 100; n++)
      await log.note(at('192.0.2.1'), { action: 'telemetry.export', subject: `vehicle:v${n}`, userId: 7 })
    const found = await rows()
    expect(found).to.have.length(122)
    expect(found.filter(({ subject }) => subject === 'others').map(({ count }) => count)).to.deep.equal([
      40, 40,
    ])
  })

  it('attempts from many networks fill a bounded number of rows, and all are counted', async () => {
    const log = open()
    for (let n = 0; n < 300; n++)
      await log.note(at(`2001:db8:0:${n.toString(16)}::1`), {
        action: 'user.login_failed',
        subject: 'user:1',
      })
    const found = await rows()
    expect(found).to.have.length(121)
    expect(found.reduce((sum, { count }) => sum + count, 0)).to.equal(300)
    await log.note(at('192.0.2.1'), { action: 'telemetry.export', subject: 'vehicle:v', userId: 7 })
    expect((await rows()).at(-1)).to.deep.include({ subject: 'vehicle:v', count: 1 })
  })
})
