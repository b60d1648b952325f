import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { expect } from 'chai'
import { coordinates, settlementName } from '../../../insight/places/place-name.ts'
import { createSettlements, loadSettlements, type Settlements } from '../../../insight/places/settlements.ts'
import { seeded } from '../../support/seeded.ts'

const FILE = join(import.meta.dirname, '../../../insight/places/settlements.txt.br')

/** Metres by the haversine formula; positions in degrees. */
function metresBetween(latA: number, lonA: number, latB: number, lonB: number): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const h =
    Math.sin(radians(latB - latA) / 2) ** 2 +
    Math.cos(radians(latA)) * Math.cos(radians(latB)) * Math.sin(radians(lonB - lonA) / 2) ** 2
  return 2 * 6_371_009 * Math.asin(Math.sqrt(h))
}

describe('settlements', function () {
  this.timeout(20_000)
  let settlements: Settlements
  before(() => (settlements = loadSettlements()))

  it('the nearest settlement is the one that a search of all finds', () => {
    const all = brotliDecompressSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n')
    const places = all.map((line) => {
      const [lat, lon, name] = line.split('\t')
      return { lat: Number(lat) / 1000, lon: Number(lon) / 1000, name }
    })
    expect(settlements.count).to.equal(places.length)
    const random = seeded(7)
    let near = 0
    for (let n = 0; n < 100; n++) {
      const some = places[Math.floor(random() * places.length)]
      const lat = Math.max(-90, Math.min(90, (some?.lat ?? 0) + (random() - 0.5) * 0.6))
      const lon = (some?.lon ?? 0) + (random() - 0.5) * 0.6
      const found = settlements.nearest(lat, lon, 30_000)
      // 0.35 degrees of latitude are 39 km.
      const least = places
        .filter((it) => Math.abs(it.lat - lat) < 0.35)
        .map((it) => metresBetween(lat, lon, it.lat, it.lon))
        .reduce((a, b) => Math.min(a, b), Infinity)
      if (found === undefined) expect(least).to.be.greaterThan(29_800)
      // The two formulas differ by half a percent.
      else expect(found.distanceM).to.be.closeTo(least, least * 0.006 + 1)
      if (found) near++
    }
    expect(near).to.be.greaterThan(75)
  })

  it('a settlement on the other side of the 180th meridian is found', () => {
    const two = createSettlements('-16800\t179990\tWest\n-16800\t-179950\tEast\n')
    expect(two.nearest(-16.8, -179.99, 30_000)?.name).to.equal('West')
    expect(two.nearest(-16.8, 179.999, 30_000)?.name).to.equal('West')
    expect(two.nearest(-16.8, 180, 1500)?.name).to.equal('West')
    expect(two.nearest(-16.8, -179.96, 30_000)?.name).to.equal('East')
  })

  it('a search at a pole looks in every direction', () => {
    const north = createSettlements('89900\t120000\tIce\n')
    expect(north.nearest(89.9, -60, 30_000)?.name).to.equal('Ice')
    expect(north.nearest(90, 0, 30_000)?.name).to.equal('Ice')
  })

  it('a position in a settlement has its name, one farther away is near it, and one far away has coordinates', () => {
    const one = createSettlements('50000\t10000\tThere\n')
    expect(settlementName(one, 50.04, 10)).to.equal('There')
    expect(settlementName(one, 50.05, 10)).to.equal('near There')
    expect(settlementName(one, 50.26, 10)).to.equal('near There')
    expect(settlementName(one, 50.28, 10)).to.equal('50.2800, 10.0000')
  })

  it('a city is larger than other settlements', () => {
    const city = createSettlements('50000\t10000\tCity\t10\n50150\t10000\tVillage\n')
    expect(settlementName(city, 49.92, 10)).to.equal('City')
    expect(settlementName(city, 49.9, 10)).to.equal('near City')
    expect(settlementName(city, 50.08, 10)).to.equal('near Village')
  })

  it('well-known places have their names', () => {
    expect(settlementName(settlements, 51.5074, -0.1278)).to.equal('London')
    expect(settlementName(settlements, 59.3293, 18.0686)).to.equal('Stockholm')
    expect(settlementName(settlements, 52.52, 13.52)).to.equal('Berlin')
    expect(settlementName(settlements, 0, -30)).to.equal('0.0000, -30.0000')
  })

  it('coordinates have four decimals and no negative zero', () => {
    expect(coordinates(51.50736, -0.1278)).to.equal('51.5074, -0.1278')
    expect(coordinates(-0.00001, 180)).to.equal('0.0000, 180.0000')
  })
})
