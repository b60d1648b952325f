import { expect } from 'chai'
import { SERVICE_SCOPES } from '../../../contract/service-scopes.ts'
import { eventually } from '../../support/eventually.ts'
import { makeKeyPair } from '../../support/signing.ts'
import { addUser, expectProblem, makeToken, openFixture, readPages, type Fixture } from '../fixture.ts'
import { issueServiceToken } from './service-token.ts'

const PATH = '/api/service-tokens'

describe('service tokens', () => {
  let fixture: Fixture
  let nowMs = Date.now()
  before(async () => (fixture = await openFixture({ now: () => nowMs })))
  after(() => fixture.close())
  beforeEach(async () => {
    nowMs = Date.now()
    await fixture.sql`truncate vehicles, devices, grants, groups, service_tokens, audit_log cascade`
    for (const group of ['north', 'south'])
      await fixture.call('POST', '/api/vehicles', { body: { key: `${group}-1`, group } })
  })

  const issue = (body: object = {}) => issueServiceToken(fixture, body)
  const get = (path: string, token: string) => fixture.call('GET', path, { token })
  const keys = async (path: string, token: string) =>
    (await get(path, token)).body.items.map((it: { key?: string; vehicle?: string }) => it.key ?? it.vehicle)

  it('a service token is shown once, and listed with its issuer but no secret', async () => {
    const issued = await issue({
      name: 'erp',
      scopes: ['vehicles:read'],
      groups: ['north'],
      lifetime_days: 7,
    })
    const { token, ...known } = issued.body
    expect(known).to.include({ name: 'erp', created_by: 1 })
    expect(known).to.deep.include({ scopes: ['vehicles:read'], groups: ['north'] })
    expect(Date.parse(known.expires_at) - Date.parse(known.created_at)).to.equal(7 * 86_400_000)
    const { body, headers } = await fixture.call('GET', PATH)
    expect(body.items).to.deep.equal([{ ...known, revoked_at: null, last_used_at: null }])
    expect(JSON.stringify(body)).to.not.include(token)
    const stored = await fixture.sql`select to_jsonb(service_tokens)::text as row from service_tokens`
    expect(JSON.stringify(stored)).to.not.include(token.split('.')[2])
    expect(issued.headers.get('cache-control')).to.equal('no-store, no-transform')
    expect(headers.get('cache-control')).to.equal('no-store')
  })

  it('a service token lasts 90 days by default, and a year at most', async () => {
    const { body } = await issue()
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).to.equal(90 * 86_400_000)
    expectProblem(await issue({ lifetime_days: 366 }), 400, 'invalid_request', ['/lifetime_days'])
    nowMs -= 86_400_000 + 61_000
    const { token } = (await issue({ lifetime_days: 1 })).body
    expectProblem(await get('/api/vehicles', token), 401, 'unauthorized')
  })

  it('a service token needs a name, scopes and groups, without defaults', async () => {
    const given = { name: 'erp', scopes: ['vehicles:read'], groups: null }
    for (const field of ['name', 'scopes', 'groups'] as const) {
      const answer = await fixture.call('POST', PATH, { body: { ...given, [field]: undefined } })
      expectProblem(answer, 400, 'invalid_request', [`/${field}`])
    }
    expectProblem(await issue({ scopes: [] }), 400, 'invalid_request', ['/scopes'])
    expectProblem(await issue({ scopes: ['users:write'] }), 400, 'invalid_request', ['/scopes/0'])
    expectProblem(await issue({ groups: [] }), 400, 'invalid_request', ['/groups'])
    expectProblem(await issue({ groups: ['north', 'nowhere'] }), 400, 'invalid_request', ['/groups/1'])
    expectProblem(await issue({ name: 'a/b' }), 400, 'invalid_request', ['/name'])
  })

  it('a service token sees the vehicles of its groups and nothing else', async () => {
    const scopes = SERVICE_SCOPES.filter((it) => it.endsWith(':read'))
    const { token } = (await issue({ scopes, groups: ['north'] })).body
    for (const path of ['/api/vehicles', '/api/groups', '/api/live']) {
      const seen = (await keys(path, token)).map((it: string) => it.replace('-1', ''))
      expect(seen, path).to.deep.equal(['north'])
    }
    expect((await get('/api/vehicles/north-1', token)).status).to.equal(200)
    expectProblem(await get('/api/vehicles/south-1', token), 404, 'not_found')
    expectProblem(await get('/api/telemetry?vehicles=south-1', token), 404, 'not_found')
    expectProblem(await get('/api/overview', token), 403, 'forbidden')
    await fixture.call('PATCH', '/api/vehicles/north-1', { body: { group: 'south' } })
    expect(await keys('/api/vehicles', token)).to.deep.equal([])
  })

  it('a service token with `groups: null` sees all vehicles', async () => {
    const { token } = (await issue({ scopes: ['vehicles:read', 'overview:read'], groups: null })).body
    expect(await keys('/api/vehicles', token)).to.deep.equal(['north-1', 'south-1'])
    expect((await get('/api/overview', token)).status).to.equal(200)
  })

  it('a service token writes only with the scope for it, and only in its groups', async () => {
    const scopes = ['vehicles:write', 'devices:write', 'imports:write', 'commands:write']
    const { token } = (await issue({ scopes, groups: ['north'] })).body
    const send = (method: string, path: string, body: unknown) => fixture.call(method, path, { token, body })
    expectProblem(await get('/api/vehicles', token), 403, 'forbidden')
    expect((await send('POST', '/api/vehicles', { key: 'n2', group: 'north' })).status).to.equal(201)
    const refused = [{ key: 'x' }, { key: 'x', group: 'south' }, { key: 'x', group: 'new' }]
    for (const body of refused)
      expectProblem(await send('POST', '/api/vehicles', body), 400, 'invalid_request', ['/group'])
    for (const group of [null, 'south'])
      expectProblem(await send('PATCH', '/api/vehicles/n2', { group }), 400, 'invalid_request', ['/group'])
    expectProblem(await send('PATCH', '/api/vehicles/south-1', { name: 'x' }), 404, 'not_found')
    expectProblem(await send('POST', '/api/vehicles/south-1/commands', { name: 'horn' }), 404, 'not_found')
    expect((await send('POST', '/api/vehicles/n2/commands', { name: 'horn' })).status).to.equal(201)
    for (const body of [{ key: 'd' }, { key: 'd', vehicle: 'south-1' }])
      expectProblem(await send('POST', '/api/devices', body), 400, 'invalid_request', ['/vehicle'])
    expect((await send('POST', '/api/devices', { key: 'd', vehicle: 'n2' })).status).to.equal(201)
    expectProblem(await send('PATCH', '/api/devices/d', { vehicle: 'south-1' }), 400, 'invalid_request', [
      '/vehicle',
    ])
    const csv = { token, raw: 'key,group\nn3,north\nn4,\n', headers: { 'content-type': 'text/csv' } }
    const { body: report } = await fixture.call('POST', '/api/vehicles/import', csv)
    expect(report.rows.map((it: { status: string }) => it.status)).to.deep.equal(['created', 'refused'])
  })

  it('a service token sets no public key without the scope for device secrets', async () => {
    const body = { key: 'd', vehicle: 'north-1', public_key: makeKeyPair().publicKey }
    const scopes = ['devices:write']
    const { token } = (await issue({ name: 'a', scopes })).body
    expectProblem(await fixture.call('POST', '/api/devices', { token, body }), 403, 'forbidden')
    const able = (await issue({ name: 'b', scopes: [...scopes, 'device-tokens:write'] })).body
    expect((await fixture.call('POST', '/api/devices', { token: able.token, body })).status).to.equal(201)
  })

  it('a revoked service token stops working at once, and stays in the list', async () => {
    const { id, token } = (await issue()).body
    expect((await get('/api/vehicles', token)).status).to.equal(200)
    expect((await fixture.call('DELETE', `${PATH}/${id}`)).status).to.equal(204)
    expectProblem(await get('/api/vehicles', token), 401, 'unauthorized')
    expect((await fixture.call('DELETE', `${PATH}/${id}`)).status).to.equal(204)
    expect((await fixture.call('GET', PATH)).body.items[0].revoked_at).to.be.a('string')
    expectProblem(await fixture.call('DELETE', `${PATH}/999999`), 404, 'not_found')
  })

  it('a service token without a row is refused, whatever its claims', async () => {
    const token = makeToken({ role: 'service', sub: 'erp', scopes: ['vehicles:read'] })
    expectProblem(await get('/api/vehicles', token), 401, 'unauthorized')
  })

  it('service tokens end when their issuer is deleted or no longer an administrator', async () => {
    for (const leave of [
      (id: number) => fixture.call('DELETE', `/api/users/${id}`),
      (id: number) => fixture.call('PATCH', `/api/users/${id}`, { body: { role: 'user' } }),
    ]) {
      const { id, token: admin } = await addUser(fixture.sql, 'admin')
      const issued = await issueServiceToken(fixture, { name: `of-${id}` }, admin)
      expect(issued.body.created_by).to.equal(id)
      const kept = (await issue({ name: `kept-${id}` })).body
      expect((await get('/api/vehicles', issued.body.token)).status).to.equal(200)
      expect((await leave(id)).status).to.be.oneOf([200, 204])
      nowMs += 1001
      expectProblem(await get('/api/vehicles', issued.body.token), 401, 'unauthorized')
      expect((await get('/api/vehicles', kept.token)).status).to.equal(200)
    }
  })

  it('service tokens and their actions are in the audit log under their name', async () => {
    const { id, token } = (await issue({ name: 'erp', scopes: ['vehicles:write'] })).body
    await fixture.call('PATCH', '/api/vehicles/north-1', { token, body: { name: 'x' } })
    await fixture.call('DELETE', `${PATH}/${id}`)
    const { body } = await fixture.call('GET', '/api/audit-log')
    const entries = body.items
      .map((it: Record<string, unknown>) => [it['actor'], it['action'], it['subject']])
      .slice(0, 3)
    expect(entries).to.deep.equal([
      ['user:1', 'service_token.revoke', 'service:erp'],
      ['service:erp', 'vehicle.update', 'vehicle:north-1'],
      ['user:1', 'service_token.issue', 'service:erp'],
    ])
    expect(JSON.stringify(body)).to.not.include(token)
  })

  it("a service token's name is unique among those in use", async () => {
    const { id } = (await issue({ name: 'erp' })).body
    expectProblem(await issue({ name: 'erp' }), 409, 'conflict', ['/name'])
    await fixture.call('DELETE', `${PATH}/${id}`)
    const again = (await issue({ name: 'erp' })).body
    await fixture.sql`update service_tokens set expires_at = now() where id = ${again.id}`
    expect((await issue({ name: 'erp' })).status).to.equal(201)
  })

  it('there are at most a hundred service tokens, listed page by page', async () => {
    await fixture.sql`
      insert into service_tokens (jti, name, scopes, expires_at)
      select gen_random_uuid(), 'n' || n, '{}', now() + interval '1 d' from generate_series(1, 99) n`
    const { id } = (await issue({ name: 'last' })).body
    expectProblem(await issue({ name: 'beyond' }), 409, 'conflict')
    expect(await readPages(fixture, PATH, 30)).to.have.length(100)
    await fixture.call('DELETE', `${PATH}/${id}`)
    expect((await issue({ name: 'beyond' })).status).to.equal(201)
  })

  it('the last use of a service token is written at most once a minute', async () => {
    const { id, token } = (await issue()).body
    const read = async () => (await fixture.call('GET', PATH)).body.items.at(-1).last_used_at
    await get('/api/vehicles', token)
    await eventually('the use is written', async () => (await read()) !== null)
    const first = await read()
    nowMs += 5000
    await get('/api/vehicles', token)
    expect(await read()).to.equal(first)
    await fixture.sql`update service_tokens set last_used_at = last_used_at - interval '61 s' where id = ${id}`
    nowMs += 5000
    await get('/api/vehicles', token)
    await eventually('the next use is written', async () => (await read()) >= first)
  })

  it('a group named by a service token stays reserved, even without vehicles', async () => {
    const { token } = (await issue({ groups: ['north'] })).body
    const other = await addUser(fixture.sql, 'user')
    await fixture.call('DELETE', '/api/vehicles/north-1')
    const taken = { token: other.token, body: { key: 'mine', group: 'north' } }
    expectProblem(await fixture.call('POST', '/api/vehicles', taken), 400, 'invalid_request', ['/group'])
    expect(await keys('/api/vehicles', token)).to.deep.equal([])
  })

  it('an Idempotency-Key of a service token is not shared with its namesake', async () => {
    const headers = { 'idempotency-key': 'k' }
    const body = { key: 'once', group: 'north' }
    const scopes = ['vehicles:write']
    const first = (await issue({ name: 'erp', scopes })).body
    const send = (token: string) => fixture.call('POST', '/api/vehicles', { token, body, headers })
    expect((await send(first.token)).status).to.equal(201)
    expect((await send(first.token)).status).to.equal(201)
    await fixture.call('DELETE', `${PATH}/${first.id}`)
    const second = (await issue({ name: 'erp', scopes })).body
    expectProblem(await send(second.token), 409, 'conflict', ['/key'])
  })
})
