import { expect } from 'chai'
import fc from 'fast-check'
import { addUser, expectProblem, openFixture, readPages, type Fixture } from '../fixture.ts'

describe('vehicles in a geofence', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate geofences, geofence_versions, vehicles, devices, grants, groups, positions cascade`
  })

  async function place(positions: Record<string, [lon: number, lat: number]>): Promise<void> {
    const rows = Object.entries(positions).map(([key, [lon, lat]]) => ({ key, lon, lat }))
    await fixture.sql`
      insert into positions (vehicle_id, time, received_at, lat, lon)
      select id, '2026-11-01Z', '2026-11-01Z', lat, lon
      from jsonb_to_recordset(${fixture.sql.json(rows)}) as given (key text, lat float8, lon float8)
      join vehicles using (key)`
  }
  const make = (...keys: (string | object)[]) =>
    fixture.call('POST', '/api/vehicles', {
      body: keys.map((it) => (typeof it === 'string' ? { key: it } : it)),
    })
  const fence = (body: object) => fixture.call('POST', '/api/geofences', { body: { key: 'k', ...body } })
  const inside = async (key = 'k') =>
    (await readPages(fixture, `/api/geofences/${key}/vehicles`, 2)).map(
      (it: { vehicle: string }) => it.vehicle,
    )

  it('lists vehicles in a polygon without its hole, with time and position', async () => {
    await make('in', 'hole', 'out', 'away', 'edge')
    await place({ in: [1, 1], hole: [5, 5], out: [11, 5], away: [-60, -20], edge: [10, 5] })
    const ring = (from: number, to: number) => [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
      [from, from],
    ]
    await fence({ geometry: { type: 'Polygon', coordinates: [ring(0, 10), ring(4, 6)] } })
    expect(await inside()).to.deep.equal(['edge', 'in'])
    const { body } = await fixture.call('GET', '/api/geofences/k/vehicles?limit=1')
    expect(body.items).to.deep.equal([{ vehicle: 'edge', time: '2026-11-01T00:00:00.000Z', lat: 5, lon: 10 }])
  })

  it('judges circles and corridors by metres', async () => {
    await make('at60', 'at140', 'beside')
    // A degree of longitude has 57.4 km at 59 degrees.
    await place({ at60: [18.00105, 59], at140: [18.00245, 59], beside: [18.05, 59.0005] })
    await fence({ geometry: { type: 'Point', coordinates: [18, 59] }, radius_m: 100 })
    expect(await inside()).to.deep.equal(['at60'])
    const line = {
      type: 'LineString',
      coordinates: [
        [18.001, 59],
        [18.1, 59],
      ],
    }
    await fence({ key: 'road', geometry: line, width_m: 40 })
    expect(await inside('road')).to.deep.equal(['at140', 'at60'])
    await fixture.call('PATCH', '/api/geofences/road', { body: { width_m: 120 } })
    expect(await inside('road')).to.deep.equal(['at140', 'at60', 'beside'])
  })

  it('finds vehicles on both sides of the 180th meridian', async () => {
    await make('east', 'west', 'far')
    await place({ east: [179.5, 0.5], west: [-179.5, 0.5], far: [178.5, 0.5] })
    const ring = [
      [179, 0],
      [-179, 0],
      [-179, 1],
      [179, 1],
      [179, 0],
    ]
    await fence({ geometry: { type: 'Polygon', coordinates: [ring] } })
    expect(await inside()).to.deep.equal(['east', 'west'])
    await fence({ key: 'circle', geometry: { type: 'Point', coordinates: [180, 0.5] }, radius_m: 60_000 })
    expect(await inside('circle')).to.deep.equal(['east', 'west'])
  })

  it('lists only vehicles that the caller may see, and that the geofence is for', async () => {
    const user = await addUser(fixture.sql, 'user')
    await make({ key: 'n', group: 'north' }, 's')
    await fixture.call('POST', '/api/vehicles', { token: user.token, body: { key: 'own' } })
    await place({ n: [18, 59], s: [18, 59], own: [18, 59] })
    const geometry = { type: 'Point', coordinates: [18, 59] }
    await fence({ geometry, radius_m: 9 })
    await fence({ key: 'north', group: 'north', geometry, radius_m: 9 })
    await fixture.call('POST', '/api/geofences', {
      token: user.token,
      body: { key: 'mine', geometry, radius_m: 9 },
    })
    expect([await inside(), await inside('north'), await inside('mine')]).to.deep.equal([
      ['n', 'own', 's'],
      ['n'],
      ['own'],
    ])
    const asUser = (key: string) =>
      fixture.call('GET', `/api/geofences/${key}/vehicles`, { token: user.token })
    expectProblem(await asUser('k'), 404, 'not_found')
    expectProblem(await asUser('north'), 404, 'not_found')
    const grant = { user: user.id, group: 'north', history_from: '2026-11-02T00:00:00Z' }
    const { body } = await fixture.call('POST', '/api/grants', { body: grant })
    expect((await asUser('north')).body.items).to.deep.equal([])
    await fixture.call('PATCH', `/api/grants/${body.id}`, { body: { history_from: null } })
    expect((await asUser('north')).body.items.map((it: { vehicle: string }) => it.vehicle)).to.deep.equal([
      'n',
    ])
  })

  it('finds what a search among all positions finds, in steps of 500', async () => {
    const spots = fc.sample(
      fc.tuple(fc.double({ min: 0, max: 4, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true })),
      {
        numRuns: 900,
        seed: 7,
      },
    )
    const keys = spots.map((_, i) => `v${String(i).padStart(4, '0')}`)
    await make(...keys)
    await place(Object.fromEntries(keys.map((key, i) => [key, spots[i] ?? [0, 0]])))
    const boxes = Array.from({ length: 20 }, (_, i) => [(i % 5) * 0.8, Math.floor(i / 5)] as const)
    const coordinates = boxes.map(([x, y]) => [
      [
        [x, y],
        [x + 0.5, y],
        [x + 0.5, y + 0.5],
        [x, y + 0.5],
        [x, y],
      ],
    ])
    await fence({ geometry: { type: 'MultiPolygon', coordinates } })
    const expected = keys.filter((_, i) => {
      const [lon, lat] = spots[i] ?? [0, 0]
      return boxes.some(([x, y]) => lon >= x && lon <= x + 0.5 && lat >= y && lat <= y + 0.5)
    })
    expect(expected.length).to.be.greaterThan(100)
    const found = await readPages(fixture, '/api/geofences/k/vehicles', 100)
    expect(found.map((it: { vehicle: string }) => it.vehicle)).to.deep.equal(expected)
  })
})
