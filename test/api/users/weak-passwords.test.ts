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

describe('passwords that are easy to guess', () => {
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
    it(`an administrator cannot set a weak password: ${what}`, async () => {
      refused(await fixture.call('PATCH', '/api/users/2', { body: { password } }))
    })
  }

  it('a weak password is refused wherever one is set', async () => {
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

  it('a password is compared with the new address in the same request', async () => {
    const body = { email: 'dolores@example.org', password: 'dolores-is-new' }
    refused(await fixture.call('PATCH', '/api/users/2', { body }))
    const short = { email: 'al@example.org', password: 'my al@example.org' }
    refused(await fixture.call('PATCH', '/api/users/2', { body: short }))
  })

  it('choosing a weak password does not count as a failed login', async () => {
    const { body } = await logIn()
    for (let n = 0; n < 12; n++) {
      const change = { current: PASSWORD, password: 'basketball' }
      refused(await fixture.call('PUT', '/api/me/password', { token: body.token, body: change }))
    }
  })

  it('a weak ADMIN_PASSWORD ends the first start, and is ignored afterwards', async () => {
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

  it('a long password of common words is accepted', async () => {
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
