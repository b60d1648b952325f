import { expect } from 'chai'
import { previewRule } from '../../../api/rules/preview.ts'
import { DEFAULT_SETTINGS } from '../../../rules/settings.ts'
import { addUser, expectProblem, openFixture, type Fixture } from '../fixture.ts'

const HOUR_MS = 3_600_000
const FAST = { kind: 'overspeed', params: { limit: 90 }, scope: { all: true } }

describe('the preview of a rule', () => {
  let fixture: Fixture
  let user: { id: number; token: string }
  /** an hour ago, in whole seconds */
  let t0 = 0
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate rules, events, vehicles, devices, grants, groups, telemetry cascade`
    user = await addUser(fixture.sql, 'user')
    t0 = Math.floor(Date.now() / 1000) * 1000 - HOUR_MS
    await fixture.call('POST', '/api/vehicles', {
      body: [
        { key: 'v1', group: 'north' },
        { key: 'v2', attributes: { speed_limit: 150 } },
      ],
    })
    for (const key of ['v1', 'v2'])
      await drive(key, [
        [60, 60],
        [60, 120],
        [60, 60],
        [30, 131.5],
        [60, 60],
      ])
  })

  /** Inserts a reading each second: for so many seconds, at this speed. */
  const drive = (key: string, parts: [seconds: number, speed: number][], fromMs = t0) => {
    const speeds = parts.flatMap(([seconds, speed]) => Array.from({ length: seconds }, () => speed))
    return fixture.sql`
      insert into telemetry (vehicle_id, time, received_at, lat, lon, speed, rpm)
      select id, to_timestamp(${fromMs / 1000}::float8) + make_interval(secs => nth - 1), now(), 59.3, 18.1 + nth * 1e-4, value::float8, null
      from vehicles, jsonb_array_elements(${fixture.sql.json(speeds)}) with ordinality as it (value, nth) where key = ${key}`
  }
  const preview = (body: object = {}, token?: string) =>
    fixture.call('POST', '/api/rules/preview', {
      body: { ...FAST, ...body },
      ...(token !== undefined && { token }),
    })
  const at = (seconds: number) => new Date(t0 + seconds * 1000).toISOString()

  it('has the events that stored readings would have raised, and saves nothing', async () => {
    const { status, body } = await preview()
    expect(status, JSON.stringify(body)).to.equal(200)
    const { events, from, to, ...rest } = body
    expect(rest).to.deep.equal({
      count: 2,
      vehicles: 2,
      vehicles_judged: 2,
      readings_judged: 540,
      cut_by: null,
    })
    expect(Date.parse(to) - Date.parse(from)).to.equal(7 * 24 * HOUR_MS)
    expect(events).to.deep.equal([
      {
        vehicle: 'v1',
        started_at: at(180),
        ended_at: at(209),
        start: { lat: 59.3, lon: 18.1181 },
        peak: { value: 131.5, at: at(180) },
        limit: 90,
        unit: 'km/h',
      },
      {
        vehicle: 'v1',
        started_at: at(60),
        ended_at: at(119),
        start: { lat: 59.3, lon: 18.1061 },
        peak: { value: 120, at: at(60) },
        limit: 90,
        unit: 'km/h',
      },
    ])
    const { body: rules } = await fixture.call('GET', '/api/rules')
    expect(rules.items).to.deep.equal([])
    expect(await fixture.sql`select from events`).to.have.length(0)
  })

  it('scope, time and parameters select', async () => {
    const counts: [object, number][] = [
      [{ scope: { vehicles: ['v1'] } }, 2],
      [{ scope: { vehicles: ['v2'] } }, 0],
      [{ scope: { groups: ['north'] } }, 2],
      [{ scope: { tags: ['none'] } }, 0],
      [{ params: { limit: 125 } }, 1],
      [{ params: { limit: 90, for_s: 45 } }, 1],
      [{ from: at(100) }, 1],
      [{ to: at(150) }, 1],
      [{ to: at(90) }, 1],
      [{ kind: 'idling', params: {} }, 0],
      [{ kind: 'threshold', params: { field: 'speed', level: 100 } }, 4],
    ]
    for (const [body, count] of counts) {
      const reply = await preview(body)
      expect(reply.body.count, `${JSON.stringify(body)} ${JSON.stringify(reply.body)}`).to.equal(count)
    }
    const open = await preview({ to: at(90) })
    expect(open.body.events[0].ended_at).to.equal(null)
  })

  it('an event that began before the time of the preview does not count', async () => {
    const { body } = await preview({ from: at(90), to: at(170) })
    expect([body.count, body.events]).to.deep.equal([0, []])
  })

  it('a user previews the vehicles and the history that the user may see', async () => {
    expect((await preview({}, user.token)).body).to.include({ count: 0, vehicles: 0 })
    const refused = await preview({ scope: { vehicles: ['v1'] } }, user.token)
    expectProblem(refused, 400, 'invalid_request', ['/scope/vehicles/0'])
    await fixture.call('POST', '/api/grants', {
      body: { user: user.id, vehicle: 'v1', history_from: at(170) },
    })
    const { body } = await preview({}, user.token)
    expect(body).to.include({ count: 1, vehicles: 1, readings_judged: 100 })
    expect(body.events[0].started_at).to.equal(at(180))
  })

  it('faults are refused as when the rule is saved', async () => {
    const faulty: [object, string][] = [
      [{ params: { limit: 0 } }, '/params/limit'],
      [{ scope: {} }, '/scope'],
      [{ kind: 'threshold', params: { level: 1 } }, '/params/field'],
      [{ kind: 'threshold', params: { field: 'rpm' } }, '/params/level'],
      [{ kind: 'offline', params: {} }, '/kind'],
      [{ from: '2026-01-01T00:00:00Z', to: '2026-06-01T00:00:00Z' }, '/from'],
      [{ from: at(10), to: at(5) }, '/to'],
      [{ severity: 'info' }, '/severity'],
    ]
    for (const [body, pointer] of faulty)
      expectProblem(await preview(body), 400, 'invalid_request', [pointer])
  })

  it('pages of readings end between two readings of one instant without losing any', async () => {
    await fixture.sql`truncate telemetry`
    const [row] = await fixture.sql<{ id: number }[]>`select id from vehicles where key = 'v1'`
    // 4,500 readings, each instant twice: the page of 2,000 ends within an instant for odd limits.
    await fixture.sql`
      insert into telemetry (vehicle_id, time, nth, received_at, speed)
      select ${row?.id ?? 0}, to_timestamp(${t0 / 1000}::float8) + make_interval(secs => n / 2), n % 2, now(), 100
      from generate_series(1, 4500) as n`
    const { body } = await preview({ scope: { vehicles: ['v1'] } })
    expect(body).to.include({ readings_judged: 4500, count: 1, cut_by: null })
  })
})

describe('the limits of a preview', () => {
  const vehicles = ['v1', 'v2', 'v3'].map((key, id) => ({ id, key, attributes: {}, seenFromUs: null }))
  const options = {
    vehicles,
    total: 3,
    fromMs: 0,
    toMs: HOUR_MS,
    settingsOf: () => DEFAULT_SETTINGS,
    hasLeft: () => false,
    /** 100 readings of each vehicle */
    readPage: (_: unknown, { behind, limit }: { behind: { us: number } | undefined; limit: number }) => {
      const from = behind === undefined ? 0 : behind.us / 1000
      const readings = Array.from({ length: Math.min(limit, 100 - from) }, (__, n) => ({
        timeMs: from + n + 1,
      }))
      const last = readings.at(-1)
      return Promise.resolve({ readings, last: last && { us: last.timeMs * 1000, nth: 0 } })
    },
  }

  it('it is cut at the maximum of readings, and says so', async () => {
    const cut = await previewRule({ ...options, readingsMax: 250 })
    expect(cut).to.include({ vehiclesJudged: 2, readingsJudged: 250, cutBy: 'readings' })
    const whole = await previewRule({ ...options, readingsMax: 301 })
    expect(whole).to.include({ vehiclesJudged: 3, readingsJudged: 300, cutBy: null })
  })

  it('it is cut after its time, when the client leaves, and at the maximum of vehicles', async () => {
    let nowMs = 0
    const slow = await previewRule({ ...options, clock: () => (nowMs += 6000) })
    expect(slow.cutBy).to.equal('time')
    let calls = 0
    const left = await previewRule({ ...options, hasLeft: () => calls++ > 0 })
    expect(left).to.include({ vehiclesJudged: 1, cutBy: 'time' })
    expect((await previewRule({ ...options, total: 5 })).cutBy).to.equal('vehicles')
  })
})
