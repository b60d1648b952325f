import { expect } from 'chai'
import { fillPlaces } from '../../../insight/places/fill-places.ts'
import { createPlaceCache, squareOf } from '../../../insight/places/place-cache.ts'
import { createPlaces, type Places } from '../../../insight/places/places.ts'
import { createSettlements } from '../../../insight/places/settlements.ts'
import { createLog } from '../../../kit/log.ts'
import { drive, storeJourneys } from '../../support/journeys.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openGeocoderServer, type GeocoderServer } from './geocoder-server.ts'

const NOON_MS = Date.UTC(2026, 10, 21, 12)
const MINUTE_MS = 60_000
/** Two towns, 11 km apart, of which the drives begin in the first. */
const TOWNS = createSettlements('59300\t18100\tSouth\n59400\t18100\tNorth\n')
const log = createLog('insight', 'silent')

describe('places of journeys', function () {
  this.timeout(20_000)
  let db: TestDatabase
  let server: GeocoderServer
  let places: Places | undefined
  before(async () => (db = await openTestDatabase()))
  after(() => db.drop())
  beforeEach(async () => {
    server = await openGeocoderServer()
    await db.sql`truncate journeys, place_names`
  })
  afterEach(async () => {
    places?.close()
    places = undefined
    await server.close()
  })

  const open = (options: Partial<Parameters<typeof createPlaces>[0]> = {}): Places =>
    (places = createPlaces({ sql: db.sql, log, settlements: TOWNS, ...options }))
  const withGeocoder = () => open({ geocoder: { url: server.url, requestsPerS: 100 } })

  /** A trip of 10 minutes to the north, a stop of 10 minutes, and an open trip, for each vehicle. */
  async function store(vehicles = 1): Promise<void> {
    const times = { fromMs: NOON_MS, untilMs: NOON_MS + 22 * MINUTE_MS }
    for (let id = 1; id <= vehicles; id++)
      await storeJourneys(
        db.sql,
        id,
        drive({ ...times, driveS: 600, speed: 66, lon: 18.1 + (id - 1) * 0.01 }),
      )
  }

  async function listNames(): Promise<unknown[][]> {
    const rows = await db.sql`
      select kind, start_place, end_place from journeys where vehicle_id = 1 order by from_time`
    return rows.map((it) => [it['kind'], it['start_place'], it['end_place']])
  }

  it('both ends get the names of settlements, except for the end of an open journey', async () => {
    await store()
    expect(await fillPlaces({ sql: db.sql, places: open() })).to.deep.equal({ named: 3, hasMore: false })
    expect(await listNames()).to.deep.equal([
      ['trip', 'South', 'North'],
      ['stop', 'North', 'North'],
      ['trip', 'North', null],
    ])
    expect(await fillPlaces({ sql: db.sql, places: open() })).to.deep.equal({ named: 0, hasMore: false })
  })

  it('names do not count as a revision', async () => {
    await store()
    await fillPlaces({ sql: db.sql, places: open() })
    expect(await db.sql`select distinct revision from journeys`).to.deep.equal([{ revision: 1 }])
  })

  it('a geofence that contains the position at that time takes precedence', async () => {
    await store()
    const geofenceName: NonNullable<Parameters<typeof createPlaces>[0]['geofenceName']> = ({
      lat,
      timeMs = 0,
      vehicleId,
    }) => (vehicleId === 1 && lat > 59.35 && timeMs < NOON_MS + 15 * MINUTE_MS ? 'Yard' : undefined)
    await fillPlaces({ sql: db.sql, places: open({ geofenceName }) })
    expect(await listNames()).to.deep.equal([
      ['trip', 'South', 'Yard'],
      ['stop', 'Yard', 'North'],
      ['trip', 'North', null],
    ])
  })

  it('the geocoder is asked once for a place, and its names are kept', async () => {
    await store()
    const asked = withGeocoder()
    expect(await fillPlaces({ sql: db.sql, places: asked, stepMs: 60_000 })).to.deep.equal({
      named: 3,
      hasMore: false,
    })
    const [trip] = await listNames()
    expect(trip?.[1]).to.match(/^Place 59\.30\d+, Town$/)
    const { length } = server.requests
    expect(length).to.be.within(2, 4)
    await db.sql`update journeys set start_place = null, end_place = null`
    await fillPlaces({ sql: db.sql, places: withGeocoder(), stepMs: 60_000 })
    expect(server.requests).to.have.length(length)
    expect((await listNames())[0]).to.deep.equal(trip)
  })

  it('a place that the geocoder does not know has the settlement, and is not asked for again', async () => {
    server.answer = () => ({ error: 'Unable to geocode' })
    const asked = withGeocoder()
    expect(await asked.nameOf(59.3, 18.1)).to.equal('South')
    expect(await asked.nameOf(59.3, 18.1)).to.equal('South')
    expect(server.requests).to.have.length(1)
  })

  it('if the geocoder fails, settlements are used, and nothing is kept', async () => {
    server.answer = (_url, response) => void response.writeHead(500).end()
    await store()
    await fillPlaces({ sql: db.sql, places: withGeocoder() })
    expect((await listNames())[0]).to.deep.equal(['trip', 'South', 'North'])
    expect(await db.sql`select from place_names`).to.have.length(0)
  })

  it('after the time of a step, journeys wait for the next one', async () => {
    await store()
    let nowMs = NOON_MS
    server.answer = () => {
      nowMs += 600
      return { name: 'Asked', address: {} }
    }
    const now = () => nowMs
    const asked = open({ geocoder: { url: server.url, requestsPerS: 100 }, now })
    const first = await fillPlaces({ sql: db.sql, places: asked, stepMs: 500, now })
    expect(first.hasMore).to.equal(true)
    expect(server.requests).to.have.length(1)
    let left = true
    for (let n = 0; left && n < 5; n++)
      left = (await fillPlaces({ sql: db.sql, places: asked, stepMs: 500, now })).hasMore
    expect((await listNames())[0]).to.deep.equal(['trip', 'Asked', 'Asked'])
  })

  it('journeys beyond those that may wait get the names of settlements', async () => {
    await store(4)
    server.answer = () => undefined
    const asked = withGeocoder()
    // No request begins after the step, which is over at once.
    const step = await fillPlaces({ sql: db.sql, places: asked, stepMs: -1, waitingMax: 3 })
    expect(step).to.deep.equal({ named: 9, hasMore: true })
    const left = await db.sql`select vehicle_id from journeys where start_place is null`
    expect(left.map((it) => it['vehicle_id'])).to.deep.equal([4, 4, 4])
    expect(server.requests).to.have.length(0)
  })

  it('a journey that was moved in the meantime keeps no name of its old position', async () => {
    await store()
    server.answer = (_url, response) => {
      const moved = db.sql`update journeys set start_lat = start_lat + 1, end_lat = end_lat + 1`
      void moved.then(() => response.end(JSON.stringify({ name: 'Old', address: {} })))
      return undefined
    }
    await fillPlaces({ sql: db.sql, places: withGeocoder(), stepMs: 60_000 })
    expect(server.requests).to.not.have.length(0)
    expect((await listNames()).flat()).to.not.include('Old')
  })

  it('the oldest names are deleted beyond the maximum', async () => {
    const cache = createPlaceCache(db.sql, { rowsMax: 3, countEvery: 2 })
    for (let lat = 1; lat <= 6; lat++) await cache.keep(squareOf(lat, 0), `Name ${lat}`)
    const rows = await db.sql`select name from place_names order by name`
    expect(rows.map((it) => it['name'])).to.deep.equal(['Name 4', 'Name 5', 'Name 6'])
  })

  it('a name of more than half a year ago is requested again', async () => {
    await db.sql`
      insert into place_names (lat, lon, name, found_at)
      values (59300, 18100, 'Long ago', now() - interval '181 days'), (59400, 18100, 'Recent', now())`
    const asked = withGeocoder()
    expect(await asked.nameOf(59.4, 18.1)).to.equal('Recent')
    expect(await asked.nameOf(59.3, 18.1)).to.equal('Place 59.300000, Town')
    expect(await db.sql`select name from place_names where lat = 59300`).to.deep.equal([
      { name: 'Place 59.300000, Town' },
    ])
  })

  it('the unnamed journeys are found by their index', async () => {
    await store()
    const plan = await db.sql.begin(async (tx) => {
      await tx`set local enable_seqscan = off`
      return tx`explain select id from journeys
        where (start_place is null and start_lat is not null)
          or (end_place is null and end_lat is not null and to_time is not null)
        order by id desc limit 500`
    })
    expect(JSON.stringify(plan)).to.match(/journeys_unnamed/)
  })
})
