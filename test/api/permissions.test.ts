import { expect } from 'chai'
import type { OpenApi } from '../../api/openapi.ts'
import { makeKeyPair } from '../support/signing.ts'
import { addUser, makeToken, openFixture, type Call, type Fixture } from './fixture.ts'

/**
 * Who may do what: the status that each gets. `user` owns nothing here, `reader` was granted the vehicle v1, `owner` has
 * created v1 and d1. Everybody who is not logged in, or no more, gets 401; a device's token 403.
 */
const WHO = ['user', 'reader', 'owner', 'admin'] as const
const OPERATIONS: [
  method: string,
  path: string,
  /** JSON, or the text of a CSV file */
  body: object | string | undefined,
  ...statuses: number[],
][] = [
  ['GET', '/api/vehicles', undefined, 200, 200, 200, 200],
  ['GET', '/api/devices', undefined, 200, 200, 200, 200],
  ['GET', '/api/vehicles/v1', undefined, 404, 200, 200, 200],
  ['PATCH', '/api/vehicles/v1', { name: 'x' }, 404, 403, 200, 200],
  ['GET', '/api/devices/d1', undefined, 404, 200, 200, 200],
  ['PATCH', '/api/devices/d1', { name: 'x' }, 404, 403, 200, 200],
  ['PATCH', '/api/devices/d1', { vehicle: 'foreign' }, 404, 403, 400, 200],
  ['POST', '/api/vehicles', { key: 'new' }, 201, 201, 201, 201],
  ['POST', '/api/vehicles', { key: 'new', group: 'north' }, 400, 400, 201, 201],
  ['PATCH', '/api/vehicles/v1', { group: 'south' }, 404, 403, 400, 200],
  ['GET', '/api/groups', undefined, 200, 200, 200, 200],
  ['PATCH', '/api/groups/north', { owner: 1 }, 403, 403, 403, 200],
  ['POST', '/api/devices', { key: 'new' }, 201, 201, 201, 201],
  ['POST', '/api/devices', { key: 'new', vehicle: 'v1' }, 400, 400, 201, 201],
  ['POST', '/api/devices/d1/tokens', {}, 404, 403, 201, 201],
  ['GET', '/api/devices/d1/tokens', undefined, 404, 200, 200, 200],
  ['DELETE', '/api/devices/d1/tokens/JTI', undefined, 404, 403, 204, 204],
  ['DELETE', '/api/devices/d1/tokens', undefined, 404, 403, 200, 200],
  ['POST', '/api/device-tokens', { devices: ['d1'] }, 400, 400, 201, 201],
  ['PUT', '/api/devices/d1/public-key', { public_key: makeKeyPair().publicKey }, 404, 403, 200, 200],
  ['DELETE', '/api/devices/d1/public-key', undefined, 404, 403, 204, 204],
  ['POST', '/api/vehicles/v1/commands', { name: 'lock' }, 404, 403, 201, 201],
  ['GET', '/api/vehicles/v1/commands', undefined, 404, 200, 200, 200],
  ['GET', '/api/vehicles/v1/commands/999', undefined, 404, 404, 404, 404],
  ['DELETE', '/api/vehicles/v1/commands/999', undefined, 404, 403, 404, 404],
  ['POST', '/api/vehicles/import', 'key\nimported\n', 200, 200, 200, 200],
  ['POST', '/api/devices/import', 'key\nimported\n', 200, 200, 200, 200],
  ['POST', '/api/mqtt-tokens', {}, 201, 201, 201, 201],
  ['GET', '/api/telemetry?vehicles=v1', undefined, 404, 200, 200, 200],
  ['GET', '/api/vehicles/v1/telemetry', undefined, 404, 200, 200, 200],
  ['GET', '/api/vehicles/v1/position', undefined, 404, 404, 404, 404],
  ['GET', '/api/devices/d1/completeness', undefined, 404, 200, 200, 200],
  ['GET', '/api/vehicles/v1/completeness', undefined, 404, 200, 200, 200],
  ['GET', '/api/positions', undefined, 200, 200, 200, 200],
  ['GET', '/api/live', undefined, 200, 200, 200, 200],
  ['GET', '/api/telemetry/export?vehicles=v1&format=csv', undefined, 404, 200, 200, 200],
  ['GET', '/api/presence', undefined, 200, 200, 200, 200],
  ['GET', '/api/presence/counts', undefined, 200, 200, 200, 200],
  ['DELETE', '/api/devices/d1', undefined, 404, 403, 204, 204],
  ['DELETE', '/api/vehicles/v1', undefined, 404, 403, 204, 204],
  ['GET', '/api/me', undefined, 200, 200, 200, 200],
  ['PATCH', '/api/me', { name: 'x' }, 200, 200, 200, 200],
  ['PUT', '/api/me/password', {}, 400, 400, 400, 400],
  ['DELETE', '/api/users/999', undefined, 403, 403, 403, 404],
  ['GET', '/api/users', undefined, 403, 403, 403, 200],
  ['GET', '/api/users/1', undefined, 403, 403, 403, 200],
  ['POST', '/api/users', { email: 'new@example.org', password: 'long enough' }, 403, 403, 403, 201],
  ['PATCH', '/api/users/1', { name: 'x' }, 403, 403, 403, 200],
  ['GET', '/api/grants', undefined, 403, 403, 403, 200],
  ['POST', '/api/grants', { user: 1, vehicle: 'v1' }, 403, 403, 403, 201],
  ['DELETE', '/api/grants/999', undefined, 403, 403, 403, 404],
  ['GET', '/api/audit-log', undefined, 403, 403, 403, 200],
  ['GET', '/api/overview', undefined, 403, 403, 403, 200],
  ['GET', '/api/dead-letters', undefined, 200, 200, 200, 200],
  ['GET', '/api/dead-letters/summary', undefined, 200, 200, 200, 200],
  ['GET', '/api/dead-letters?vehicle=v1', undefined, 400, 200, 200, 200],
  ['DELETE', '/api/dead-letters?vehicle=v1', undefined, 400, 403, 200, 200],
  ['DELETE', '/api/dead-letters/999', undefined, 404, 404, 404, 404],
  ['POST', '/api/dead-letters/replay?vehicle=v1', undefined, 400, 403, 503, 503],
  ['POST', '/api/dead-letters/LETTER/replay', undefined, 404, 403, 503, 503],
]

/** It would log out those who ask for the others; test/api/accounts.test.ts has it. */
const LEFT_OUT = ['POST /api/me/logout', 'POST /api/me/logout-everywhere']

function bodyOf(body: object | string | undefined): Call {
  if (typeof body === 'string') return { raw: body, headers: { 'content-type': 'text/csv' } }
  return body === undefined ? {} : { body }
}

describe('api permissions', () => {
  let fixture: Fixture
  const tokens: Record<string, string | null> = {}
  let jti = ''
  let letter = ''
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())

  beforeEach(async () => {
    await fixture.sql`truncate vehicles, devices, grants, audit_log cascade`
    await fixture.sql`delete from users where id > 1`
    for (const name of ['user', 'reader', 'owner', 'gone'])
      tokens[name] = (await addUser(fixture.sql, 'user')).token
    tokens['admin'] = makeToken()
    const token = tokens['owner'] ?? ''
    await fixture.call('POST', '/api/vehicles', { token, body: { key: 'v1', group: 'north' } })
    await fixture.call('POST', '/api/devices', { token, body: { key: 'd1', vehicle: 'v1' } })
    jti = (await fixture.call('POST', '/api/devices/d1/tokens', { token })).body.jti
    await fixture.call('POST', '/api/vehicles', { body: { key: 'foreign', group: 'south' } })
    await grant({ vehicle: 'v1' })
    const [row] = await fixture.sql<{ id: number }[]>`
      insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, payload)
      select now(), vehicle_id, id, 'bad_time', '[]', '{}' from devices where key = 'd1' returning id`
    letter = String(row?.id)
  })

  const fill = (path: string) => path.replace('JTI', jti).replace('LETTER', letter)
  const idOf = (name: string) => Number(JSON.parse(atob(tokens[name]?.split('.')[1] ?? '')).sub)
  const grant = (what: object) =>
    fixture.call('POST', '/api/grants', { body: { user: idOf('reader'), ...what } })
  const keys = async (token: string | null | undefined, path: string) => {
    const { body } = await fixture.call('GET', path, { token: token ?? null })
    return body.items.map((it: { key: string }) => it.key)
  }

  for (const [method, path, body, ...statuses] of OPERATIONS) {
    WHO.forEach((who, index) => {
      it(`let ${who} have ${statuses[index]} of ${method} ${path}${body ? ` ${JSON.stringify(body)}` : ''}`, async () => {
        const call = { token: tokens[who] ?? null, ...bodyOf(body) }
        const answer = await fixture.call(method, fill(path), call)
        expect(answer.status, JSON.stringify(answer.body)).to.equal(statuses[index])
      })
    })
  }

  it('are shown here for every operation that needs a login', async () => {
    const { body } = await fixture.call('GET', '/api/openapi.json')
    const missing = Object.entries((body as OpenApi).paths).flatMap(([path, methods]) => {
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
      return Object.entries(methods)
        .filter(([, { security }]) => security.some((it) => 'bearer' in it))
        .map(([method]) => method.toUpperCase())
        .filter(
          (method) => !OPERATIONS.some(([own, at]) => own === method && pattern.test(at.split('?')[0] ?? '')),
        )
        .map((method) => `${method} ${path}`)
    })
    expect(missing).to.deep.equal(LEFT_OUT)
  })

  it('let nobody in whose token is missing, expired, revoked or a device’s', async () => {
    const nowS = Math.floor(Date.now() / 1000)
    await fixture.sql`update users set tokens_valid_from = now() + interval '1 h' where id = ${idOf('gone')}`
    const refused = {
      anonymous: null,
      expired: makeToken({ iat: nowS - 7200, exp: nowS - 3600 }),
      revoked: tokens['gone'],
    }
    for (const [method, path, body, ofUser] of OPERATIONS) {
      for (const [name, token] of Object.entries(refused)) {
        const answer = await fixture.call(method, fill(path), { token: token ?? null, ...bodyOf(body) })
        // What a user may not do at all is refused before it is asked who that was.
        const status = name === 'revoked' && ofUser === 403 ? 403 : 401
        expect(answer.status, `${name} ${method} ${path}`).to.equal(status)
      }
      const token = makeToken({ role: 'device', sub: 'd1' })
      expect(
        (await fixture.call(method, path, { token, ...bodyOf(body) })).status,
        `${method} ${path}`,
      ).to.equal(403)
    }
  })

  it('list to each what it may see', async () => {
    expect(await keys(tokens['user'], '/api/vehicles')).to.deep.equal([])
    expect(await keys(tokens['reader'], '/api/vehicles')).to.deep.equal(['v1'])
    expect(await keys(tokens['owner'], '/api/vehicles')).to.deep.equal(['v1'])
    expect(await keys(tokens['admin'], '/api/vehicles')).to.deep.equal(['foreign', 'v1'])
    expect(await keys(makeToken({ role: 'service', sub: 'erp' }), '/api/vehicles')).to.deep.equal([
      'foreign',
      'v1',
    ])
    expect(await keys(tokens['user'], '/api/devices')).to.deep.equal([])
    expect(await keys(tokens['reader'], '/api/devices')).to.deep.equal(['d1'])
  })

  it('follow a group, and end with the grant', async () => {
    const { body } = await fixture.call('GET', '/api/grants')
    expect((await fixture.call('DELETE', `/api/grants/${body.items[0].id}`)).status).to.equal(204)
    expect(await keys(tokens['reader'], '/api/vehicles')).to.deep.equal([])
    expect((await grant({ group: 'north' })).status).to.equal(201)
    expect(await keys(tokens['reader'], '/api/vehicles')).to.deep.equal(['v1'])
    await fixture.call('PATCH', '/api/vehicles/v1', { body: { group: 'south' } })
    expect(await keys(tokens['reader'], '/api/vehicles')).to.deep.equal([])
  })

  it('are granted once, and only to users and for vehicles that there are', async () => {
    expect((await grant({ vehicle: 'v1' })).status).to.equal(409)
    expect((await grant({ vehicle: 'none' })).status).to.equal(400)
    expect((await grant({ vehicle: 'v1', user: 999_999 })).status).to.equal(400)
    expect((await grant({})).status).to.equal(400)
    expect((await grant({ vehicle: 'v1', group: 'north' })).status).to.equal(400)
  })
})
