import { expect } from 'chai'
import { unwrapLand } from '../../../../dashboard/map/basemap/unwrap-land.ts'

const polygon = (...coordinates: GeoJSON.Position[][]): GeoJSON.Polygon => ({ type: 'Polygon', coordinates })

describe('unwrapped land', () => {
  it('land that ends before the edge of the world stays as it is', () => {
    const ring = [
      [170, 10],
      [179, 10],
      [179, 20],
      [170, 10],
    ]
    expect(unwrapLand(polygon(ring)).coordinates).to.deep.equal([[ring]])
  })

  it('land over the edge of the world continues beyond it', () => {
    const ring = [
      [170, 60],
      [-170, 60],
      [-170, 70],
      [170, 70],
      [170, 60],
    ]
    expect(unwrapLand(polygon(ring)).coordinates[0]?.[0]).to.deep.equal([
      [170, 60],
      [190, 60],
      [190, 70],
      [170, 70],
      [170, 60],
    ])
  })

  it('lakes move with their land', () => {
    const outer = [
      [170, 60],
      [-170, 60],
      [-170, 70],
      [170, 70],
      [170, 60],
    ]
    const lake = [
      [-178, 62],
      [-176, 62],
      [-176, 64],
      [-178, 62],
    ]
    const unwrapped = unwrapLand(polygon(outer, lake)).coordinates[0]?.[1]
    expect(unwrapped?.map(([lon]) => lon)).to.deep.equal([182, 184, 184, 182])
  })

  it('land around a pole is closed along it', () => {
    const ring = [
      [0, -70],
      [120, -75],
      [-120, -72],
      [0, -70],
    ]
    const unwrapped = unwrapLand(polygon(ring)).coordinates[0]?.[0]
    expect(unwrapped).to.deep.equal([
      [0, -70],
      [120, -75],
      [240, -72],
      [360, -70],
      [360, -90],
      [0, -90],
      [0, -70],
    ])
  })
})
