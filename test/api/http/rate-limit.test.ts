import { expect } from 'chai'
import { expectProblem, openFixture, type Fixture } from '../fixture.ts'

describe('rate limits of the API', () => {
  let fixture: Fixture
  let nowMs = Date.now()
  before(async () => {
    fixture = await openFixture({ now: () => nowMs, loginLimit: { failuresPerMinuteMax: 2 } })
  })
  after(() => fixture.close())

  const login = () =>
    fixture.call('POST', '/api/login', { token: null, body: { email: 'a@b', password: 'wrong' } })

  it('replies of a limited operation report its limit', async () => {
    const told = []
    for (let n = 0; n < 3; n++) {
      const { status, headers } = await login()
      expect(headers.get('ratelimit-policy')).to.equal('"failed-logins";q=2;w=60')
      told.push([status, headers.get('ratelimit')])
      nowMs += 1000
    }
    expect(told).to.deep.equal([
      [401, '"failed-logins";r=1;t=60'],
      [401, '"failed-logins";r=0;t=59'],
      [429, '"failed-logins";r=0;t=58'],
    ])
  })

  it('a limit is full again when its time is over', async () => {
    const refused = await login()
    expectProblem(refused, 429, 'too_many_requests')
    nowMs += Number(refused.headers.get('retry-after')) * 1000
    const { status, headers } = await login()
    expect([status, headers.get('ratelimit')]).to.deep.equal([401, '"failed-logins";r=1;t=60'])
  })

  it('replies of other operations report no limit', async () => {
    expect((await fixture.call('GET', '/api/vehicles')).headers.get('ratelimit')).to.equal(null)
  })
})
