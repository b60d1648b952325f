import { expect } from 'chai'
import { ensureAdmin } from '../../../api/users/first-admin.ts'
import { createLog } from '../../../kit/log.ts'
import { failureOf } from '../../support/failure.ts'
import { openTestDatabase } from '../../support/database.ts'
import { expectProblem, openFixture, type Answer, type Fixture } from '../fixture.ts'

const EMAIL = 'kimberly@example.org'
const PASSWORD = 'a long enough sentence'

const WEAK = {
  'a common password': 'qwertyuiop',
  'one in capitals': 'QWERTYUIOP',
  'one with a year and a mark': 'Summer2026!',
  'one with digits for letters': 'p@$$w0rd1!',
  'one twice': 'trustno1trustno1',
  'one character again and again': 'aaaaaaaaaaaa',
  'neighbouring characters': 'abcdefghijkl',
  'the e-mail address': EMAIL,
  'the e-mail address and more': `my ${EMAIL.toUpperCase()} of old`,
  'its local part and more': 'Kimberly-and-more',
}

describe('a password that is easy to guess', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture({ allowRegistration: true })
    const { status } = await fixture.call('POST', '/api/users', {
      body: { email: EMAIL, password: PASSWORD },
    })
    expect(status).to.equal(201)
  })
  after(() => fixture.close())

  const refused = (answer: Answer) => expectProblem(answer, 400, 'invalid_request', ['/password'])
  const logIn = () =>
    fixture.call('POST', '/api/login', { token: null, body: { email: EMAIL, password: PASSWORD } })

  for (const [what, password] of Object.entries(WEAK)) {
    it(`is refused when an administrator sets it: ${what}`, async () => {
      refused(await fixture.call('PATCH', '/api/users/2', { body: { password } }))
    })
  }

  it('is refused wherever a password is set', async () => {
    const password = 'basketball'
    const account = { email: 'new@example.org', password }
    refused(await fixture.call('POST', '/api/users', { body: account }))
    refused(await fixture.call('POST', '/api/register', { token: null, body: account }))
    const { body } = await logIn()
    const change = { current: PASSWORD, password }
    refused(await fixture.call('PUT', '/api/me/password', { token: body.token, body: change }))
    expect((await logIn()).status).to.equal(200)
    const [{ count } = { count: 0 }] = await fixture.sql<{ count: number }[]>`
      select count(*)::int as count from users`
    expect(count).to.equal(2)
  })

  it('is refused with the address that the same request gives the user', async () => {
    const body = { email: 'dolores@example.org', password: 'dolores-is-new' }
    refused(await fixture.call('PATCH', '/api/users/2', { body }))
    const short = { email: 'al@example.org', password: 'my al@example.org' }
    refused(await fixture.call('PATCH', '/api/users/2', { body: short }))
  })

  it('counts as no failed login of the one that chooses it', async () => {
    const { body } = await logIn()
    for (let n = 0; n < 12; n++) {
      const change = { current: PASSWORD, password: 'basketball' }
      refused(await fixture.call('PUT', '/api/me/password', { token: body.token, body: change }))
    }
  })

  it('ends the first start, unless there is an administrator already', async () => {
    const database = await openTestDatabase()
    const ensure = (password: string) =>
      ensureAdmin({ sql: database.sql, log: createLog('api', 'silent'), email: 'admin@localhost', password })
    const error = await failureOf(ensure('administrator1'))
    expect(error).to.have.property('code', 'bad_settings')
    expect(String(error)).to.include('ADMIN_PASSWORD contains the e-mail address')
    await ensure(PASSWORD)
    await ensure('administrator1')
    await database.drop()
  })

  it('is not one that is merely long and of words', async () => {
    for (const password of [
      'correct horse battery',
      'qwertyuiop of the north',
      '4815-bahn-kette',
      'x1'.repeat(9) + 'z',
    ])
      expect((await fixture.call('PATCH', '/api/users/2', { body: { password } })).status, password).to.equal(
        200,
      )
  })
})
