import { gpx } from '@tmcw/togeojson'
import { DOMParser } from '@xmldom/xmldom'
import { expect } from 'chai'
import { parse } from 'csv-parse/sync'
import { eventually } from '../../support/eventually.ts'
import { expectProblem, makeToken } from '../fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from '../history/history-fixture.ts'

const EXTRA = { 'tire/1': 2.2, 'half~': null, on: true, text: 'ä, "q"' }

describe('telemetry export', () => {
  let fixture: HistoryFixture
  before(async () => {
    fixture = await openHistoryFixture()
    await fixture.insert('v1', [
      {
        time: at(0),
        lat: 59.5,
        lon: 18,
        altitude: 1e-7,
        speed: 0.1 + 0.2,
        ignition: false,
        status: 'läuft, "gut"',
        seq: 7,
      },
      { time: at(1), extra: EXTRA },
      { time: at(2), lat: 1e-9, lon: 180 },
    ])
    await fixture.insert('v2', [{ time: at(5), lat: -1, lon: 2, altitude: 3, status: 'back\\slash' }])
    await fixture.insert('own', [{ time: at(0), speed: 1 }])
    await fixture.insert('foreign', [{ time: at(0), speed: 1 }])
  })
  after(() => fixture.close())

  const read = async (query: string, token?: string) => {
    const answer = await fixture.get(`/api/telemetry/export?${query}`, token)
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    return answer
  }

  it('CSV is as RFC 4180 readers expect it', async () => {
    const { body, headers } = await read(
      'format=csv&vehicles=v1,v2&fields=lat,lon,altitude,speed,ignition,status,seq,extra',
    )
    expect(headers.get('content-type')).to.equal('text/csv; charset=utf-8; header=present')
    expect(headers.get('content-disposition')).to.equal('attachment; filename="telemetry.csv"')
    expect(body.split('\n')).to.deep.equal([
      'vehicle,time,lat,lon,altitude,speed,ignition,status,seq,extra',
      'v1,2026-11-21T08:00:00.000000Z,59.5,18,1e-07,0.30000000000000004,false,"läuft, ""gut""",7,',
      'v1,2026-11-21T08:00:01.000000Z,,,,,,,,"{""on"": true, ""text"": ""ä, \\""q\\"""", ""half~"": null, ""tire/1"": 2.2}"',
      'v1,2026-11-21T08:00:02.000000Z,1e-09,180,,,,,,',
      'v2,2026-11-21T08:00:05.000000Z,-1,2,3,,,back\\slash,,',
      '',
    ])
  })

  it('CSV texts that a spreadsheet would run are written with an apostrophe, unless raw', async () => {
    const statuses = ['=1+1', '+1', '-1', '@SUM(A1)', '  =1', 'ok;=1', 'ok; @x,"', '\uff1d1', 'a-b=c', '-']
    await fixture.insert(
      'n1',
      statuses.map((status, n) => ({ time: at(n), speed: -1 - n, status })),
    )
    await fixture.insert('n1', [{ time: at(20), extra: { text: "a;=cmd|'/C calc'!A0;", '=k': -1 } }])
    const cells = async (query: string) => {
      const { body } = await read(`format=csv&vehicles=n1&fields=speed,status,extra${query}`)
      return parse(String(body)).slice(1)
    }
    const escaped = [
      "'=1+1",
      "'+1",
      "'-1",
      "'@SUM(A1)",
      "'  =1",
      "ok;'=1",
      `ok;' @x,"`,
      "'\uff1d1",
      'a-b=c',
      "'-",
    ]
    const [safe, raw] = [await cells(''), await cells('&raw=true')]
    expect(safe.slice(0, -1).map((it) => it[3])).to.deep.equal(escaped)
    expect(raw.slice(0, -1).map((it) => it[3])).to.deep.equal(statuses)
    // Numbers are unchanged.
    expect(safe.slice(0, -1).map((it) => Number(it[2]))).to.deep.equal(statuses.map((_, n) => -1 - n))
    expect(safe.at(-1)?.[4]).to.equal(`{"=k": -1, "text": "a;'=cmd|'/C calc'!A0;"}`)
    expect(raw.at(-1)?.[4]).to.equal(`{"=k": -1, "text": "a;=cmd|'/C calc'!A0;"}`)
  })

  it('CSV keys that begin with a sign are written with an apostrophe, unless raw', async () => {
    await fixture.call('POST', '/api/vehicles', { body: { key: '-v' } })
    await fixture.call('POST', '/api/devices', { body: { key: '-d', vehicle: '-v' } })
    await fixture.sql`
      insert into telemetry (time, received_at, nth, vehicle_id, device_id, speed)
      select ${at(0)}, ${at(0)}, 0, vehicle_id, id, 1 from devices where key = '-d'`
    const line = async (query: string) =>
      String((await read(`format=csv&vehicles=-v&fields=device${query}`)).body).split('\n')[1]
    expect(await line('')).to.equal("'-v,2026-11-21T08:00:00.000000Z,'-d")
    expect(await line('&raw=true')).to.equal('-v,2026-11-21T08:00:00.000000Z,-d')
  })

  it('a CSV of times alone has two columns', async () => {
    const { body } = await read('vehicles=v2&format=csv&fields=time')
    expect(body).to.equal('vehicle,time\nv2,2026-11-21T08:00:05.000000Z\n')
  })

  it("NDJSON has the same values as the API's pages", async () => {
    const url = `${fixture.url}/api/telemetry/export?format=ndjson&vehicles=v1,v2`
    const response = await fetch(url, { headers: { authorization: `Bearer ${makeToken()}` } })
    expect(response.headers.get('content-type')).to.equal('application/x-ndjson')
    const lines = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line: string) => JSON.parse(line))
    const paged = await fixture.get('/api/telemetry?vehicles=v1,v2')
    const precise = (time: string) => time.replace('Z', '000Z')
    expect(lines).to.deep.equal(
      paged.body.items.map((it: { time: string; received_at: string }) => ({
        ...it,
        time: precise(it.time),
        received_at: precise(it.received_at),
      })),
    )
  })

  it('GeoJSON has points with properties', async () => {
    const { body, headers } = await read('format=geojson&vehicles=v1,v2&fields=lat,speed')
    expect(headers.get('content-type')).to.equal('application/geo+json')
    expect(body.type).to.equal('FeatureCollection')
    expect(body.features).to.deep.equal([
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [18, 59.5, 1e-7] },
        properties: { vehicle: 'v1', time: '2026-11-21T08:00:00.000000Z', speed: 0.1 + 0.2 },
      },
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [180, 1e-9] },
        properties: { vehicle: 'v1', time: '2026-11-21T08:00:02.000000Z' },
      },
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [2, -1, 3] },
        properties: { vehicle: 'v2', time: '2026-11-21T08:00:05.000000Z' },
      },
    ])
  })

  it('GeoJSON has a line for each vehicle, and a point for a single position', async () => {
    const { body } = await read('format=geojson&geometry=line&vehicles=v1,own,v2')
    expect(body.features).to.deep.equal([
      {
        type: 'Feature',
        geometry: {
          type: 'LineString',
          // Without altitudes, because one of them is missing.
          coordinates: [
            [18, 59.5],
            [180, 1e-9],
          ],
        },
        properties: { vehicle: 'v1' },
      },
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [2, -1, 3] },
        properties: { vehicle: 'v2' },
      },
    ])
  })

  it('GPX opens in a library, with a track for each vehicle', async () => {
    const { body, headers } = await read('format=gpx&vehicles=v1,own,v2')
    expect(headers.get('content-type')).to.equal('application/gpx+xml')
    const errors: string[] = []
    const onError = (level: string, message: string) => void errors.push(`${level} ${message}`)
    const { features } = gpx(new DOMParser({ onError }).parseFromString(body, 'application/xml'))
    expect(errors).to.deep.equal([])
    const [track] = features
    expect(features).to.have.length(1)
    expect(track?.properties?.['name']).to.equal('v1')
    expect(track?.geometry).to.deep.equal({
      type: 'LineString',
      coordinates: [
        [18, 59.5, 1e-7],
        [-180, 1e-9],
      ],
    })
    expect(track?.properties?.['coordinateProperties'].times).to.deep.equal([
      '2026-11-21T08:00:00.000000Z',
      '2026-11-21T08:00:02.000000Z',
    ])
    // The library makes no line from a single point, which is in the file.
    expect(body).to.include('<trk><name>v2</name><trkseg>\n<trkpt lat="-1" lon="2"><ele>3</ele>')
    expect(body)
      .to.include('lat="0.000000001"')
      .and.not.match(/\de-\d/)
  })

  it('each reading names the device that sent it, wherever the device is now', async () => {
    const { sql } = fixture
    await sql`insert into devices (key, vehicle_id) select 'second', id from vehicles where key = 'lent'`
    await sql`insert into devices (key, vehicle_id) select 'moved', id from vehicles where key = 'foreign'`
    const devices = ['d-lent', 'second', 'moved', 'gone', null]
    await sql`
      insert into telemetry (vehicle_id, time, received_at, device_id, seq)
      select vehicles.id, timestamptz '2026-11-21T08:00:00Z' + n * interval '1 s', now(),
        case when it.key is not null then coalesce((select id from devices where devices.key = it.key), 0) end, n
      from vehicles, jsonb_array_elements_text(${sql.json(devices)}) with ordinality as it (key, n)
      where vehicles.key = 'lent'`
    const { body } = await read('format=csv&vehicles=lent&fields=device')
    const named = body
      .trimEnd()
      .split('\n')
      .map((line: string) => line.split(',').at(-1))
    expect(named).to.deep.equal(['device', 'd-lent', 'second', 'moved', '', ''])
  })

  it('an export without readings is still a whole file', async () => {
    const nothing = 'vehicles=v1&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z'
    expect((await read(`format=geojson&${nothing}`)).body).to.deep.equal({
      type: 'FeatureCollection',
      features: [],
    })
    expect((await read(`format=geojson&geometry=line&${nothing}`)).body.features).to.deep.equal([])
    expect((await read(`format=csv&fields=speed&${nothing}`)).body).to.equal('vehicle,time,speed\n')
    expect((await read(`format=ndjson&${nothing}`)).body).to.equal('')
    expect((await read(`format=gpx&${nothing}`)).body).to.match(/<gpx [^>]*>\n<\/gpx>\n$/)
  })

  it('an export has the same filters as the pages, and gives a user only their own readings', async () => {
    const { body, headers } = await read('format=csv&fields=seq&vehicles=v1&where=seq=7')
    expect(headers.get('content-disposition')).to.equal('attachment; filename="telemetry-v1.csv"')
    expect(body.split('\n')).to.have.length(3)
    expect((await read('format=csv&vehicles=own&fields=speed', fixture.user)).body).to.include('own,')
    const foreign = await fixture.get('/api/telemetry/export?format=csv&vehicles=own,foreign', fixture.user)
    expectProblem(foreign, 404, 'not_found')
  })

  it('invalid export queries are refused with a pointer to the error', async () => {
    const cases: [string, string[]][] = [
      ['vehicles=v1', ['/format']],
      ['vehicles=v1&format=xls', ['/format']],
      ['format=csv', ['/vehicles']],
      ['format=csv&vehicles=v1&geometry=line', ['/geometry']],
      ['format=gpx&vehicles=v1&fields=speed', ['/fields']],
      ['format=csv&vehicles=v1&where=speed', ['/where']],
      ['format=csv&vehicles=v1&bucket=1h', ['/bucket']],
    ]
    for (const [query, pointers] of cases)
      expectProblem(await fixture.get(`/api/telemetry/export?${query}`), 400, 'invalid_request', pointers)
  })

  describe('exports of many readings', () => {
    const COUNT = 25_003
    before(async () => {
      await fixture.sql`
        insert into telemetry (vehicle_id, time, received_at, lat, lon, seq, extra)
        select id, timestamptz '2026-11-10T00:00:00Z' + n * interval '1.000001 s', now(), 1, 2, n,
          jsonb_build_object('text', repeat('x', 1000))
        from vehicles, generate_series(0, ${COUNT - 1}) as n where key = 'v3'`
    })

    it('a long export has each reading once, in order', async () => {
      const { body } = await read('format=csv&vehicles=v3&fields=seq')
      const seqs = body
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line: string) => Number(line.split(',').at(-1)))
      expect(seqs).to.deep.equal(Array.from({ length: COUNT }, (_, n) => n))
    })

    it('a long GeoJSON export is one collection and one line', async () => {
      expect((await read('format=geojson&vehicles=v3,v2&fields=seq')).body.features).to.have.length(COUNT + 1)
      const { body } = await read('format=geojson&geometry=line&vehicles=v3')
      expect(body.features[0].geometry.coordinates).to.have.length(COUNT)
    })

    it('an export stops when its client disconnects, and makes room for others', async () => {
      const leaving = Array.from({ length: 2 }, () => new AbortController())
      const url = `${fixture.url}/api/telemetry/export?format=ndjson&vehicles=v3`
      const headers = { authorization: `Bearer ${makeToken()}` }
      const replies = await Promise.all(leaving.map(({ signal }) => fetch(url, { headers, signal })))
      const third = await fixture.get('/api/telemetry/export?format=csv&vehicles=v1')
      expectProblem(third, 503, 'unavailable')
      expect(third.headers.get('retry-after')).to.equal('10')
      // fetch aborts by itself once nothing references its reply.
      for (const reply of replies) expect(reply.status).to.equal(200)
      for (const it of leaving) it.abort()
      await eventually('there is room', async () => {
        const { status } = await fixture.get('/api/telemetry/export?format=csv&vehicles=v1')
        return status === 200
      })
    })
  })
})
