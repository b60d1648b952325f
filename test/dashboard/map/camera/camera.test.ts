import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Camera,
  contains,
  fitCamera,
  fromScreen,
  toScreen,
  viewBounds,
  ZOOM_MIN,
} from '../../../../dashboard/map/camera/camera.ts'

const camera: Camera = { x: 0.55, y: 0.29, zoom: 8, bearing: 0, width: 1000, height: 600 }

describe('the camera', () => {
  it("the camera's position is in the middle of the screen", () => {
    expect(toScreen(camera, 0.55, 0.29)).to.deep.equal({ x: 500, y: 300 })
  })

  it('east is at the right, and at the top if the bearing is 90 degrees', () => {
    const px = 1 / (512 * 2 ** 8)
    expect(toScreen(camera, 0.55 + 10 * px, 0.29).x).to.be.closeTo(510, 1e-6)
    const turned = toScreen({ ...camera, bearing: 90 }, 0.55 + 10 * px, 0.29)
    expect(turned.x).to.be.closeTo(500, 1e-6)
    expect(turned.y).to.be.closeTo(290, 1e-6)
  })

  it('a pixel converts to the map and back, whatever the bearing', () => {
    const screen = fc.record({ x: fc.integer({ min: 0, max: 1000 }), y: fc.integer({ min: 0, max: 600 }) })
    fc.assert(
      fc.property(screen, fc.integer({ min: -180, max: 180 }), (at, bearing) => {
        const turned = { ...camera, bearing }
        const place = fromScreen(turned, at.x, at.y)
        const back = toScreen(turned, place.x, place.y)
        expect(back.x).to.be.closeTo(at.x, 1e-4)
        expect(back.y).to.be.closeTo(at.y, 1e-4)
      }),
    )
  })

  it('the camera sees across the edge of the world', () => {
    const atEdge = { ...camera, x: 0.9999 }
    expect(toScreen(atEdge, 0.0001, 0.29).x).to.be.within(500, 1000)
  })

  it('a camera turned by 45 degrees sees more in each direction', () => {
    expect(contains(viewBounds({ ...camera, bearing: 45 }), viewBounds({ ...camera, width: 600 }))).to.equal(
      true,
    )
  })
})

describe('fitCamera', () => {
  const size = { width: 1000, height: 600 }

  it('fitCamera shows all bounds with padding', () => {
    const bounds = { minX: 0.5, minY: 0.25, maxX: 0.6, maxY: 0.3 }
    const fitted = { ...fitCamera(bounds, size, { paddingPx: 50 }), bearing: 0, ...size }
    const corners = [toScreen(fitted, 0.5, 0.25), toScreen(fitted, 0.6, 0.3)]
    expect(corners[0]?.x).to.be.closeTo(50, 1e-6)
    expect(corners[1]?.x).to.be.closeTo(950, 1e-6)
    expect(corners[0]?.y).to.be.at.least(50)
    expect(corners[1]?.y).to.be.at.most(550)
  })

  it('fitCamera limits the zoom for a single vehicle', () => {
    const bounds = { minX: 0.5, minY: 0.25, maxX: 0.5, maxY: 0.25 }
    expect(fitCamera(bounds, size, { zoomMax: 14 })).to.deep.equal({ x: 0.5, y: 0.25, zoom: 14 })
  })

  it('fitCamera shows what it can of the whole world in a small window', () => {
    const world = { minX: 0, minY: 0, maxX: 1, maxY: 1 }
    expect(fitCamera(world, { width: 60, height: 40 }).zoom).to.equal(ZOOM_MIN)
  })
})
