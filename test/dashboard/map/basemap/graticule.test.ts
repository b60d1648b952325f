import { expect } from 'chai'
import { graticule, graticuleStep } from '../../../../dashboard/map/basemap/graticule.ts'
import { xOfLon, yOfLat } from '../../../../dashboard/map/camera/mercator.ts'

describe('the graticule', () => {
  it('the graticule gets finer with the zoom', () => {
    expect([2, 5, 8, 12, 16].map(graticuleStep)).to.deep.equal([30, 5, 0.5, 0.02, 0.002])
  })

  it('the graticule has the meridians and parallels that cross the view', () => {
    const bounds = { minX: xOfLon(11), maxX: xOfLon(32), minY: yOfLat(64), maxY: yOfLat(49) }
    const { coordinates } = graticule(bounds, 10)
    const meridians = coordinates.filter(([a, b]) => a?.[0] === b?.[0]).map(([a]) => a?.[0])
    const parallels = coordinates.filter(([a, b]) => a?.[1] === b?.[1]).map(([a]) => a?.[1])
    expect(meridians).to.deep.equal([20, 30])
    expect(parallels).to.deep.equal([50, 60])
  })

  it('the graticule has few lines, even for the whole world', () => {
    const { coordinates } = graticule({ minX: -9, maxX: 9, minY: -9, maxY: 9 }, graticuleStep(1))
    expect(coordinates.length).to.be.below(100)
  })
})
