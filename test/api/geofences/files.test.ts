import { expect } from 'chai'
import fc from 'fast-check'
import { toGeoJSON as toGeoJson } from '../../support/kml-to-geojson.ts'
import { addUser, expectProblem, openFixture, type Fixture } from '../fixture.ts'

const KML = 'application/vnd.google-earth.kml+xml'
const GEOJSON = 'application/geo+json'
const point = { type: 'Point', coordinates: [18, 59] }
const ring = (x: number, y: number, size = 1): [number, number][] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
]
const feature = (geometry: unknown, properties: object | null = {}, more: object = {}) => ({
  type: 'Feature',
  geometry,
  properties,
  ...more,
})
const collection = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features })
const kml = (content: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>${content}</Document></kml>`
const placemark = (geometry: string, name = 'Depot') =>
  `<Placemark><name>${name}</name>${geometry}</Placemark>`

describe('files of geofences', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())
  beforeEach(async () => {
    await fixture.sql`truncate geofences, geofence_versions, vehicles, groups, grants, audit_log cascade`
  })

  const send = (raw: string, type = GEOJSON, query = '', token?: string) =>
    fixture.call('POST', `/api/geofences/import${query}`, {
      raw,
      headers: { 'content-type': type },
      ...(token !== undefined && { token }),
    })
  const list = async () => {
    const { body } = await fixture.call('GET', '/api/geofences?limit=500')
    return body.items.map(({ valid_from, created_at, ...others }: Record<string, unknown>) => {
      expect([typeof valid_from, typeof created_at]).to.deep.equal(['string', 'string'])
      return others
    })
  }
  const file = async (format: string, query = '') => {
    const answer = await fixture.call('GET', `/api/geofences/export?format=${format}${query}`)
    return typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  }

  it('creates a geofence of each geometry, with the properties of its feature', async () => {
    const schedule = { zone: 'UTC', windows: [{ days: ['mon'], from: '08:00', to: '17:00' }] }
    const text = collection(
      feature({ type: 'Polygon', coordinates: [ring(0, 0)] }, { name: 'Kaj & <Å>', 'stroke-width': 3 }),
      feature(point, { key: 'gate', radius_m: 90, hysteresis_m: 10, speed_limit: 30, schedule, group: null }),
      feature(
        {
          type: 'LineString',
          coordinates: [
            [0, 0, 5],
            [1, 1, 5],
          ],
        },
        { name: 'Road' },
        { id: 'e4' },
      ),
      feature(
        {
          type: 'GeometryCollection',
          geometries: [ring(0, 0), ring(5, 5)].map((it) => ({ type: 'Polygon', coordinates: [it] })),
        },
        null,
      ),
    )
    const answer = await send(text, GEOJSON, '?width_m=20')
    expect(answer.body).to.deep.equal({
      created: 4,
      items: [
        { key: 'kaj-a', name: 'Kaj & <Å>' },
        { key: 'gate', name: '' },
        { key: 'e4', name: 'Road' },
        { key: 'geofence', name: '' },
      ],
    })
    const made = await list()
    expect(
      made.map((it: { key: string; width_m: number; geometry: { type: string } }) => [
        it.key,
        it.geometry.type,
        it.width_m,
      ]),
    ).to.deep.equal([
      ['e4', 'LineString', 20],
      ['gate', 'Point', null],
      ['geofence', 'MultiPolygon', null],
      ['kaj-a', 'Polygon', null],
    ])
    expect(made[1]).to.include({ radius_m: 90, hysteresis_m: 10, speed_limit: 30 })
    expect(made[1].schedule).to.deep.equal(schedule)
  })

  it('reads Placemarks of KML in folders, with any prefix', async () => {
    const polygon = `<k:Polygon><k:altitudeMode>clampToGround</k:altitudeMode><k:outerBoundaryIs><k:LinearRing><k:coordinates>
        0,0,0 4,0,0
        4,4,0 0,4,0 0,0,0
      </k:coordinates></k:LinearRing></k:outerBoundaryIs><k:innerBoundaryIs><k:LinearRing>
      <k:coordinates>1,1 1,2 2,2 1,1</k:coordinates></k:LinearRing></k:innerBoundaryIs></k:Polygon>`
    const text = `\ufeff<?xml version="1.0"?><k:kml xmlns:k="http://www.opengis.net/kml/2.2" xmlns="urn:x"><k:Document><k:name>All</k:name>
      <k:Folder><k:Placemark><k:name><![CDATA[Yard & gate]]></k:name><k:description>name</k:description>${polygon}</k:Placemark></k:Folder>
      <k:Placemark id="p-2"><k:name>Caf&#233;</k:name><k:ExtendedData><k:SchemaData><k:SimpleData name="radius_m">70</k:SimpleData></k:SchemaData></k:ExtendedData>
        <k:MultiGeometry><k:Point><k:coordinates>18,59,12</k:coordinates></k:Point></k:MultiGeometry></k:Placemark>
      </k:Document></k:kml>`
    const answer = await send(text, `${KML}; charset=utf-8`)
    expect(answer.body.items, JSON.stringify(answer.body)).to.deep.equal([
      { key: 'yard-gate', name: 'Yard & gate' },
      { key: 'p-2', name: 'Café' },
    ])
    const [circle, yard] = await list()
    expect(circle).to.deep.include({ radius_m: 70, geometry: point })
    expect(yard.geometry.coordinates).to.deep.equal([
      ring(0, 0, 4),
      [
        [1, 1],
        [1, 2],
        [2, 2],
        [1, 1],
      ],
    ])
  })

  it('creates all or nothing, and points to each faulty feature', async () => {
    const bow = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    }
    const text = collection(
      feature(point, { key: 'good', radius_m: 50 }),
      feature(bow),
      feature(point, { key: 'a b', radius_m: 5 }),
      feature(point, {}),
      feature({ type: 'MultiPoint', coordinates: [] }),
      feature(null),
      feature(point, { key: 'good', radius_m: 5 }),
      7,
      feature({ type: 'GeometryCollection', geometries: [point, point] }),
    )
    const answer = await send(text)
    expectProblem(answer, 400, 'invalid_request', [
      '/features/1/geometry/coordinates/0',
      '/features/2/properties/key',
      '/features/3/properties/radius_m',
      '/features/4/geometry/type',
      '/features/5/geometry',
      '/features/6/properties/key',
      '/features/7/geometry',
      '/features/8/geometry',
    ])
    expect(await list()).to.deep.equal([])
    const wrong = kml(
      placemark('<Point><coordinates>x,59</coordinates></Point>') +
        placemark('') +
        placemark('<Point><coordinates>,</coordinates></Point>'),
    )
    expectProblem(await send(wrong, KML, '?radius_m=5'), 400, 'invalid_request', [
      '/placemarks/0/geometry/coordinates',
      '/placemarks/1/geometry',
      '/placemarks/2/geometry/coordinates',
    ])
  })

  it('a dry run reports the same and creates nothing', async () => {
    const text = collection(
      feature(point, { radius_m: 5, name: 'A' }),
      feature(point, { radius_m: 5, name: 'A' }),
    )
    const dry = await send(text, GEOJSON, '?dry_run=true')
    expect(dry.body.items.map((it: { key: string }) => it.key)).to.deep.equal(['a', 'a-2'])
    expect(await list()).to.deep.equal([])
    expect((await send(text)).body).to.deep.equal(dry.body)
    const again = await send(text, GEOJSON, '?dry_run=true')
    expectProblem(again, 409, 'conflict', ['/features/0/properties/key', '/features/1/properties/key'])
  })

  it("refuses another user's group, and gives the group of the query to features without one", async () => {
    const [a, b] = [await addUser(fixture.sql, 'user'), await addUser(fixture.sql, 'user')]
    const text = collection(
      feature(point, { radius_m: 5, name: 'A' }),
      feature(point, { radius_m: 5, group: 'own' }),
    )
    expect((await send(text, GEOJSON, '?group=north', a.token)).status).to.equal(200)
    expect((await list()).map((it: { group: string }) => it.group)).to.deep.equal(['north', 'own'])
    const other = collection(feature(point, { radius_m: 5, name: 'B' }))
    expectProblem(await send(other, GEOJSON, '?group=north', b.token), 400, 'invalid_request', [
      '/features/0/properties/group',
    ])
  })

  it('refuses what is neither GeoJSON nor KML, and other media types', async () => {
    for (const raw of [
      '{',
      '[]',
      '{"type":"Feature"}',
      '{"type":"FeatureCollection","features":[]}',
      '"x"',
      'null',
    ])
      expectProblem(await send(raw), 400, 'invalid_request')
    for (const raw of [
      'hello',
      '<gpx></gpx>',
      '<kml>',
      '<kml></gpx>',
      '<kml/>',
      kml('<Placemark><Placemark/></Placemark>'),
    ])
      expectProblem(await send(raw, KML), 400, 'invalid_request')
    expectProblem(await send(collection(), 'text/xml'), 415, 'unsupported_media_type')
    const sweref = {
      type: 'FeatureCollection',
      crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::3006' } },
      features: [],
    }
    expect((await send(JSON.stringify(sweref))).body.detail).to.contain('WGS 84')
  })

  describe('hostile files', () => {
    const M = 1024 * 1024
    const refused: [what: string, raw: string, status: number][] = [
      [
        'a document type',
        `<!DOCTYPE kml><kml>${placemark('<Point><coordinates>18,59</coordinates></Point>')}</kml>`,
        400,
      ],
      [
        'expanding entities',
        `<!DOCTYPE kml [${Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')}]><kml>&l10;</kml>`,
        400,
      ],
      [
        'an entity of another file',
        '<!DOCTYPE kml [<!ENTITY f SYSTEM "file:///etc/passwd">]><kml>&f;</kml>',
        400,
      ],
      ['a large document type', `<!DOCTYPE kml [${'<!ENTITY a "a">'.repeat(M / 16)}]><kml/>`, 400],
      ['an unknown entity', kml(placemark('&lol;')), 400],
      ['deep nesting', '<kml>'.repeat(M / 6), 400],
      ['many elements', kml('<a/>'.repeat(M / 5)), 400],
      ['many attributes', `<kml ${Array.from({ length: M / 16 }, (_, i) => `a${i}="x"`).join(' ')}/>`, 400],
      ['an endless name', `<kml><${'a'.repeat(M - 100)}/></kml>`, 400],
      [
        'many blanks',
        kml(placemark(`<Point><coordinates>${' '.repeat(M - 300)}</coordinates></Point>`)),
        400,
      ],
      [
        'many positions',
        kml(placemark(`<LineString><coordinates>${'0,0 '.repeat(M / 5)}</coordinates></LineString>`)),
        400,
      ],
      ['many Placemarks', kml('<Placemark/>'.repeat(M / 13)), 400],
      ['brackets', '<'.repeat(M - 1), 400],
      ['10 MB', kml(' '.repeat(10 * M)), 413],
    ]
    for (const [what, raw, status] of refused)
      it(`refuses ${what} in KML within a second`, async () => {
        const start = performance.now()
        const answer = await send(raw, KML, '?width_m=5&radius_m=5')
        expect(answer.status, answer.body.detail).to.equal(status)
        expect(answer.body.detail.length).to.be.lessThan(300)
        expect(performance.now() - start).to.be.lessThan(process.env['CI'] === undefined ? 1000 : 5000)
      })

    it('refuses deeply nested GeoJSON', async () => {
      const deep = (open: string, close: string, n: number) => open.repeat(n) + close.repeat(n)
      const arrays = deep('[', ']', M / 4)
      expectProblem(await send(arrays), 400, 'invalid_request')
      const coordinates = `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":${arrays}}}]}`
      expectProblem(await send(coordinates), 400, 'invalid_request')
      const nested = '{"type":"GeometryCollection","geometries":['
      const collections = `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":${deep(nested, ']}', 20_000)}}]}`
      expectProblem(await send(collections), 400, 'invalid_request', ['/features/0/geometry'])
    })

    it('answers others while it reads many polygons of many corners', async () => {
      const comb = (y: number) => {
        const teeth = Array.from({ length: 997 }, (_, i) => [(i % 2) * 0.1, y + i / 10_000])
        return [...teeth, [1, y + 0.1], [1, y], [0, y]]
      }
      const features = Array.from({ length: 50 }, (_, i) =>
        feature({ type: 'Polygon', coordinates: [comb(i)] }),
      )
      const importing = send(collection(...features))
      const isDone = importing.then(() => true)
      const isOpen = Promise.resolve(false)
      let longest = 0
      while (!(await Promise.race([isDone, isOpen]))) {
        const start = performance.now()
        await fixture.call('GET', '/api/healthz', { token: null })
        longest = Math.max(longest, performance.now() - start)
      }
      const { status, body } = await importing
      expect([status, body.created], JSON.stringify(body)).to.deep.equal([200, 50])
      expect(longest).to.be.lessThan(500)
    })
  })

  describe('round trips', () => {
    const near = (from: number, to: number) =>
      fc.integer({ min: from * 1e7, max: to * 1e7 }).map((it) => it / 1e7)
    const corner = fc.tuple(near(-170, 170), near(-80, 80))
    const star = fc
      .tuple(corner, fc.array(near(0.001, 4), { minLength: 3, maxLength: 20 }))
      .map(([[x, y], radii]) =>
        radii.map((radius, i) => {
          const angle = (i / radii.length) * 2 * Math.PI
          return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
        }),
      )
    const metres = fc.integer({ min: 30, max: 5000 })
    const geometry = fc.oneof(
      fc.record({ geometry: star.map((it) => ({ type: 'Polygon', coordinates: [it] })) }),
      fc.record({
        geometry: fc.array(star, { minLength: 1, maxLength: 3 }).map((them) => {
          return { type: 'MultiPolygon', coordinates: them.map((it) => [it]) }
        }),
      }),
      fc.record({ geometry: corner.map((it) => ({ type: 'Point', coordinates: it })), radius_m: metres }),
      fc.record({
        geometry: fc.tuple(corner, near(0.001, 2)).map(([[x, y], d]) => ({
          type: 'LineString',
          coordinates: [
            [x, y],
            [x + d, y + d],
          ],
        })),
        width_m: metres,
      }),
    )
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((it) => /^\S(.*\S)?$/u.test(it) && !/\p{C}/u.test(it))
    const optional = fc.record(
      {
        speed_limit: fc.integer({ min: 1, max: 200 }),
        hysteresis_m: fc.integer({ min: 0, max: 10 }),
        group: fc.constantFrom('north', 'south'),
        schedule: fc.constant({
          zone: 'Europe/Stockholm',
          windows: [{ days: ['mon', 'sun'], from: '22:00', to: '06:00' }],
        }),
      },
      { requiredKeys: [] },
    )
    const geofence = fc
      .tuple(geometry, name, optional)
      .map(([shape, name, more]) => ({ ...shape, name, ...more }))

    for (const [format, type] of [
      ['geojson', GEOJSON],
      ['kml', KML],
    ] as const)
      it(`an exported ${format} file is imported as the same geofences`, async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(geofence, { minLength: 1, maxLength: 4 }), async (geofences) => {
            await fixture.sql`truncate geofences, geofence_versions cascade`
            for (const [i, it] of geofences.entries()) {
              const made = await fixture.call('POST', '/api/geofences', { body: { key: `k${i}`, ...it } })
              expect(made.status, JSON.stringify(made.body)).to.equal(201)
            }
            const [before, text] = [await list(), await file(format)]
            await fixture.sql`truncate geofences, geofence_versions cascade`
            const imported = await send(text, type)
            expect(imported.status, `${JSON.stringify(imported.body)} ${text}`).to.equal(200)
            expect(await list()).to.deep.equal(before)
            expect(await file(format)).to.equal(text)
          }),
          { numRuns: 12 },
        )
      })

    it('another program reads the same geometries from the KML file as from the GeoJSON file', async () => {
      const shapes = [
        {
          key: 'a',
          name: 'A & <b>',
          geometry: { type: 'Polygon', coordinates: [ring(0, 0, 9), ring(1, 1)] },
        },
        { key: 'b', geometry: { type: 'MultiPolygon', coordinates: [[ring(0, 0)], [ring(5, 5)]] } },
        { key: 'c', geometry: point, radius_m: 9 },
        {
          key: 'd',
          geometry: {
            type: 'LineString',
            coordinates: [
              [0, 0],
              [1, 1],
            ],
          },
          width_m: 9,
        },
      ]
      for (const body of shapes) await fixture.call('POST', '/api/geofences', { body })
      const expected = JSON.parse(await file('geojson')).features.map(
        (it: { properties: { name: string }; geometry: unknown }) => [it.properties.name, it.geometry],
      )
      expect(toGeoJson(await file('kml'))).to.deep.equal(expected)
      expect(JSON.parse(await file('geojson', '&group=none')).features).to.deep.equal([])
    })

    it('an export of many pages has each geofence once', async () => {
      await fixture.sql`
        insert into geofences (key, geometry, radius_m, valid_from)
        select 'k' || n, '{"type":"Point","coordinates":[18,59]}', 9, now() from generate_series(1, 120) as n`
      const { features } = JSON.parse(await file('geojson'))
      expect(new Set(features.map((it: { id: string }) => it.id)).size).to.equal(120)
      expect(features).to.have.length(120)
    })
  })
})
