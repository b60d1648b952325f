import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { distanceM } from '../../../simulator/driving/geo.ts'
import { seeded } from '../../support/seeded.ts'
import { expectProblem, readPages } from '../fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from '../history/history-fixture.ts'

/** v1 is in Stockholm, v2 in Uppsala, v3 and lent in Fiji and Samoa on either side of the 180th meridian, own in Greenwich. */
const PLACES = {
  v1: [59.3293, 18.0686],
  v2: [59.8586, 17.6389],
  v3: [-18.1416, 178.4419],
  lent: [-13.8333, -171.7667],
  own: [51.4779, -0.0015],
  n1: [1, 1],
  foreign: [2, 2],
} as const

describe('newest positions', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    for (const [key, [lat, lon]] of Object.entries(PLACES)) {
      await fixture.insert(key, [
        { time: at(0), lat: 0, lon: 0, speed: 1 },
        {
          time: at(5),
          lat,
          lon,
          ...(key === 'v1' && { altitude: 28, speed: 7.5, heading: 90, ignition: false }),
        },
        { time: at(9), speed: 2 },
      ])
    }
    await fixture.insert('n2', [{ time: at(1), speed: 3 }])
    // The state in which the migration finds a database that already has readings.
    await fixture.sql`drop table positions cascade`
    for (const file of ['009.do.newest-positions', '017.do.position-cells'])
      await fixture.sql.unsafe(readFileSync(`sql/${file}.sql`, 'utf8')).simple()
  })
  after(() => fixture.close())

  const keysOf = async (query: string, token?: string): Promise<string[]> => {
    const body = await fixture.read(`/api/positions${query}`, token)
    return body.items.map(({ vehicle }: { vehicle: string }) => vehicle)
  }

  it("each vehicle's newest position is listed", async () => {
    const { body } = await fixture.get('/api/positions')
    expect(body.items).to.have.length(7)
    const received_at = '2026-11-21T12:00:00.000Z'
    expect(body.items.slice(-2)).to.deep.equal([
      { vehicle: 'v2', time: at(5), received_at, device: 'd-v2', lat: 59.8586, lon: 17.6389 },
      { vehicle: 'v3', time: at(5), received_at, device: 'd-v3', lat: -18.1416, lon: 178.4419 },
    ])
    expect(body.items.at(-3)).to.include({
      vehicle: 'v1',
      altitude: 28,
      speed: 7.5,
      heading: 90,
      ignition: false,
    })
    const all = ['foreign', 'lent', 'n1', 'own', 'v1', 'v2', 'v3']
    const pages = await readPages(fixture, '/api/positions', 3)
    expect(pages.map(({ vehicle }) => vehicle)).to.deep.equal(all)
  })

  it('a position keeps microseconds, and a deleted device is null', async () => {
    const { sql } = fixture
    await sql`
      update positions
      set time = '2026-11-21T08:00:05.120003Z', received_at = '2026-11-21T08:00:05.12Z', device_id = 0, lat = 1e-7
      where vehicle_id = (select id from vehicles where key = 'n1')`
    const { body } = await fixture.get('/api/positions?group=north')
    expect(body.items).to.deep.equal([
      {
        vehicle: 'n1',
        time: '2026-11-21T08:00:05.120003Z',
        received_at: '2026-11-21T08:00:05.120Z',
        device: null,
        lat: 1e-7,
        lon: 1,
      },
    ])
  })

  it('a bounding box finds positions inside it, even across the 180th meridian', async () => {
    expect(await keysOf('?bbox=17,59,19,60')).to.deep.equal(['v1', 'v2'])
    expect(await keysOf('?bbox=18.0686,59.3293,19,60')).to.deep.equal(['v1'])
    expect(await keysOf('?bbox=177,-20,-170,-10')).to.deep.equal(['lent', 'v3'])
    expect(await keysOf('?bbox=-170,-20,177,-10')).to.deep.equal([])
    expect(await keysOf('?bbox=1e-7,59,18.30000000000000004,60')).to.deep.equal(['v1', 'v2'])
  })

  it('a position on the 180th meridian is in boxes on both sides of it', async () => {
    await fixture.sql`update positions set lon = 180 where vehicle_id = (select id from vehicles where key = 'foreign')`
    const found = []
    for (const box of ['-180,1,-179,3', '179,1,180,3', '-180,1,180,3', '-179,1,179,3'])
      found.push((await keysOf(`?bbox=${box}`)).includes('foreign'))
    await fixture.sql`update positions set lon = 2 where vehicle_id = (select id from vehicles where key = 'foreign')`
    expect(found).to.deep.equal([true, true, true, false])
  })

  it('positions near a place have their distance, the nearest first', async () => {
    const { body } = await fixture.get('/api/positions?near=59.3293,18.0686&radius=70000')
    expect(body.items.map(({ vehicle }: { vehicle: string }) => vehicle)).to.deep.equal(['v1', 'v2'])
    expect(body.items[0].distance).to.equal(0)
    // Stockholm to Uppsala by the spherical law of cosines.
    expect(body.items[1].distance).to.be.closeTo(63_629.77, 0.01)
    expect(await keysOf('?near=59.3293,18.0686&radius=63000')).to.deep.equal(['v1'])
    expect(await keysOf('?near=-18.1416,-179&radius=300000')).to.deep.equal(['v3'])
    expect(await keysOf('?near=-59.3293,-161.9314&radius=20020000')).to.have.length(7)
    expect(await keysOf('?near=59.3293,18.0686&radius=20020000&limit=2')).to.deep.equal(['v1', 'v2'])
  })

  it('boxes and circles find the same positions as a full scan', async () => {
    const places = await fixture.sql<{ key: string; lat: number; lon: number }[]>`
      with made as (insert into vehicles (key) select 'r' || n from generate_series(1, 400) as n returning id, key)
      insert into positions (vehicle_id, time, received_at, lat, lon)
      select id, now(), now(), round((random() * 2 - 1)::numeric, 2), round((random() * 2 - 1)::numeric, 2) from made
      returning (select key from made where id = vehicle_id), lat, lon`
    const near = (random: () => number) => Math.round((random() * 2 - 1) * 100) / 100
    const random = seeded(1)
    for (let n = 0; n < 30; n++) {
      const [[south, north], [west, east]] = [0, 1].map(() =>
        [near(random), near(random)].toSorted((a, b) => a - b),
      ) as [[number, number], [number, number]]
      const inBox = places.filter(
        ({ lat, lon }) => lat >= south && lat <= north && lon >= west && lon <= east,
      )
      const asked = await keysOf(`?bbox=${[west, south, east, north].join()}`)
      expect(asked.filter((key) => key.startsWith('r'))).to.have.members(inBox.map(({ key }) => key))

      const radiusM = Math.ceil(random() * 100_000)
      const metresTo = (place: { lat: number; lon: number }) => distanceM({ lat: south, lon: west }, place)
      const inCircle = places.filter((place) => metresTo(place) <= radiusM)
      const around = await keysOf(`?near=${south},${west}&radius=${radiusM}`)
      expect(around.filter((key) => key.startsWith('r'))).to.have.members(inCircle.map(({ key }) => key))
    }
    await fixture.sql`delete from vehicles where key like 'r%'`
  })

  it('a user gets positions only of their own and granted vehicles', async () => {
    expect(await keysOf('', fixture.user)).to.deep.equal(['lent', 'n1', 'own'])
    expect(await keysOf('?group=north', fixture.user)).to.deep.equal(['n1'])
    expect(await keysOf('?group=south', fixture.user)).to.deep.equal([])
    expect(await keysOf('?near=2,2&radius=1000', fixture.user)).to.deep.equal([])
  })

  it('invalid queries for positions are refused with a pointer to the error', async () => {
    const cases: [string, string[]][] = [
      ['bbox=1,2,3', ['/bbox']],
      ['bbox=1,91,3,92', ['/bbox']],
      ['bbox=1,3,2,2', ['/bbox']],
      ['bbox=1,1,2,2&near=1,1&radius=5', ['/near']],
      ['near=1,1', ['/radius']],
      ['radius=5', ['/radius']],
      ['near=91,181&radius=5', ['/near']],
      ['near=1,1&radius=5&cursor=eA', ['/cursor']],
      ['near=1,1&radius=0', ['/radius']],
      ['cursor=eA', ['/cursor']],
    ]
    for (const [query, pointers] of cases)
      expectProblem(await fixture.get(`/api/positions?${query}`), 400, 'invalid_request', pointers)
  })

  it("a vehicle's position is exact before the table of newest positions has it", async () => {
    await fixture.insert('own', [{ time: at(20), lat: 52, lon: 1 }])
    const { body } = await fixture.get('/api/vehicles/own/position', fixture.user)
    expect(body).to.include({ time: at(20), lat: 52 })
    expect((await fixture.get('/api/vehicles/v1/position')).body).to.include({ time: at(5), speed: 7.5 })
  })

  it("a vehicle's position is found however old it is, and if a clock is ahead", async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: 'rare' } })
    await fixture.call('POST', '/api/devices', { body: { key: 'd-rare', vehicle: 'rare' } })
    const path = '/api/vehicles/rare/position'
    expectProblem(await fixture.get(path), 404, 'not_found')
    const day = 86_400_000
    for (const [n, daysAgo] of [800, 40, 2.01, 1.99, 0, -0.99].entries()) {
      const time = new Date(Date.now() - daysAgo * day).toISOString()
      await fixture.insert('rare', [{ time, lat: n, lon: 1 }])
      expect((await fixture.get(path)).body, String(daysAgo)).to.include({ time, lat: n })
      await fixture.sql`
        insert into positions (vehicle_id, time, received_at, lat, lon)
        select id, ${time}::timestamptz, now(), ${n}, 1 from vehicles where key = 'rare'
        on conflict (vehicle_id) do update set time = excluded.time`
      expect((await fixture.get(path)).body, String(daysAgo)).to.include({ time, lat: n })
    }
  })
})
