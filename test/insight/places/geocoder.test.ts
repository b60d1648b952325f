import { expect } from 'chai'
import { readGeocoderReply } from '../../../insight/places/geocoder-reply.ts'
import { createGeocoder, type Geocoder } from '../../../insight/places/geocoder.ts'
import { createLog } from '../../../kit/log.ts'
import { openGeocoderServer, type GeocoderServer } from './geocoder-server.ts'

describe('the geocoder', () => {
  let server: GeocoderServer
  let lines: string[]
  let nowMs: number
  const opened: Geocoder[] = []
  beforeEach(async () => {
    server = await openGeocoderServer()
    lines = []
    nowMs = 1e12
  })
  afterEach(async () => {
    for (const it of opened.splice(0)) it.close()
    await server.close()
  })

  function open(options: Partial<Parameters<typeof createGeocoder>[0]> = {}): Geocoder {
    const log = createLog('insight', 'warn', { write: (line) => void lines.push(line) })
    const geocoder = createGeocoder({ url: server.url, requestsPerS: 100, log, ...options })
    opened.push(geocoder)
    return geocoder
  }

  it('the position is added to the query of the URL, and the program is named', async () => {
    const geocoder = open({ url: `${server.url}?format=jsonv2&zoom=16` })
    expect(await geocoder.ask(59.32931, -18.0686)).to.equal('Place 59.329310, Town')
    expect(server.requests[0]?.path).to.equal('/reverse?format=jsonv2&zoom=16&lat=59.329310&lon=-18.068600')
    expect(server.requests[0]?.userAgent).to.match(/^Fleetwire\/\d/)
  })

  it('requests go out one after the other, and no more of them than allowed', async () => {
    const geocoder = open({ requestsPerS: 10 })
    await Promise.all([1, 2, 3, 4, 5].map(async (lat) => geocoder.ask(lat, 0)))
    const times = server.requests.map(({ atMs }) => atMs)
    expect(times).to.have.length(5)
    // The first may arrive late.
    expect((times[4] ?? 0) - (times[0] ?? 0)).to.be.greaterThan(300)
  })

  for (const [name, answer] of [
    ['an error', (_url, response) => void response.writeHead(503).end()],
    ['a redirect', (_url, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['a reply of another kind', () => ({ hello: 1 })],
    ['a reply that is too large', () => ({ name: 'x'.repeat(70_000), address: {} })],
    ['a closed connection', (_url, response) => void response.destroy()],
  ] satisfies [string, GeocoderServer['answer']][]) {
    it(`after ${name}, a minute passes without a request`, async () => {
      const geocoder = open({ now: () => nowMs })
      server.answer = answer
      expect(await geocoder.ask(1, 2)).to.equal(undefined)
      server.answer = () => ({ name: 'Back', address: {} })
      nowMs += 59_000
      expect(await geocoder.ask(1, 2)).to.equal(undefined)
      expect(server.requests).to.have.length(1)
      nowMs += 2000
      expect(await geocoder.ask(1, 2)).to.equal('Back')
      expect(lines.map((it) => JSON.parse(it).event)).to.deep.equal(['geocoder_failed'])
    })
  }

  it('a request without a reply ends after the time limit', async () => {
    server.answer = () => undefined
    expect(await open({ timeoutMs: 50 }).ask(1, 2)).to.equal(undefined)
    expect(lines.join('')).to.match(/geocoder_failed/)
  })

  it('closing ends the requests that run and wait', async () => {
    server.answer = () => undefined
    const geocoder = open()
    const asked = [1, 2, 3].map(async (lat) => geocoder.ask(lat, 0))
    geocoder.close()
    expect(await Promise.all(asked)).to.deep.equal([undefined, undefined, undefined])
    expect(lines).to.deep.equal([])
  })

  it('only a hundred positions may wait', async () => {
    server.answer = () => undefined
    const geocoder = open()
    const waiting = Array.from({ length: 100 }, async () => geocoder.ask(1, 1))
    expect(await geocoder.ask(1, 1)).to.equal(undefined)
    geocoder.close()
    await Promise.all(waiting)
  })
})

describe('replies of geocoders', () => {
  const NOMINATIM = {
    place_id: 1,
    name: '',
    display_name: '71, Drottninggatan, Norrmalm, Stockholm, Sweden',
    address: { house_number: '71', road: 'Drottninggatan', suburb: 'Norrmalm', city: 'Stockholm' },
  }
  const photon = (properties: object) => ({
    type: 'FeatureCollection',
    features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [18, 59] }, properties }],
  })
  const PHOTON = { osm_key: 'place', street: 'Drottninggatan', housenumber: '71', city: 'Stockholm' }

  for (const [name, reply, expected] of [
    ["Nominatim's address", NOMINATIM, 'Drottninggatan 71, Stockholm'],
    ["Nominatim's place", { ...NOMINATIM, name: 'Rådhuset' }, 'Rådhuset, Stockholm'],
    ["Nominatim's village", { name: 'Vik', address: { village: 'Vik', county: 'Uppsala' } }, 'Vik'],
    ["Nominatim's text", { display_name: 'Sea', address: {} }, 'Sea'],
    ["Nominatim's position in the sea", { error: 'Unable to geocode' }, null],
    ["Nominatim's GeoJSON", photon(NOMINATIM), 'Drottninggatan 71, Stockholm'],
    ["Photon's address", photon(PHOTON), 'Drottninggatan 71, Stockholm'],
    ["Photon's place", photon({ ...PHOTON, name: 'Hötorget' }), 'Hötorget, Stockholm'],
    ["Photon's county", photon({ county: 'Uppsala' }), 'Uppsala'],
    ["Photon's position in the sea", { type: 'FeatureCollection', features: [] }, null],
    ['GeocodeJSON', photon({ geocoding: { name: 'Vik', city: 'Uppsala' } }), 'Vik, Uppsala'],
    ['a text with control characters', { name: 'A\u0000\u202eB\nC', address: {} }, 'ABC'],
  ] as const) {
    it(`${name} becomes ${expected === null ? 'no name' : 'a name'}`, () => {
      expect(readGeocoderReply(reply)).to.equal(expected)
    })
  }

  it('a long name is cut to 200 characters', () => {
    expect(readGeocoderReply({ name: '𐐷'.repeat(300), address: {} })).to.equal('𐐷'.repeat(200))
  })

  it('replies of another kind are refused', () => {
    for (const reply of [null, 'text', [], {}, { error: 'Too many requests' }, photon(null as never)])
      expect(() => readGeocoderReply(reply), JSON.stringify(reply)).to.throw(/^the reply/)
  })
})
