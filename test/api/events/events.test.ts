import { expect } from 'chai'
import { addUser, expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'
import { issueServiceToken } from '../service-tokens/service-token.ts'
import { insertEvent, type StoredEvent } from './insert-event.ts'

const T0 = Date.UTC(2026, 10, 21, 8)
const at = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString()

describe('events', () => {
  let fixture: Fixture
  let a: { id: number; token: string }
  let b: { id: number; token: string }
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate rules, events, vehicles, devices, grants, groups, audit_log cascade`
    a = await addUser(fixture.sql, 'user')
    b = await addUser(fixture.sql, 'user')
    await fixture.call('POST', '/api/vehicles', { body: [{ key: 'v1', group: 'north' }, { key: 'v2' }] })
    await addRule('fast', 'overspeed', { limit: 90 })
  })

  const addRule = async (key: string, kind: string, params: object, token?: string) => {
    const body = { key, kind, params, scope: { all: true } }
    const made = await fixture.call('POST', '/api/rules', { ...(token !== undefined && { token }), body })
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
  }
  const add = (vehicle: string, rule: string, startedAt: string, more: StoredEvent = {}) =>
    insertEvent(fixture.sql, { vehicle, rule, startedAt }, more)
  const ids = async (query: string, token?: string): Promise<number[]> => {
    const { status, body } = await fixture.call(
      'GET',
      `/api/events${query}`,
      token === undefined ? {} : { token },
    )
    expect(status, JSON.stringify(body)).to.equal(200)
    return body.items.map(({ id }: { id: number }) => id)
  }
  const acknowledge = (id: number, call: object = {}) =>
    fixture.call('POST', `/api/events/${id}/acknowledge`, call)

  it('an event has its times, places, peak and limit in the units of the API', async () => {
    const id = await add('v1', 'fast', at(0), {
      ended_at: at(2),
      final_time: at(3),
      severity: 'critical',
      start_lat: 593_000_000,
      start_lon: 181_000_000,
      end_lat: -10_000_001,
      end_lon: 1,
      place: 'Stockholm',
      peak_value: 117_500,
      peak_at: at(1),
      limit_value: 90_000,
      details: { readings: 120 },
      revision: 2,
      late: true,
    })
    const { status, body } = await fixture.call('GET', `/api/events/${id}`)
    const { detected_at, ...rest } = body
    expect(status).to.equal(200)
    expect(Date.parse(detected_at)).to.be.at.most(Date.now())
    expect(rest).to.deep.equal({
      id,
      vehicle: 'v1',
      rule: 'fast',
      kind: 'overspeed',
      severity: 'critical',
      state: 'ended',
      started_at: '2026-11-21T08:00:00.000Z',
      ended_at: '2026-11-21T08:02:00.000Z',
      start: { lat: 59.3, lon: 18.1 },
      end: { lat: -1.0000001, lon: 1e-7 },
      place: 'Stockholm',
      peak: { value: 117.5, at: '2026-11-21T08:01:00.000Z' },
      limit: 90,
      unit: 'km/h',
      details: { readings: 120 },
      late: true,
      revision: 2,
      acknowledged: null,
    })
  })

  it('the peak of a threshold is in the unit of its field', async () => {
    await addRule('hot', 'threshold', { field: 'coolant_temp', level: 110 })
    await addRule('oil', 'threshold', { field: 'extra.oil', level: 110 })
    for (const [rule, unit] of [
      ['hot', 'degrees C'],
      ['oil', null],
    ] as const) {
      const id = await add('v1', rule, at(0), { peak_value: 118.25, peak_at: at(1), limit_value: 110 })
      const { body } = await fixture.call('GET', `/api/events/${id}`)
      expect([body.peak.value, body.limit, body.unit, body.start]).to.deep.equal([118.25, 110, unit, null])
    }
  })

  it('filters select by vehicle, group, kind, rule, state, severity and acknowledgement', async () => {
    await addRule('idle', 'idling', {})
    const open = await add('v1', 'fast', at(0))
    const ended = await add('v1', 'idle', at(1), { ended_at: at(2), severity: 'info' })
    const retracted = await add('v2', 'fast', at(2), { retracted: true })
    await acknowledge(ended)
    const expected: [string, number[]][] = [
      ['', [retracted, ended, open]],
      ['?vehicle=v1', [ended, open]],
      ['?vehicle=none', []],
      ['?group=north', [ended, open]],
      ['?kind=idling', [ended]],
      ['?rule=fast', [retracted, open]],
      ['?state=open', [open]],
      ['?state=ended', [ended]],
      ['?state=retracted', [retracted]],
      ['?severity=info', [ended]],
      ['?acknowledged=true', [ended]],
      ['?acknowledged=false&state=open', [open]],
    ]
    for (const [query, found] of expected) expect(await ids(query), query).to.deep.equal(found)
    expect((await fixture.call('GET', '/api/events?state=closed')).status).to.equal(400)
  })

  it('a time range has the events that overlap it, and open ones have no end', async () => {
    const early = await add('v1', 'fast', at(0), { ended_at: at(10) })
    const open = await add('v1', 'fast', at(20))
    const late = await add('v1', 'fast', at(40), { ended_at: at(50) })
    const range = (from: number, to: number) => `?from=${T0 + from * 60_000}&to=${T0 + to * 60_000}`
    expect(await ids(range(5, 15))).to.deep.equal([early])
    expect(await ids(range(30, 35))).to.deep.equal([open])
    expect(await ids(range(45, 60))).to.deep.equal([late, open])
    expect(await ids(range(10, 20))).to.deep.equal([early])
    expectProblem(await fixture.call('GET', `/api/events${range(20, 10)}`), 400, 'invalid_request', ['/to'])
  })

  it('pages have each event once, also if several begin at the same time', async () => {
    for (const vehicle of ['v1', 'v2'])
      for (let minute = 0; minute < 5; minute++) await add(vehicle, 'fast', at(minute))
    const all = await ids('')
    const paged = (await readPages(fixture, '/api/events', 3)).map(({ id }) => id)
    expect(paged).to.deep.equal(all)
    expect(new Set(paged).size).to.equal(10)
    expect((await fixture.call('GET', '/api/events?cursor=nonsense')).status).to.equal(400)
  })

  it('an event is seen with its vehicle, and within the history that a grant gives', async () => {
    const before = await add('v1', 'fast', at(0), { ended_at: at(30) })
    const after = await add('v1', 'fast', at(10))
    const foreign = await add('v2', 'fast', at(10))
    expect(await ids('', a.token)).to.deep.equal([])
    await fixture.call('POST', '/api/grants', { body: { user: a.id, group: 'north', history_from: at(5) } })
    expect(await ids('', a.token)).to.deep.equal([after])
    for (const id of [before, foreign])
      expectProblem(await fixture.call('GET', `/api/events/${id}`, { token: a.token }), 404, 'not_found')
    const issued = await issueServiceToken(fixture, { scopes: ['events:read'], groups: ['north'] })
    expect(await ids('', issued.body.token)).to.deep.equal([after, before])
  })

  it("events of a user's rule are for that user, administrators and services of the fleet", async () => {
    for (const user of [a.id, b.id])
      await fixture.call('POST', '/api/grants', { body: { user, group: 'north' } })
    await addRule('mine', 'idling', {}, a.token)
    const own = await add('v1', 'mine', at(0))
    const ofFleet = await add('v1', 'fast', at(1))
    const tokenOf = async (groups: string[] | null) =>
      (await issueServiceToken(fixture, { scopes: ['events:read'], groups })).body.token
    expect(await ids('')).to.deep.equal([ofFleet, own])
    expect(await ids('', a.token)).to.deep.equal([ofFleet, own])
    expect(await ids('', b.token)).to.deep.equal([ofFleet])
    expect(await ids('', await tokenOf(['north']))).to.deep.equal([ofFleet])
    expect(await ids('', await tokenOf(null))).to.deep.equal([ofFleet, own])
  })

  it('events of a deleted rule stay, and those of a deleted vehicle are not shown', async () => {
    const id = await add('v1', 'fast', at(0))
    await fixture.call('DELETE', '/api/rules/fast')
    const { body } = await fixture.call('GET', `/api/events/${id}`)
    expect(body.rule).to.equal('fast')
    await fixture.call('DELETE', '/api/vehicles/v1')
    expect((await fixture.call('GET', `/api/events/${id}`)).status).to.equal(404)
  })

  it('an acknowledgement has its author and note, and the first one stays', async () => {
    const id = await add('v1', 'fast', at(0))
    const first = await acknowledge(id, { body: { note: 'called the driver' } })
    expect(first.status, JSON.stringify(first.body)).to.equal(200)
    const { at: when, ...rest } = first.body.acknowledged
    expect(rest).to.deep.equal({ by: 'user:1', note: 'called the driver' })
    expect(Date.parse(when)).to.be.within(Date.now() - 60_000, Date.now() + 1)
    const second = await acknowledge(id, { body: { note: 'again' } })
    expect([second.status, second.body]).to.deep.equal([200, first.body])
    const { body: log } = await fixture.call('GET', `/api/audit-log?subject=event:${id}`)
    expect(log.items.map((it: Record<string, unknown>) => [it['action'], it['after']])).to.deep.equal([
      ['event.acknowledge', { vehicle: 'v1', note: 'called the driver' }],
    ])
    expectProblem(await acknowledge(id + 1), 404, 'not_found')
    const tooLong = await acknowledge(id, { body: { note: 'x'.repeat(501) } })
    expectProblem(tooLong, 400, 'invalid_request', ['/note'])
  })

  it('those who may change the vehicle acknowledge its events, and owners of rules those of their rules', async () => {
    await fixture.call('POST', '/api/vehicles', { token: b.token, body: { key: 'own', group: 'south' } })
    await fixture.call('POST', '/api/grants', { body: { user: a.id, group: 'south' } })
    await addRule('mine', 'idling', {}, a.token)
    const ofFleet = await add('own', 'fast', at(0))
    const ofReader = await add('own', 'mine', at(1))
    expectProblem(await acknowledge(ofFleet, { token: a.token }), 403, 'forbidden')
    expect((await acknowledge(ofFleet, { token: b.token })).body.acknowledged.by).to.equal(`user:${b.id}`)
    expect((await acknowledge(ofReader, { token: a.token })).body.acknowledged.by).to.equal(`user:${a.id}`)
  })
})
