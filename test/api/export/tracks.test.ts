import { expect } from 'chai'
import { validateXml } from '../../support/xml-schema.ts'
import { at, openHistoryFixture, type HistoryFixture } from '../history/history-fixture.ts'

type Position = number[]
const SCHEMAS = ['gpx-1.1.xsd', 'track-point-extension-2.xsd'].map(
  (it) => new URL(`../../support/${it}`, import.meta.url),
)

describe('exported tracks', () => {
  let fixture: HistoryFixture
  before(async () => (fixture = await openHistoryFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate telemetry`)

  const store = (positions: Position[], vehicle = 'v1') =>
    fixture.insert(
      vehicle,
      positions.map(([lon = 0, lat = 0, altitude], n) => ({
        time: at(n),
        lon,
        lat,
        ...(altitude !== undefined && { altitude }),
      })),
    )
  const geometryOf = async (vehicle = 'v1') => {
    const { body } = await fixture.get(
      `/api/telemetry/export?format=geojson&geometry=line&vehicles=${vehicle}`,
    )
    expect(body.features).to.have.length(1)
    return body.features[0].geometry
  }
  const gpxOf = async (vehicles = 'v1'): Promise<string> => {
    const text: string = (await fixture.get(`/api/telemetry/export?format=gpx&vehicles=${vehicles}`)).body
    expect(validateXml(text, SCHEMAS)).to.deep.equal([])
    return text
  }

  describe('GeoJSON lines', () => {
    it('a line is cut at the 180th meridian, both ways, at the interpolated latitude', async () => {
      await store([
        [170, 0],
        [178, 10],
        [-179, 13],
        [-170, 20],
        [179, 31],
        [175, 40],
      ])
      expect(await geometryOf()).to.deep.equal({
        type: 'MultiLineString',
        coordinates: [
          [
            [170, 0],
            [178, 10],
            [180, 12],
          ],
          [
            [-180, 12],
            [-179, 13],
            [-170, 20],
            [-180, 30],
          ],
          [
            [180, 30],
            [179, 31],
            [175, 40],
          ],
        ],
      })
    })

    it('a line that touches the meridian has parts of at least two positions each', async () => {
      await store([
        [180, 1],
        [-179, 2],
        [-180, 3],
        [179, 4],
        [180, 5],
        [-180, 6],
      ])
      const { type, coordinates } = await geometryOf()
      expect(type).to.equal('MultiLineString')
      for (const line of coordinates as Position[][]) {
        expect(line.length).to.be.at.least(2)
        for (const [n, [lon = 0]] of line.entries())
          if (n > 0) expect(Math.abs(lon - (line[n - 1]?.[0] ?? 0)), JSON.stringify(line)).to.be.at.most(180)
      }
      const lats = (coordinates as Position[][]).flat().map(([, lat]) => lat)
      expect([...new Set(lats)]).to.include.members([1, 2, 3, 4, 5, 6])
    })

    it('a line that does not cross the meridian stays whole, even over Greenwich', async () => {
      await store([
        [-90, 0],
        [90, 1],
        [-1, 2],
        [1, 3],
      ])
      expect((await geometryOf()).type).to.equal('LineString')
    })

    it('a line has an altitude at each position, or at none', async () => {
      await store([
        [179, 0, 100],
        [-179, 2, 200],
      ])
      expect((await geometryOf()).coordinates).to.deep.equal([
        [
          [179, 0, 100],
          [180, 1, 150],
        ],
        [
          [-180, 1, 150],
          [-179, 2, 200],
        ],
      ])
      await store(
        [
          [179, 0, 100],
          [-179, 2],
        ],
        'v2',
      )
      expect((await geometryOf('v2')).coordinates).to.deep.equal([
        [
          [179, 0],
          [180, 1],
        ],
        [
          [-180, 1],
          [-179, 2],
        ],
      ])
    })

    it('a crossing between two pages of readings is also cut', async () => {
      await fixture.sql`
        insert into telemetry (vehicle_id, time, received_at, lat, lon)
        select id, timestamptz '2026-11-10T00:00:00Z' + n * interval '1 s', now(), n / 1e4, case when n < 10000 then 179 else -179 end
        from vehicles, generate_series(0, 20001) as n where key = 'v1'`
      const { coordinates } = await geometryOf()
      expect(coordinates.map((line: Position[]) => line.length)).to.deep.equal([10_001, 10_003])
      expect(coordinates[0].at(-1)).to.deep.equal([180, 0.99995])
    })
  })

  describe('GPX tracks', () => {
    it('a gap of more than 10 minutes begins a new track segment', async () => {
      await fixture.insert(
        'v1',
        [0, 600, 1201, 1202, 5000].map((second) => ({ time: at(second), lat: second / 100, lon: 1 })),
      )
      await store([[1, 2]], 'v2')
      const text = await gpxOf('v1,v2')
      const segments = text
        .split('<trkseg>')
        .slice(1)
        .map((it) => it.split('<trkpt ').length - 1)
      expect(segments).to.deep.equal([2, 2, 1, 1])
      expect(text.match(/<trk>/g)).to.have.length(2)
    })

    it('a gap between two pages of readings begins a new track segment', async () => {
      await fixture.sql`
        insert into telemetry (vehicle_id, time, received_at, lat, lon)
        select id, timestamptz '2026-11-10T00:00:00Z' + n * interval '1 s' + case when n < 10000 then '0' else '1 h' end::interval, now(), 1, 1
        from vehicles, generate_series(0, 10005) as n where key = 'v1'`
      const segments = (await gpxOf())
        .split('<trkseg>')
        .slice(1)
        .map((it) => it.split('<trkpt ').length - 1)
      expect(segments).to.deep.equal([10_000, 6])
    })

    it('speeds are in metres a second, and courses below 360 degrees', async () => {
      await fixture.insert('v1', [
        { time: at(0), lat: 1, lon: 180, altitude: 1e-7, speed: 36, heading: 360 },
        { time: at(1), lat: 1e-9, lon: -180, speed: 50 },
        { time: at(2), lat: -90, lon: 0, heading: 271.5 },
        { time: at(3), lat: 90, lon: 0, speed: 0.00001, heading: 1e-8 },
        { time: at(4), lat: 0, lon: 0 },
      ])
      const text = await gpxOf()
      const valuesOf = (name: string) =>
        [...text.matchAll(new RegExp(`<gpxtpx:${name}>(.*?)<`, 'g'))].map((it) => it[1])
      expect(valuesOf('speed')).to.deep.equal(['10', '13.8889', '0'])
      expect(valuesOf('course')).to.deep.equal(['0', '271.5', '0.00000001'])
      expect(text.match(/<extensions>/g)).to.have.length(4)
    })
  })

  it('the GPX schemas find the faults of a file', () => {
    const gpx = (inner: string) =>
      `<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1" xmlns:t="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"><trk><trkseg>${inner}</trkseg></trk></gpx>`
    const extended = (inner: string) =>
      gpx(
        `<trkpt lat="1" lon="1"><extensions><t:TrackPointExtension>${inner}</t:TrackPointExtension></extensions></trkpt>`,
      )
    expect(validateXml(extended('<t:speed>1e-5</t:speed><t:course>1</t:course>'), SCHEMAS)).to.deep.equal([])
    for (const wrong of [
      gpx('<trkpt lat="1" lon="180"/>'),
      gpx('<trkpt lat="1e-5" lon="1"/>'),
      gpx('<trkpt lat="1"/>'),
      gpx('<trkpt lat="1" lon="1"><time>2026-11-21</time></trkpt>'),
      gpx('<trkpt lat="1" lon="1"><time>2026-11-21T08:00:00Z</time><ele>1</ele></trkpt>'),
      gpx('<trkpt lat="1" lon="1"><speed>1</speed></trkpt>'),
      extended('<t:course>1</t:course><t:speed>1</t:speed>'),
      extended('<t:course>360</t:course>'),
      '<gpx/>',
    ])
      expect(validateXml(wrong, SCHEMAS), wrong).to.have.length(1)
  })
})
