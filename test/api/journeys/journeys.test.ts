import { expect } from 'chai'
import type { TimedReading } from '../../../rules/reading.ts'
import { drive, storeJourneys } from '../../support/journeys.ts'
import { addUser, expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

const NOON_MS = Date.UTC(2026, 10, 21, 12)
const MINUTE_MS = 60_000
const at = (minutes: number) => new Date(NOON_MS + minutes * MINUTE_MS).toISOString()

interface Item {
  id: number
  vehicle: string
  kind: string
  from: string
  to: string | null
  distance_m: number
  start: object | null
  end: object | null
}

describe('journeys over HTTP', function () {
  this.timeout(30_000)
  let fixture: Fixture
  before(async () => {
    fixture = await openFixture()
    const body = [
      { key: 'v1', group: 'north' },
      { key: 'v2', group: 'north' },
      { key: 'v3', group: 'south' },
      { key: 'quiet' },
    ]
    await fixture.call('POST', '/api/vehicles', { body })
    // v1: 12:00 trip, 12:20 stop, 12:30 trip, 12:50 stop until 13:00, gap until 14:00, and an open trip.
    const morning = drive({ fromMs: NOON_MS, untilMs: NOON_MS + 60 * MINUTE_MS - 10_000 })
    const later = drive({ fromMs: NOON_MS + 120 * MINUTE_MS, untilMs: NOON_MS + 130 * MINUTE_MS, lat: 60 })
    await store('v1', [...morning, ...later])
    await store('v2', drive({ fromMs: NOON_MS - 60 * MINUTE_MS, untilMs: NOON_MS + 60 * MINUTE_MS, lat: 52 }))
    await store('v3', drive({ fromMs: NOON_MS + 5 * MINUTE_MS, untilMs: NOON_MS + 60 * MINUTE_MS, lat: 48 }))
  })
  after(() => fixture.close())

  async function store(key: string, readings: TimedReading[]): Promise<void> {
    const [vehicle] = await fixture.sql<{ id: number }[]>`select id from vehicles where key = ${key}`
    await storeJourneys(fixture.sql, vehicle?.id ?? 0, readings)
  }

  async function list(path: string, token?: string): Promise<Item[]> {
    const { status, body } = await fixture.call('GET', path, { ...(token !== undefined && { token }) })
    expect(status, JSON.stringify(body)).to.equal(200)
    return body.items
  }

  /** Each journey as "vehicle kind minutes since noon-minutes since noon". */
  const short = (items: Item[]) =>
    items.map(({ vehicle, kind, from, to }) => {
      const minute = (time: string) => Math.round((Date.parse(time) - NOON_MS) / MINUTE_MS)
      return `${vehicle} ${kind} ${minute(from)}-${to === null ? '' : minute(to)}`
    })

  it('a journey has its times, figures, ends and revision', async () => {
    await fixture.sql`update journeys set start_place = 'Depot', odometer_mm = 20500000, fuel_ul = 1234567
      where vehicle_id = (select id from vehicles where key = 'v1') and from_time = ${at(0)}`
    const [trip] = await list('/api/vehicles/v1/journeys?limit=1')
    const { id = 0, distance_m = 0, start, end, ...rest } = trip ?? ({} as Partial<Item>)
    expect(rest).to.deep.equal({
      vehicle: 'v1',
      kind: 'trip',
      from: at(0),
      to: at(20),
      odometer_m: 20_500,
      moving_s: 1200,
      idle_s: 0,
      speed_max: 60,
      speed_avg: Math.round((distance_m * 3600) / 1200) / 1000,
      fuel_l: 1.234567,
      revision: 1,
    })
    expect(id).to.be.greaterThan(0)
    expect(distance_m).to.be.closeTo(20_000, 200)
    expect(start).to.deep.equal({ lat: 59.3015015, lon: 18.1, place: 'Depot' })
    expect(end).to.include({ lon: 18.1, place: null })
    await fixture.sql`update journeys set start_place = null, odometer_mm = null, fuel_ul = null`
  })

  it('a journey that has only begun is listed as open, with the time of its newest reading', async () => {
    const [, open] = await list(`/api/vehicles/v1/journeys?from=${at(110)}`)
    expect(open).to.include({ kind: 'trip', from: at(120), to: null, as_of: at(130) })
    expect(open).to.not.have.any.keys('odometer_m', 'fuel_l')
  })

  it('a closed journey has no as_of', async () => {
    const [first] = await list('/api/vehicles/v1/journeys')
    expect(first).to.not.have.property('as_of')
  })

  it('a journey without a position has no ends', async () => {
    const id = await fixture.sql`select id from vehicles where key = 'quiet'`
    await storeJourneys(fixture.sql, id[0]?.['id'] as number, [
      { timeMs: NOON_MS, speed: 0 },
      { timeMs: NOON_MS + 4 * MINUTE_MS, speed: 0 },
    ])
    const [stop] = await list('/api/vehicles/quiet/journeys')
    expect(stop).to.include({ kind: 'stop', start: null, end: null, distance_m: 0 })
    await fixture.sql`delete from journeys where vehicle_id = ${id[0]?.['id'] as number}`
  })

  it('journeys of a vehicle are in order of time', async () => {
    expect(short(await list('/api/vehicles/v1/journeys'))).to.deep.equal([
      'v1 trip 0-20',
      'v1 stop 20-30',
      'v1 trip 30-50',
      'v1 stop 50-60',
      'v1 gap 60-120',
      'v1 trip 120-',
    ])
  })

  for (const [query, expected] of [
    [`from=${at(25)}&to=${at(35)}`, ['v1 stop 20-30', 'v1 trip 30-50']],
    [`from=${at(20)}&to=${at(30)}`, ['v1 stop 20-30']],
    [`from=${at(500)}`, ['v1 trip 120-']],
    [`to=${at(0)}`, []],
    [`to=${at(1)}`, ['v1 trip 0-20']],
    [`from=${at(-600)}&to=${at(25)}&kind=stop`, ['v1 stop 20-30']],
    [`from=${at(25)}&to=${at(70)}&kind=gap`, ['v1 gap 60-120']],
  ] as const) {
    it(`${query.replaceAll(/T|:00.000Z|2026-11-21/g, '')} lists the journeys that overlap it`, async () => {
      expect(short(await list(`/api/vehicles/v1/journeys?${query}`))).to.deep.equal(expected)
      expect(short(await list(`/api/journeys?vehicle=v1&${query}`))).to.deep.equal(expected)
    })
  }

  it('journeys of all vehicles, and of a group, are in order of time', async () => {
    const query = `from=${at(10)}&to=${at(25)}`
    const [v1, v2, v3] = [
      ['v1 trip 0-20', 'v1 stop 20-30'],
      ['v2 trip 0-20', 'v2 stop 20-30'],
      ['v3 trip 5-25'],
    ]
    const north = short(await list(`/api/journeys?group=north&${query}`))
    expect(north).to.have.members([...(v1 ?? []), ...(v2 ?? [])])
    const all = await list(`/api/journeys?${query}`)
    expect(short(all)).to.have.members([...north, ...(v3 ?? [])])
    const times = all.map(({ from }) => Date.parse(from))
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b))
  })

  for (const path of [`/api/vehicles/v1/journeys`, `/api/journeys?from=${at(10)}`, '/api/journeys']) {
    it(`pages of ${path.replace(/2026.*/, '12:10')} have each journey once`, async () => {
      const whole = await list(path)
      expect(whole.length).to.be.greaterThan(5)
      expect(await readPages(fixture, path, 2)).to.deep.equal(whole)
    })
  }

  it('the many vehicles of a fleet are listed as few are', async () => {
    const others = await openFixture()
    try {
      await others.sql`insert into vehicles (key, group_key) select 'x' || n, null from generate_series(1, 150) n`
      const ids = await others.sql<{ id: number }[]>`select id from vehicles order by id`
      for (const { id } of ids)
        await storeJourneys(
          others.sql,
          id,
          drive({ fromMs: NOON_MS + id * 1000, untilMs: NOON_MS + 50 * MINUTE_MS + id * 1000 }),
        )
      const stored = await others.sql`
        select v.key, j.kind, j.from_time from journeys j join vehicles v on v.id = j.vehicle_id
        where (to_time > ${at(25)} or to_time is null) and from_time < ${at(45)}
        order by from_time, j.id`
      const expected = stored.map((it) => [it['key'], it['kind'], (it['from_time'] as Date).toISOString()])
      expect(expected.length).to.be.greaterThan(250)
      const path = `/api/journeys?from=${at(25)}&to=${at(45)}`
      const items = (await readPages(others, path, 40)) as Item[]
      expect(items.map(({ vehicle, kind, from }) => [vehicle, kind, from])).to.deep.equal(expected)
    } finally {
      await others.close()
    }
  })

  it('a user sees only journeys of granted vehicles, and 404 for others', async () => {
    const { id, token } = await addUser(fixture.sql, 'user')
    expect(await list('/api/journeys', token)).to.deep.equal([])
    expectProblem(await fixture.call('GET', '/api/vehicles/v3/journeys', { token }), 404, 'not_found')
    expectProblem(await fixture.call('GET', '/api/journeys?vehicle=v3', { token }), 404, 'not_found')
    await fixture.call('POST', '/api/grants', { body: { user: id, group: 'south' } })
    expect(new Set((await list('/api/journeys', token)).map(({ vehicle }) => vehicle))).to.deep.equal(
      new Set(['v3']),
    )
    expect(await list('/api/journeys?group=north', token)).to.deep.equal([])
  })

  it('a journey that began before the start of a grant is not shown', async () => {
    const { id, token } = await addUser(fixture.sql, 'user')
    await fixture.call('POST', '/api/grants', { body: { user: id, vehicle: 'v1', history_from: at(25) } })
    const expected = ['v1 trip 30-50', 'v1 stop 50-60', 'v1 gap 60-120', 'v1 trip 120-']
    expect(short(await list('/api/vehicles/v1/journeys', token))).to.deep.equal(expected)
    expect(short(await list(`/api/journeys?from=${at(0)}`, token))).to.deep.equal(expected)
  })

  it('a vehicle without journeys has an empty list, and a nonexistent one is 404', async () => {
    expect(await list('/api/vehicles/quiet/journeys')).to.deep.equal([])
    expectProblem(await fixture.call('GET', '/api/vehicles/none/journeys'), 404, 'not_found')
    expectProblem(await fixture.call('GET', '/api/journeys?vehicle=none'), 404, 'not_found')
  })

  it('vehicle and group together are refused, as are other cursors', async () => {
    const both = await fixture.call('GET', '/api/journeys?vehicle=v1&group=north')
    expectProblem(both, 400, 'invalid_request', ['/group'])
    const cursor = Buffer.from('journey:1').toString('base64url')
    const foreign = await fixture.call('GET', `/api/journeys?cursor=${cursor}`)
    expectProblem(foreign, 400, 'invalid_request', ['/cursor'])
  })
})
