import { expect } from 'chai'
import fc from 'fast-check'
import { createGeofenceSource } from '../../../insight/settings/geofence-source.ts'
import type { GeofenceVersion } from '../../../insight/settings/geofence-version.ts'
import { createGeofences } from '../../../insight/settings/geofences.ts'
import { createScheduleClock } from '../../../rules/schedule-clock.ts'
import { addUser, openFixture, type Fixture } from '../../api/fixture.ts'

const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-11-01T00:00:00Z')

const version = (key: string, more: Partial<GeofenceVersion> = {}): GeofenceVersion => ({
  key,
  name: '',
  shape: { type: 'Point', coordinates: [18, 59], radiusM: 100 },
  hysteresisM: undefined,
  speedLimit: undefined,
  schedule: null,
  group: null,
  vehiclesOf: null,
  fromMs: -Infinity,
  toMs: Infinity,
  ...more,
})
const HERE = { lat: 590_000_000, lon: 180_000_000 }
const FLEET = { group: null, owner: null }
const KEYS = ['a', 'b', 'c', 'd']

describe('geofences of vehicles', () => {
  it('a geofence is for all vehicles, those of its group, or those of its owner', () => {
    const geofences = createGeofences([
      version('all'),
      version('north', { group: 'north', vehiclesOf: 7 }),
      version('mine', { vehiclesOf: 7 }),
    ])
    const keys = (group: string | null, owner: number | null) =>
      ['all', 'north', 'mine'].filter((key) => geofences.at({ group, owner }, 0).index.get(key))
    expect(keys(null, null)).to.deep.equal(['all'])
    expect(keys('north', null)).to.deep.equal(['all', 'north'])
    expect(keys('south', 7)).to.deep.equal(['all', 'mine'])
    expect(keys('north', 7)).to.deep.equal(['all', 'north', 'mine'])
    expect(keys('north', 8)).to.deep.equal(['all', 'north'])
  })

  it('vehicles for which no geofence differs share an index', () => {
    const geofences = createGeofences([version('all'), version('north', { group: 'north' })])
    const indexOf = (group: string | null, owner: number) => geofences.at({ group, owner }, 0).index
    expect(indexOf('x', 1)).to.equal(indexOf(null, 2))
    expect(indexOf('x', 1)).to.not.equal(indexOf('north', 1))
  })

  it('gives the geofences that a search among all versions finds, and when they change', () => {
    const hours = fc.integer({ min: 0, max: 72 }).map((it) => START_MS + it * HOUR_MS)
    const schedule = fc.constantFrom(
      null,
      null,
      { zone: 'Europe/Stockholm', windows: [{ days: ['sun', 'mon'] as const, from: '22:00', to: '06:30' }] },
      { zone: 'Asia/Kathmandu', windows: [{ days: ['mon'] as const, from: '08:00', to: '24:00' }] },
    )
    const lives = fc
      .uniqueArray(hours, { minLength: 2, maxLength: 5 })
      .map((it) => it.toSorted((a, b) => a - b))
    // Versions of one key follow each other, as in the table.
    const versions = fc
      .tuple(
        ...KEYS.map(() =>
          fc.tuple(lives, schedule, fc.constantFrom(null, 'north'), fc.constantFrom(null, 7), fc.boolean()),
        ),
      )
      .map((all) =>
        all.flatMap(([times, plan, group, vehiclesOf, isOpenEnded], k) =>
          times.slice(1).map((toMs, i) => {
            const isLast = i === times.length - 2
            const more = { schedule: plan, group, vehiclesOf, fromMs: times[i] ?? 0 }
            return version(KEYS[k] ?? '', { ...more, toMs: isLast && isOpenEnded ? Infinity : toMs })
          }),
        ),
      )
    const scope = fc.record({
      group: fc.constantFrom(null, 'north', 'south'),
      owner: fc.constantFrom(null, 7, 8),
    })
    const times = fc.array(fc.integer({ min: -HOUR_MS, max: 80 * HOUR_MS }), { minLength: 1, maxLength: 20 })
    const expected = (
      all: GeofenceVersion[],
      { group, owner }: { group: string | null; owner: number | null },
      at: number,
    ) =>
      all
        .filter((it) => it.fromMs <= at && at < it.toMs)
        .filter((it) => (it.group === null ? [null, owner].includes(it.vehiclesOf) : it.group === group))
        .filter((it) => it.schedule === null || createScheduleClock(it.schedule).isOpenAt(at))
        .map(({ key }) => key)
    fc.assert(
      fc.property(versions, scope, times, (all, scope, offsets) => {
        const geofences = createGeofences(all)
        for (const offset of offsets) {
          const at = START_MS + offset
          const { index, fromMs, toMs } = geofences.at(scope, at)
          expect(fromMs <= at && at < toMs, 'period').to.equal(true)
          const last = Math.min(toMs - 1, at + 80 * HOUR_MS)
          const samples = [Math.max(fromMs, START_MS - HOUR_MS), at, Math.floor((at + last) / 2), last]
          for (const time of samples)
            expect(
              KEYS.filter((key) => index.get(key)),
              String(time - at),
            ).to.deep.equal(expected(all, scope, time))
        }
      }),
      { numRuns: 150 },
    )
  })

  it('the place of a position is the smallest geofence around it', () => {
    const geofences = createGeofences([
      version('town', { name: 'Town', shape: { type: 'Point', coordinates: [18, 59], radiusM: 5000 } }),
      version('yard', { name: 'Yard', toMs: 1000 }),
      version('road', {
        shape: {
          type: 'LineString',
          coordinates: [
            [17, 58],
            [17, 58.1],
          ],
          widthM: 40,
        },
      }),
    ])
    const placeAt = (timeMs: number, lat: number, lon: number) =>
      geofences.placeAt(FLEET, timeMs, { lat: lat * 1e7, lon: lon * 1e7 })
    expect([
      placeAt(0, 59, 18),
      placeAt(1000, 59, 18),
      placeAt(0, 58.05, 17),
      placeAt(0, 0, 0),
    ]).to.deep.equal(['Yard', 'Town', 'road', undefined])
    expect(geofences.placeAt(FLEET, 0, HERE)).to.equal('Yard')
  })

  describe('from the database', () => {
    let fixture: Fixture
    before(async () => (fixture = await openFixture()))
    after(() => fixture.close())
    const send = (method: string, path: string, body?: object, token?: string) =>
      fixture.call(method, `/api/geofences${path}`, {
        ...(body && { body }),
        ...(token !== undefined && { token }),
      })

    it('a version begins with the first whole millisecond in it', async () => {
      const { sql } = fixture
      await sql`
        insert into geofence_versions (geofence_id, key, name, geometry, radius_m, valid_from, valid_to)
        select -1, 'm', '', '{"type":"Point","coordinates":[18,59]}', radius, valid_from, valid_to
        from (values
          (1, timestamptz '2026-01-01Z', timestamptz '2026-02-01T00:00:00.000500Z'),
          (2, timestamptz '2026-02-01T00:00:00.000500Z', timestamptz '2026-03-01Z')
        ) as it (radius, valid_from, valid_to)`
      const geofences = await createGeofenceSource().since(sql, Date.parse('2026-01-15T00:00:00Z'))
      const radiusAt = (time: string) => {
        const shape = geofences.at(FLEET, Date.parse(time)).index.get('m')?.geofence.shape
        return shape?.type === 'Point' ? shape.radiusM : undefined
      }
      expect(radiusAt('2026-02-01T00:00:00.000Z')).to.equal(1)
      expect(radiusAt('2026-02-01T00:00:00.001Z')).to.equal(2)
    })

    it('has the versions that the API wrote, and reads them again after a change only', async () => {
      const { sql } = fixture
      const source = createGeofenceSource()
      const user = await addUser(sql, 'user')
      const circle = { geometry: { type: 'Point', coordinates: [18, 59] }, radius_m: 100, speed_limit: 30 }
      await send('POST', '', { key: 'k', name: 'Depot', ...circle, since: '2026-01-01T00:00:00Z' })
      await send('POST', '', { key: 'own', ...circle, since: '2026-01-01T00:00:00Z' }, user.token)
      await send('PATCH', '/k', { radius_m: 300, hysteresis_m: 50, since: '2026-02-01T00:00:00Z' })
      await send('DELETE', '/k?since=2026-03-01T00:00:00Z')

      const geofences = await source.since(sql, Date.parse('2026-01-15T00:00:00Z'))
      const radiusAt = (time: string, owner: number | null = null) => {
        const { index } = geofences.at({ group: null, owner }, Date.parse(time))
        return ['k', 'own'].map((key) => {
          const { shape, hysteresisM, speedLimit } = index.get(key)?.geofence ?? {}
          return shape?.type === 'Point' ? [shape.radiusM, hysteresisM, speedLimit] : undefined
        })
      }
      expect(radiusAt('2026-01-31T23:59:59.999Z')).to.deep.equal([[100, undefined, 30], undefined])
      expect(radiusAt('2026-02-01T00:00:00Z')).to.deep.equal([[300, 50, 30], undefined])
      expect(radiusAt('2026-03-01T00:00:00Z', user.id)).to.deep.equal([undefined, [100, undefined, 30]])

      expect(await source.since(sql, Date.parse('2026-01-20T00:00:00Z'))).to.equal(geofences)
      const later = await source.since(sql, Date.parse('2026-01-01T00:00:00Z'))
      expect(later).to.not.equal(geofences)
      await send('PATCH', '/own', { radius_m: 200 })
      expect(await source.since(sql, Date.parse('2026-01-20T00:00:00Z'))).to.not.equal(later)
    })
  })
})
