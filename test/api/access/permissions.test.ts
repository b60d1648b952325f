import { expect } from 'chai'
import type { OpenApi } from '../../../api/openapi/document.ts'
import { SERVICE_SCOPES, type ServiceScope } from '../../../contract/service-scopes.ts'
import { addUser, makeToken, openFixture, type Call, type Fixture } from '../fixture.ts'
import { insertEvent } from '../events/insert-event.ts'
import { CIRCLE, LIKE, OPERATIONS, WHO } from './permission-matrix.ts'
import { issueServiceToken } from '../service-tokens/service-token.ts'

/** These would end the login that the other operations need; test/api/users/accounts.test.ts covers them. */
const LEFT_OUT = ['POST /api/me/logout', 'POST /api/me/logout-everywhere']
/** Tests that change nothing and share a fleet, which takes most of their time. Each issues up to three service tokens of 100. */
const SHARING_MAX = 20

function bodyOf(body: object | string | undefined): Call {
  if (typeof body === 'string') {
    const type = body.startsWith('{') ? 'application/geo+json' : 'text/csv'
    return { raw: body, headers: { 'content-type': type } }
  }
  return body === undefined ? {} : { body }
}

/** The tables whose rows belong to users. */
async function listOwnedTables({ sql }: Fixture): Promise<string> {
  const [row] = await sql<{ tables: string }[]>`
    select string_agg(distinct conrelid::regclass::text, ', ') as tables
    from pg_constraint
    where confrelid = 'users'::regclass and contype = 'f' and conrelid <> 'service_tokens'::regclass`
  return row?.tables ?? ''
}

describe('permissions', () => {
  let fixture: Fixture
  const tokens: Record<string, string | null> = {}
  let jti = ''
  let letter = ''
  let event = ''
  let tables = ''
  before(async () => {
    fixture = await openFixture()
    tables = await listOwnedTables(fixture)
  })
  after(() => fixture.close())

  const harmlessTests = new Set<Mocha.Test>()
  let sharing = 0
  beforeEach(async function () {
    if (this.currentTest && harmlessTests.has(this.currentTest) && sharing++ % SHARING_MAX > 0) return
    await fixture.sql.unsafe(`truncate ${tables}, events, service_tokens, audit_log cascade`)
    await fixture.sql`delete from users where id > 1`
    for (const name of ['user', 'reader', 'owner', 'gone', 'former', 'groupReader'])
      tokens[name] = (await addUser(fixture.sql, 'user')).token
    tokens['admin'] = makeToken()
    const token = tokens['owner'] ?? ''
    await fixture.call('POST', '/api/vehicles', { token, body: { key: 'v1', group: 'north' } })
    const former = tokens['former'] ?? ''
    await fixture.call('POST', '/api/vehicles', { token: former, body: { key: 'before' } })
    await fixture.call('POST', '/api/devices', { token: former, body: { key: 'd1', vehicle: 'before' } })
    await fixture.call('PATCH', '/api/devices/d1', { body: { vehicle: 'v1' } })
    jti = (await fixture.call('POST', '/api/devices/d1/tokens', { token })).body.jti
    await fixture.call('POST', '/api/geofences', { token, body: { key: 'f1', group: 'north', ...CIRCLE } })
    await fixture.call('POST', '/api/vehicles', { body: { key: 'foreign', group: 'south' } })
    await fixture.call('DELETE', '/api/vehicles/before', { token: former })
    await grant({ vehicle: 'v1' })
    await grant({ group: 'north', user: idOf('groupReader') })
    for (const group of ['north', 'south']) tokens[group] = await issue(SERVICE_SCOPES, [group])
    tokens['fleet'] = await issue(SERVICE_SCOPES, null)
    const [row] = await fixture.sql<{ id: number }[]>`
      insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, payload)
      select now(), vehicle_id, id, 'bad_time', '[]', '{}' from devices where key = 'd1' returning id`
    letter = String(row?.id)
    const rule = { kind: 'idling', scope: { groups: ['north'] } }
    await fixture.call('POST', '/api/rules', { token, body: { ...rule, key: 'own' } })
    await fixture.call('POST', '/api/rules', { body: { ...rule, key: 'north' } })
    const startedAt = new Date().toISOString()
    event = String(await insertEvent(fixture.sql, { vehicle: 'v1', rule: 'north', startedAt }))
  })

  const issue = async (scopes: readonly ServiceScope[], groups: string[] | null): Promise<string> =>
    (await issueServiceToken(fixture, { scopes, groups })).body.token
  const fill = (path: string) => path.replace('JTI', jti).replace('LETTER', letter).replace('EVENT', event)
  const idOf = (name: string) => Number(JSON.parse(atob(tokens[name]?.split('.')[1] ?? '')).sub)
  const grant = (what: object) =>
    fixture.call('POST', '/api/grants', { body: { user: idOf('reader'), ...what } })
  const keys = async (token: string | null | undefined, path: string) => {
    const { body } = await fixture.call('GET', path, { token: token ?? null })
    return body.items.map((it: { key: string }) => it.key)
  }

  /** After the others. */
  const testsOfChanges: (() => Mocha.Test)[] = []
  for (const [method, path, body, scope, ...statuses] of OPERATIONS) {
    const what = `${method} ${path}${body ? ` ${JSON.stringify(body)}` : ''}`
    const statusOf = async (token: string | null | undefined) => {
      const answer = await fixture.call(method, fill(path), { token: token ?? null, ...bodyOf(body) })
      return [answer.status, JSON.stringify(answer.body)] as const
    }

    const expected = (like: (typeof WHO)[number]) => statuses[WHO.indexOf(like)] ?? 0
    const mayReadByHand = scope?.endsWith(':read') && scope !== 'device-tokens:read'
    const others = SERVICE_SCOPES.filter((it) => it !== scope)
    const callers: [who: string, status: number, token?: () => Promise<string> | string][] = [
      ...WHO.map((who) => [who, expected(who)] as [string, number]),
      ...Object.entries(LIKE).map(([who, like]) => [who, expected(like)] as [string, number]),
      ['a service token with all other scopes', 403, () => issue(others, null)],
      [
        'a service token with the required scope alone',
        expected('north'),
        () => issue(scope ? [scope] : others, ['north']),
      ],
      [
        'a service token signed by hand',
        mayReadByHand ? expected('fleet') : 403,
        () => makeToken({ role: 'service', sub: 'by-hand' }),
      ],
    ]
    const check = async ([who, status, token]: (typeof callers)[number]) => {
      const [answered, text] = await statusOf(token === undefined ? tokens[who] : await token())
      expect(answered, `${who} ${text}`).to.equal(status)
    }

    // Every caller tries requests that change nothing. A request that changes something needs a separate fleet.
    const changes = callers.filter(([, status]) => method !== 'GET' && status < 400)
    const harmless = callers.filter((it) => !changes.includes(it))
    if (harmless.length > 0) {
      const list = harmless.map(([who, status]) => `${who} ${status}`).join(', ')
      const test = it(`${what} is answered by role: ${list}`, async () => {
        for (const caller of harmless) await check(caller)
      })
      harmlessTests.add(test)
    }
    for (const caller of changes)
      testsOfChanges.push(() => it(`${caller[0]} gets ${caller[1]} for ${what}`, () => check(caller)))
  }
  for (const add of testsOfChanges) add()

  it('the permission matrix has every operation that needs a login', async () => {
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

  it('a missing, expired, revoked or device token is refused by every operation', async () => {
    const nowS = Math.floor(Date.now() / 1000)
    await fixture.sql`update users set tokens_valid_from = now() + interval '1 h' where id = ${idOf('gone')}`
    const refused = {
      anonymous: null,
      expired: makeToken({ iat: nowS - 7200, exp: nowS - 3600 }),
      revoked: tokens['gone'],
    }
    for (const [method, path, body, , ofUser] of OPERATIONS) {
      for (const [name, token] of Object.entries(refused)) {
        const answer = await fixture.call(method, fill(path), { token: token ?? null, ...bodyOf(body) })
        // An operation closed to users is refused before the token's validity is looked up.
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

  it('a listing has only what its caller may see', async () => {
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

  it('a group grant covers the vehicles in the group and ends when it is deleted', async () => {
    const { body } = await fixture.call('GET', '/api/grants')
    expect((await fixture.call('DELETE', `/api/grants/${body.items[0].id}`)).status).to.equal(204)
    expect(await keys(tokens['reader'], '/api/vehicles')).to.deep.equal([])
    expect((await grant({ group: 'north' })).status).to.equal(201)
    expect(await keys(tokens['reader'], '/api/vehicles')).to.deep.equal(['v1'])
    await fixture.call('PATCH', '/api/vehicles/v1', { body: { group: 'south' } })
    expect(await keys(tokens['reader'], '/api/vehicles')).to.deep.equal([])
  })

  it('a grant is created once, and only for an existing user and vehicle', async () => {
    expect((await grant({ vehicle: 'v1' })).status).to.equal(409)
    expect((await grant({ vehicle: 'none' })).status).to.equal(400)
    expect((await grant({ vehicle: 'v1', user: 999_999 })).status).to.equal(400)
    expect((await grant({})).status).to.equal(400)
    expect((await grant({ vehicle: 'v1', group: 'north' })).status).to.equal(400)
  })
})
