import { expect } from 'chai'
import { addUser, expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

const BINARY = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
const PROBLEM = { code: 'out_of_range', pointer: '/speed', detail: 'must be <= 400' }

describe('dead letters over the API', () => {
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture()
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1' }, { key: 'v2' }] })
    await fixture.call('POST', '/api/devices', { body: { key: 'd1', vehicle: 'v1' } })
  })
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate rejected_messages`)

  interface Letter {
    payload: Buffer
    vehicle?: string
    code?: string
    at?: string
    index?: number
  }
  async function insert({
    payload,
    vehicle = 'v1',
    code = 'out_of_range',
    at = '2026-11-21T08:00:00Z',
    index,
  }: Letter) {
    const { sql } = fixture
    const [row] = await sql<{ id: number }[]>`
      insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, reading_index, payload)
      values (${at}::text::timestamptz, (select id from vehicles where key = ${vehicle}),
        (select id from devices where key = 'd1'), ${code}, ${sql.json([PROBLEM])}, ${index ?? null}, ${payload})
      returning id
    `
    return row?.id ?? 0
  }
  const list = (query = '') => fixture.call('GET', `/api/dead-letters${query}`)
  const idsOf = (items: { id: number }[]) => items.map(({ id }) => id)

  it('a dead letter has its binary payload byte for byte, without text', async () => {
    const id = await insert({ payload: BINARY, index: 3, at: '2026-11-21T08:00:00.000001Z' })
    const { status, body } = await fixture.call('GET', `/api/dead-letters/${id}`)
    expect(status).to.equal(200)
    expect(body).to.deep.equal({
      id,
      received_at: '2026-11-21T08:00:00.000001Z',
      vehicle: 'v1',
      device: 'd1',
      code: 'out_of_range',
      problems: [PROBLEM],
      reading_index: 3,
      payload_bytes: 256,
      payload: BINARY.toString('base64'),
    })
  })

  it('a payload that is UTF-8 is also shown as text', async () => {
    const id = await insert({ payload: Buffer.from('{"speed":"schnell 🚛"}') })
    const { body } = await fixture.call('GET', `/api/dead-letters/${id}`)
    expect(body).to.include({ text: '{"speed":"schnell 🚛"}', reading_index: null })
  })

  it('a dead letter with an unknown vehicle and an empty payload is shown', async () => {
    const id = await insert({ payload: Buffer.alloc(0), vehicle: 'none' })
    const { body } = await fixture.call('GET', `/api/dead-letters/${id}`)
    expect(body).to.include({ vehicle: null, payload: '', text: '', payload_bytes: 0 })
  })

  it('an unknown dead letter gets 404', async () => {
    expectProblem(await fixture.call('GET', '/api/dead-letters/999999'), 404, 'not_found')
    expectProblem(await fixture.call('GET', '/api/dead-letters/x'), 400, 'invalid_request', ['/id'])
  })

  it('dead letters are listed newest first, in pages without gaps or repeats', async () => {
    const ids = []
    for (let n = 0; n < 12; n++) ids.unshift(await insert({ payload: Buffer.from([n]) }))
    for (const limit of [1, 5, 12, 1000]) {
      expect(idsOf(await readPages(fixture, '/api/dead-letters', limit))).to.deep.equal(ids)
    }
    expect((await list()).body.items[0]).to.not.have.any.keys('payload', 'text')
  })

  it('payloads are listed on demand, in pages that stay small', async () => {
    const payloads = Array.from({ length: 20 }, (_, n) => Buffer.alloc(256 * 1024, n))
    for (const payload of payloads) await insert({ payload })
    const { body } = await list('?payload=true&limit=1000')
    expect(body.items).to.have.length(16)
    expect(body.next_cursor).to.be.a('string')
    const all = await readPages(fixture, '/api/dead-letters?payload=true', 1000)
    expect(all.map(({ payload }) => payload)).to.deep.equal(
      payloads.toReversed().map((it) => it.toString('base64')),
    )
  })

  it('dead letters are found by vehicle, code and time', async () => {
    const payload = BINARY
    const first = await insert({ payload, at: '2026-11-21T08:00:00Z' })
    const second = await insert({ payload, at: '2026-11-21T09:00:00Z', code: 'not_json' })
    const third = await insert({ payload, at: '2026-11-21T10:00:00Z', vehicle: 'v2' })
    const cases: [string, number[]][] = [
      ['?vehicle=v1', [second, first]],
      ['?code=not_json', [second]],
      ['?vehicle=v2&code=not_json', []],
      ['?from=2026-11-21T09:00:00Z', [third, second]],
      ['?to=2026-11-21T09:00:00Z', [first]],
      ['?vehicle=v1&from=2026-11-21T08:00:00Z&to=2026-11-21T10:00:00Z&code=out_of_range', [first]],
    ]
    for (const [query, ids] of cases) expect(idsOf((await list(query)).body.items), query).to.deep.equal(ids)
  })

  it('invalid queries for dead letters are refused', async () => {
    const cases: [string, string[]][] = [
      ['?vehicle=none', ['/vehicle']],
      ['?code=none', ['/code']],
      ['?payload=yes', ['/payload']],
      ['?from=x', ['/from']],
      ['?limit=1001', ['/limit']],
      ['?cursor=abc', ['/cursor']],
    ]
    for (const [query, pointers] of cases) expectProblem(await list(query), 400, 'invalid_request', pointers)
  })

  it('dead letters are counted by reason, and those that match are deleted', async () => {
    const payload = Buffer.from('x')
    for (const code of ['not_json', 'out_of_range', 'not_json']) await insert({ payload, code })
    await insert({ payload, vehicle: 'v2', at: '2026-11-21T09:00:00Z' })
    const summary = (query = '') => fixture.call('GET', `/api/dead-letters/summary${query}`)
    expect((await summary()).body.items).to.deep.equal([
      { code: 'not_json', count: 2, newest: '2026-11-21T08:00:00.000Z' },
      { code: 'out_of_range', count: 2, newest: '2026-11-21T09:00:00.000Z' },
    ])
    expect((await summary('?vehicle=v2')).body.items).to.have.length(1)
    const remove = (query: string) => fixture.call('DELETE', `/api/dead-letters${query}`)
    expectProblem(await remove(''), 400, 'invalid_request', [''])
    expect((await remove('?code=not_json')).body).to.deep.equal({ deleted: 2, more: false })
    const { body } = await list()
    expect(body.items).to.have.length(2)
    expect((await remove(`/${body.items[0].id}`)).status).to.equal(204)
    expectProblem(await remove(`/${body.items[0].id}`), 404, 'not_found')
    const { body: audit } = await fixture.call('GET', '/api/audit-log?subject=dead-letters')
    expect(audit.items[0]).to.deep.include({
      action: 'dead-letter.delete',
      before: { count: 2, code: 'not_json' },
    })
  })

  it('dead letters are readable by users who see their vehicle, and deletable by its owner', async () => {
    const [owner, reader, other] = [
      await addUser(fixture.sql, 'user'),
      await addUser(fixture.sql, 'user'),
      await addUser(fixture.sql, 'user'),
    ]
    await fixture.sql`update vehicles set created_by = ${owner.id} where key = 'v1'`
    await fixture.call('POST', '/api/grants', { body: { user: reader.id, vehicle: 'v1' } })
    const id = await insert({ payload: Buffer.from('x') })
    await insert({ payload: Buffer.from('x'), vehicle: 'v2' })
    await insert({ payload: Buffer.from('x'), vehicle: 'gone' })
    const as = (token: string, method: string, path: string) =>
      fixture.call(method, `/api/dead-letters${path}`, { token })
    for (const { token } of [owner, reader]) {
      expect(idsOf((await as(token, 'GET', '')).body.items)).to.deep.equal([id])
      expect((await as(token, 'GET', `/${id}`)).status).to.equal(200)
      expect((await as(token, 'GET', '/summary')).body.items[0].count).to.equal(1)
      expectProblem(await as(token, 'GET', '?vehicle=v2'), 400, 'invalid_request', ['/vehicle'])
    }
    expect((await as(other.token, 'GET', '')).body.items).to.deep.equal([])
    expectProblem(await as(other.token, 'DELETE', `/${id}`), 404, 'not_found')
    for (const path of [`/${id}`, '?vehicle=v1'])
      expectProblem(await as(reader.token, 'DELETE', path), 403, 'forbidden')
    for (const path of [`/${id}/replay`, '/replay?vehicle=v1'])
      expectProblem(await as(reader.token, 'POST', path), 403, 'forbidden')
    expectProblem(await as(other.token, 'GET', `/${id}`), 404, 'not_found')
    expect((await as(reader.token, 'DELETE', '?code=out_of_range')).body.deleted).to.equal(0)
    expect((await as(owner.token, 'DELETE', '?code=out_of_range')).body.deleted).to.equal(1)
    expect((await list()).body.items).to.have.length(2)
  })
})
