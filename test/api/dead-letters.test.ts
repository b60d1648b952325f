import { expect } from 'chai'
import { expectProblem, openFixture, readPages, type Fixture } from './fixture.ts'

const BINARY = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
const PROBLEM = { code: 'out_of_range', pointer: '/speed', detail: 'must be <= 400' }

describe('api dead letters', () => {
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

  it('shows one, with a binary payload byte for byte and without text', async () => {
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

  it('shows text beside a payload that is UTF-8', async () => {
    const id = await insert({ payload: Buffer.from('{"speed":"schnell 🚛"}') })
    const { body } = await fixture.call('GET', `/api/dead-letters/${id}`)
    expect(body).to.include({ text: '{"speed":"schnell 🚛"}', reading_index: null })
  })

  it('shows one whose vehicle is unknown, and an empty payload', async () => {
    const id = await insert({ payload: Buffer.alloc(0), vehicle: 'none' })
    const { body } = await fixture.call('GET', `/api/dead-letters/${id}`)
    expect(body).to.include({ vehicle: null, payload: '', text: '', payload_bytes: 0 })
  })

  it('does not know one that is not there', async () => {
    expectProblem(await fixture.call('GET', '/api/dead-letters/999999'), 404, 'not_found')
    expectProblem(await fixture.call('GET', '/api/dead-letters/x'), 400, 'invalid_request', ['/id'])
  })

  it('lists the newest first, in pages without gaps or doubles', async () => {
    const ids = []
    for (let n = 0; n < 12; n++) ids.unshift(await insert({ payload: Buffer.from([n]) }))
    for (const limit of [1, 5, 12, 1000]) {
      expect(idsOf(await readPages(fixture, '/api/dead-letters', limit))).to.deep.equal(ids)
    }
    expect((await list()).body.items[0]).to.not.have.any.keys('payload', 'text')
  })

  it('gives payloads on demand, in pages that stay small', async () => {
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

  it('finds by vehicle, code and time', async () => {
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

  it('refuses bad questions', async () => {
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
})
