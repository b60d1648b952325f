import { expect } from 'chai'
import type { Schemas } from '../../../../client/client.ts'
import { journeyTexts } from '../../../../dashboard/vehicle/events/journey-texts.ts'

/** Of this test only, because formats are kept with the zone in which they were created. */
const LOCALE = 'en-GB-u-ca-gregory'
const DAY = { fromMs: Date.parse('2026-11-21T00:00Z'), toMs: Date.parse('2026-11-22T00:00Z') }
const TRIP: Schemas['Journey'] = {
  id: 1,
  vehicle: 'v1',
  kind: 'trip',
  from: '2026-11-21T08:00:00.000Z',
  to: '2026-11-21T08:42:10.000Z',
  distance_m: 31_240.5,
  moving_s: 2310,
  idle_s: 140,
  speed_max: 92.4,
  start: { lat: 59.3, lon: 18.1, place: 'Depot' },
  end: { lat: 59.2, lon: 17.6, place: 'Södertälje' },
  revision: 1,
}
const { speed_max: _, ...WITHOUT_SPEED } = TRIP

describe('the texts of a journey', () => {
  let zone: string | undefined
  before(() => {
    zone = process.env['TZ']
    process.env['TZ'] = 'UTC'
  })
  after(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  const textsOf = (change: Partial<Schemas['Journey']>, units: 'metric' | 'imperial' = 'metric') =>
    journeyTexts({ ...WITHOUT_SPEED, ...change }, { ...DAY, units, locale: LOCALE })

  it('a trip has its times, distance, top speed, fuel and places', () => {
    expect(textsOf({ speed_max: 92.4, fuel_l: 3.14 })).to.deep.equal({
      time: '08:00 – 08:42',
      kind: 'Drove 42 min',
      figures: '31.2 km, up to 92 km/h, 3.1 l',
      places: 'Depot → Södertälje',
    })
    expect(textsOf({ speed_max: 92.4 }, 'imperial').figures).to.equal('19.4 mi, up to 57 mph')
  })

  it('fuel that would be shown as zero is left out', () => {
    expect(textsOf({ fuel_l: 0.04 }).figures).to.equal('31.2 km')
    expect(textsOf({ fuel_l: 0.05 }).figures).to.equal('31.2 km, 0.1 l')
  })

  it('an open trip is under way, with the time of its newest reading', () => {
    expect(textsOf({ to: null, as_of: '2026-11-21T08:30:00.000Z' })).to.deep.equal({
      time: 'Since 08:00',
      kind: 'Under way for 30 min',
      figures: '31.2 km, newest reading 08:30',
      places: 'Depot',
    })
  })

  it('a stop has one place and no distance', () => {
    const end = { lat: 59.3, lon: 18.1, place: 'Depot' }
    expect(textsOf({ kind: 'stop', distance_m: 0, end })).to.deep.equal({
      time: '08:00 – 08:42',
      kind: 'Stopped 42 min',
      figures: '',
      places: 'Depot',
    })
    expect(textsOf({ kind: 'stop', to: null, as_of: '2026-11-21T09:00:00.000Z' }).kind).to.equal(
      'Stopped so far 1 h',
    )
  })

  it('a gap has the distance between its ends', () => {
    expect(textsOf({ kind: 'gap', distance_m: 1500 })).to.include({
      kind: 'No readings for 42 min',
      figures: '1.5 km',
    })
    expect(textsOf({ kind: 'gap', distance_m: null, start: null, end: null })).to.include({
      figures: '',
      places: '',
    })
  })

  it('places that are the same or unknown are left out', () => {
    expect(textsOf({ end: TRIP.start }).places).to.equal('Depot')
    expect(textsOf({ start: { lat: 1, lon: 2, place: null } }).places).to.equal('Södertälje')
  })

  it('times of another day have their date', () => {
    const texts = textsOf({ from: '2026-11-20T23:50:00.000Z', to: '2026-11-21T00:10:00.000Z' })
    expect(texts.time).to.equal('20 Nov 23:50 – 00:10')
    expect(textsOf({ to: '2026-11-22T00:10:00.000Z' }).time).to.equal('08:00 – 22 Nov 00:10')
  })
})
