import { expect } from 'chai'
import { createJwt } from '../../../kit/jwt.ts'
import { expectProblem, makeToken, openFixture, type Fixture } from '../fixture.ts'

const CLOSED: [string, string][] = [
  ['POST', '/api/vehicles'],
  ['GET', '/api/vehicles'],
  ['GET', '/api/vehicles/v1'],
  ['POST', '/api/devices'],
  ['GET', '/api/devices'],
  ['GET', '/api/devices/d1'],
  ['PUT', '/api/devices/d1/public-key'],
  ['DELETE', '/api/devices/d1/public-key'],
  ['POST', '/api/devices/d1/tokens'],
  ['DELETE', '/api/devices/d1/tokens/00000000-0000-4000-8000-000000000000'],
  ['POST', '/api/device-tokens'],
  ['POST', '/api/mqtt-tokens'],
  ['PATCH', '/api/vehicles/v1'],
  ['DELETE', '/api/vehicles/v1'],
  ['PATCH', '/api/devices/d1'],
  ['DELETE', '/api/devices/d1'],
  ['GET', '/api/devices/d1/tokens'],
  ['DELETE', '/api/devices/d1/tokens'],
  ['GET', '/api/me'],
  ['PATCH', '/api/me'],
  ['PUT', '/api/me/password'],
  ['POST', '/api/me/logout-everywhere'],
  ['POST', '/api/users'],
  ['GET', '/api/users'],
  ['GET', '/api/users/1'],
  ['PATCH', '/api/users/1'],
  ['DELETE', '/api/users/1'],
  ['POST', '/api/grants'],
  ['GET', '/api/grants'],
  ['PATCH', '/api/grants/1'],
  ['DELETE', '/api/grants/1'],
  ['GET', '/api/audit-log'],
  ['GET', '/api/dead-letters'],
  ['GET', '/api/dead-letters/summary'],
  ['DELETE', '/api/dead-letters'],
  ['DELETE', '/api/dead-letters/1'],
  ['POST', '/api/vehicles/import'],
  ['POST', '/api/devices/import'],
  ['GET', '/api/dead-letters/1'],
]

/** Open to every logged-in user, and limited to the vehicles they may see. */
const FOR_USERS: [string, string][] = [
  ['GET', '/api/positions'],
  ['GET', '/api/live'],
  ['GET', '/api/latest'],
  ['GET', '/api/vehicles/v1/latest'],
  ['GET', '/api/telemetry'],
  ['GET', '/api/telemetry/export'],
  ['GET', '/api/vehicles/v1/telemetry'],
  ['GET', '/api/vehicles/v1/position'],
  ['GET', '/api/journeys'],
  ['GET', '/api/vehicles/v1/journeys'],
]

describe('API access', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())

  const forged = createJwt('another secret, just as long as ours').sign({
    aud: 'api',
    role: 'admin',
    sub: '1',
  })
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged.split('.')[1]}.`
  const refusedTokens: [string, string | null][] = [
    ['no token', null],
    ['an expired token', makeToken({ lifetimeS: -61 })],
    ['an MQTT token', makeToken({ aud: 'mqtt' })],
    ["a device's token", makeToken({ aud: 'mqtt', role: 'device', sub: 'd1' })],
    ['a token signed with another secret', forged],
    ['an unsigned token', unsigned],
    ['a token of another issuer', makeToken({ iss: 'someone' })],
    ['noise', 'noise'],
  ]
  for (const [name, token] of refusedTokens) {
    it(`${name} gets 401 and a challenge on each route`, async () => {
      for (const [method, path] of [...CLOSED, ...FOR_USERS]) {
        const answer = await fixture.call(method, path, { token })
        expectProblem(answer, 401, 'unauthorized')
        expect(answer.headers.get('www-authenticate'), path).to.match(/^Bearer realm="fleetwire"/)
      }
    })
  }

  it('a token with the role `device` gets 403 on each route', async () => {
    const token = makeToken({ role: 'device' })
    for (const [method, path] of [...CLOSED, ...FOR_USERS]) {
      expectProblem(await fixture.call(method, path, { token }), 403, 'forbidden')
    }
  })

  it('the token is checked before the body is read', async () => {
    const call = { token: null, raw: '{', headers: { 'content-type': 'text/plain' } }
    expectProblem(await fixture.call('POST', '/api/vehicles', call), 401, 'unauthorized')
  })

  it('an Authorization header with a scheme other than Bearer is refused', async () => {
    const headers = { authorization: `Basic ${makeToken()}` }
    expectProblem(await fixture.call('GET', '/api/vehicles', { token: null, headers }), 401, 'unauthorized')
  })

  it('health checks and metrics need no token', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await fixture.call('GET', path, { token: null })).status).to.equal(200)
    }
  })
})
