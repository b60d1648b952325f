import { expect } from 'chai'
import { eventually } from '../../support/eventually.ts'
import { expectProblem, makeToken, openFixture, readPages, type Fixture } from '../fixture.ts'

const PATH = '/api/vehicles/v1/commands'

describe('commands over the API', () => {
  let fixture: Fixture
  /** callers by their relation to the vehicle v1 */
  let tokens: Record<'owner' | 'reader' | 'groupReader' | 'stranger' | 'service', string>
  before(async () => {
    fixture = await openFixture()
    const ids = []
    for (const name of ['owner', 'reader', 'group-reader', 'stranger']) {
      const [user] = await fixture.sql<{ id: number }[]>`
        insert into users (email, password_hash, role) values (${`${name}@x`}, '', 'user') returning id`
      ids.push(user?.id ?? 0)
    }
    const [owner = 0, reader = 0, groupReader = 0, stranger = 0] = ids
    await fixture.sql`
      insert into vehicles (key, created_by, group_key)
      values ('v1', ${owner}, 'north'), ('v2', ${owner}, null), ('unowned', null, 'north')`
    await fixture.sql`insert into grants (user_id, vehicle_id) select ${reader}, id from vehicles where key = 'v1'`
    await fixture.sql`insert into grants (user_id, group_key) values (${groupReader}, 'north')`
    const tokenOf = (id: number) => makeToken({ role: 'user', sub: String(id) })
    tokens = {
      owner: tokenOf(owner),
      reader: tokenOf(reader),
      groupReader: tokenOf(groupReader),
      stranger: tokenOf(stranger),
      service: makeToken({ role: 'service', sub: 'backend' }),
    }
  })
  afterEach(() => fixture.sql`delete from commands`)
  after(() => fixture.close())

  const post = (body: unknown, token?: string, path = PATH) =>
    fixture.call('POST', path, { body, ...(token !== undefined && { token }) })
  const get = (path: string, token?: string) =>
    fixture.call('GET', path, token === undefined ? {} : { token })
  const cancel = (id: number, token?: string) =>
    fixture.call('DELETE', `${PATH}/${id}`, token === undefined ? {} : { token })
  const set = (id: number, state: string) =>
    fixture.sql`update commands set state = ${state} where id = ${id}`
  const expire = (id: number) =>
    fixture.sql`update commands set expires_at = now() - interval '1 s' where id = ${id}`

  it('a command is queued for an hour by default, and returned as it was given', async () => {
    const params = { doors: [1, { left: null }], 'ü\u0000': '\ud800' }
    const { status, body, headers } = await post({ name: 'lock.all', params }, tokens.owner)
    expect(status, JSON.stringify(body)).to.equal(201)
    expect(headers.get('location')).to.equal(`${PATH}/${body.id}`)
    expect(body).to.deep.include({ name: 'lock.all', params, state: 'queued' })
    expect(body).to.deep.include({ delivered_at: null, settled_at: null, device: null, result: null })
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).to.equal(3_600_000)
    expect((await get(`${PATH}/${body.id}`)).body).to.deep.equal(body)
    const [row] = await fixture.sql`
      select email from commands join users on users.id = commands.created_by where commands.id = ${body.id}`
    expect(row?.['email']).to.equal('owner@x')
  })

  it('a command without params has empty params', async () => {
    const { status, body } = await post({ name: 'ping', expires_in_s: 2_592_000 })
    expect(status).to.equal(201)
    expect(body.params).to.deep.equal({})
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).to.equal(2_592_000_000)
  })

  it('a new command is announced with the id of its vehicle', async () => {
    const heard: string[] = []
    const listening = await fixture.sql.listen('commands', (payload) => heard.push(payload))
    await post({ name: 'lock' })
    await eventually('the notification', () => heard.length > 0)
    await listening.unlisten()
    const [vehicle] = await fixture.sql`select id::text from vehicles where key = 'v1'`
    expect(heard).to.deep.equal([vehicle?.['id']])
  })

  it('only the owner and administrators send commands; callers with a grant may read them', async () => {
    const { body } = await post({ name: 'lock' })
    for (const token of [tokens.reader, tokens.groupReader, tokens.service]) {
      expect((await get(PATH, token)).body.items).to.have.length(1)
      expect((await get(`${PATH}/${body.id}`, token)).status).to.equal(200)
      expectProblem(await post({ name: 'lock' }, token), 403, 'forbidden')
      expectProblem(await cancel(body.id, token), 403, 'forbidden')
    }
    for (const answer of [
      await get(PATH, tokens.stranger),
      await get(`${PATH}/${body.id}`, tokens.stranger),
      await post({ name: 'lock' }, tokens.stranger),
      await cancel(body.id, tokens.stranger),
      await post({ name: 'lock' }, tokens.owner, '/api/vehicles/unowned/commands'),
      await post({ name: 'lock' }, undefined, '/api/vehicles/none/commands'),
    ]) {
      expectProblem(answer, 404, 'not_found')
    }
    const unowned = '/api/vehicles/unowned/commands'
    expectProblem(await post({ name: 'lock' }, tokens.groupReader, unowned), 403, 'forbidden')
    expect((await cancel(body.id, tokens.owner)).body.state).to.equal('cancelled')
    for (const role of ['device', 'service'] as const) {
      expectProblem(await post({ name: 'lock' }, makeToken({ role })), 403, 'forbidden')
    }
    expectProblem(await fixture.call('GET', PATH, { token: null }), 401, 'unauthorized')
  })

  it('a command is not found under another vehicle', async () => {
    const { body } = await post({ name: 'lock' })
    expectProblem(await get(`/api/vehicles/v2/commands/${body.id}`), 404, 'not_found')
    expectProblem(await fixture.call('DELETE', `/api/vehicles/v2/commands/${body.id}`), 404, 'not_found')
    expect((await get(`${PATH}/${body.id}`)).body.state).to.equal('queued')
  })

  it('a command can be cancelled only while it is queued', async () => {
    const { body } = await post({ name: 'lock' })
    const cancelled = await cancel(body.id)
    expect(cancelled.status).to.equal(200)
    expect(cancelled.body).to.deep.include({ id: body.id, state: 'cancelled' })
    expect(cancelled.body.settled_at).to.be.a('string')
    expectProblem(await cancel(body.id), 409, 'conflict')
    for (const state of ['delivered', 'acknowledged', 'failed']) {
      await set(body.id, state)
      const answer = await cancel(body.id)
      expectProblem(answer, 409, 'conflict')
      expect(answer.body.detail).to.contain(state)
    }
    await set(body.id, 'queued')
    await expire(body.id)
    expect((await cancel(body.id)).body.detail).to.contain('expired')
  })

  it('a command counts as expired once its time is over without an answer', async () => {
    const ids: number[] = []
    for (const state of ['queued', 'delivered', 'acknowledged', 'failed', 'cancelled', 'queued']) {
      const { body } = await post({ name: 'lock' })
      await set(body.id, state)
      ids.push(body.id)
    }
    for (const id of ids.slice(0, 5)) await expire(id)
    const { body } = await get(PATH)
    expect(body.items.map((it: { state: string }) => it.state).toReversed()).to.deep.equal([
      'expired',
      'expired',
      'acknowledged',
      'failed',
      'cancelled',
      'queued',
    ])
    const idsOf = async (state: string) =>
      (await get(`${PATH}?state=${state}`)).body.items.map((it: { id: number }) => it.id)
    expect(await idsOf('expired')).to.deep.equal([ids[1], ids[0]])
    expect(await idsOf('delivered')).to.deep.equal([])
    expect(await idsOf('queued')).to.deep.equal([ids[5]])
  })

  it('commands are listed newest first, in pages without gaps or repeats', async () => {
    const ids = []
    for (let n = 0; n < 12; n++) ids.unshift((await post({ name: 'lock' })).body.id)
    await post({ name: 'lock' }, undefined, '/api/vehicles/v2/commands')
    for (const limit of [1, 5, 12, 1000]) {
      const items = await readPages(fixture, `${PATH}?state=queued`, limit)
      expect(items.map(({ id }) => id)).to.deep.equal(ids)
    }
  })

  it('a vehicle has at most a hundred open commands, even if they are sent together', async () => {
    const answers = await Promise.all(Array.from({ length: 110 }, () => post({ name: 'lock' })))
    const made = answers.filter(({ status }) => status === 201)
    expect(made).to.have.length(100)
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 429, 'too_many_requests')
    expect((await post({ name: 'lock' }, undefined, '/api/vehicles/v2/commands')).status).to.equal(201)
    const [first, second, third] = made.map(({ body }) => body.id)
    await set(first, 'delivered')
    expectProblem(await post({ name: 'lock' }), 429, 'too_many_requests')
    await cancel(second)
    expect((await post({ name: 'lock' })).status).to.equal(201)
    await expire(third)
    expect((await post({ name: 'lock' })).status).to.equal(201)
    expectProblem(await post({ name: 'lock' }), 429, 'too_many_requests')
  })

  it('commands are deleted with their vehicle', async () => {
    await fixture.sql`insert into vehicles (key) values ('short')`
    await post({ name: 'lock' }, undefined, '/api/vehicles/short/commands')
    await fixture.sql`delete from vehicles where key = 'short'`
    expect(await fixture.sql`select from commands`).to.have.length(0)
  })

  it('a command that could not be delivered to a device is refused', async () => {
    const nested = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown
    const cases: [unknown, string[]][] = [
      [{}, ['/name']],
      [{ name: '' }, ['/name']],
      [{ name: 'a b' }, ['/name']],
      [{ name: 'x'.repeat(65) }, ['/name']],
      [{ name: 'a', params: [] }, ['/params']],
      [{ name: 'a', params: null }, ['/params']],
      [{ name: 'a', params: nested(11) }, ['/params']],
      [{ name: 'a', expires_in_s: 0 }, ['/expires_in_s']],
      [{ name: 'a', expires_in_s: 2_592_001 }, ['/expires_in_s']],
      [{ name: 'a', expires_in_s: 1.5 }, ['/expires_in_s']],
      [{ name: 'a', more: 1 }, ['/more']],
    ]
    for (const [body, pointers] of cases) expectProblem(await post(body), 400, 'invalid_request', pointers)
    const raw = `{"name":"a","params":${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}}`
    const headers = { 'content-type': 'application/json' }
    expectProblem(await fixture.call('POST', PATH, { raw, headers }), 400, 'invalid_request', ['/params'])
    expect((await post({ name: 'a', params: nested(10) })).status).to.equal(201)
    expect((await post({ name: 'a', params: { text: 'ü'.repeat(8000) } })).status).to.equal(201)
    expectProblem(await post({ name: 'a', params: { text: 'ü'.repeat(8192) } }), 413, 'payload_too_large')
    expectProblem(await post({ name: 'a', params: { text: 'x'.repeat(70_000) } }), 413, 'payload_too_large')
  })

  it('a command with a number that no JSON parser reads is refused', async () => {
    const raw = '{"name":"x","params":{"a":[1e400]}}'
    const answer = await fixture.call('POST', PATH, { raw, headers: { 'content-type': 'application/json' } })
    expectProblem(answer, 400, 'invalid_request', ['/params'])
  })

  it('invalid queries for commands are refused, and an unknown command is 404', async () => {
    const cases: [string, string[]][] = [
      ['?state=open', ['/state']],
      ['?limit=1001', ['/limit']],
      ['?cursor=abc', ['/cursor']],
    ]
    for (const [query, pointers] of cases)
      expectProblem(await get(PATH + query), 400, 'invalid_request', pointers)
    expectProblem(await get(`${PATH}/x`), 400, 'invalid_request', ['/id'])
    expectProblem(await get(`${PATH}/1`), 404, 'not_found')
  })
})
