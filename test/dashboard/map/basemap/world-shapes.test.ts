import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { worldOf, type WorldTopology } from '../../../../dashboard/map/basemap/world-shapes.ts'

const file = new URL('../../../../node_modules/world-atlas/countries-50m.json', import.meta.url)

describe('the world', () => {
  const world = worldOf(JSON.parse(readFileSync(file, 'utf8')) as WorldTopology)

  it('the world has land and borders', () => {
    expect(world.land.coordinates.length).to.be.above(1000)
    expect(world.borders.coordinates.length).to.be.above(100)
  })

  it('no land reaches across the whole world', () => {
    for (const ring of world.land.coordinates.flat()) {
      // The ring along the south pole is an exception.
      const jumps = ring.filter(
        ([lon = 0, lat = 0], i) => lat > -85 && Math.abs(lon - (ring[i - 1]?.[0] ?? lon)) > 90,
      )
      expect(jumps).to.deep.equal([])
    }
  })

  it('countries are named where they are', () => {
    const middleOf = (name: string) =>
      world.labels.features.find((it) => it.properties?.['name'] === name)?.geometry.coordinates ?? []
    const [swedenLon, swedenLat] = middleOf('Sweden')
    expect(swedenLon).to.be.within(12, 22)
    expect(swedenLat).to.be.within(58, 68)
    // Fiji is on both sides of the edge of the world.
    expect(((middleOf('Fiji')[0] ?? 0) + 360) % 360).to.be.within(176, 183)
    expect(middleOf('Russia')[0]).to.be.within(80, 110)
    // France's label is not between its mainland and Guiana.
    const [franceLon, franceLat] = middleOf('France')
    expect(franceLon).to.be.within(0, 6)
    expect(franceLat).to.be.within(44, 49)
  })

  it('large countries are named before small ones', () => {
    const areaOf = (name: string) =>
      Number(world.labels.features.find((it) => it.properties?.['name'] === name)?.properties?.['area'])
    expect(areaOf('Brazil')).to.be.above(areaOf('Uruguay'))
  })
})
