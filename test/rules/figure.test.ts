import { expect } from 'chai'
import fc from 'fast-check'
import { crossingOf, figuresOf, signedDistance } from '../../rules/figure.ts'
import type { GeofenceShape, LonLat } from '../../rules/geofence.ts'
import { geodesicMetres } from './geodesic.ts'

const distanceTo = (shape: GeofenceShape, lon: number, lat: number) =>
  signedDistance(figuresOf({ key: 'a', shape }), lon, lat)
const crossing = (shape: GeofenceShape, from: LonLat, to: LonLat) =>
  crossingOf(figuresOf({ key: 'a', shape }), from, to)
/** A square around a place, `half` degrees to each side. */
const square = (lon: number, lat: number, half: number): LonLat[] => [
  [lon - half, lat - half],
  [lon + half, lat - half],
  [lon + half, lat + half],
  [lon - half, lat + half],
  [lon - half, lat - half],
]

describe('the distance to a geofence', () => {
  it('the distance to 1,000 random polygons is that of the ellipsoid, negative inside', () => {
    const corners = fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 })
    const offset = fc.double({ min: -1.5, max: 1.5, noNaN: true })
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -70, max: 70, noNaN: true }),
        fc.double({ min: 0.001, max: 0.1, noNaN: true }),
        corners,
        offset,
        offset,
        (lon, lat, size, radii, dx, dy) => {
          const ring = radii.map((radius, i): LonLat => {
            const angle = (2 * Math.PI * i) / radii.length
            return [lon + size * radius * Math.cos(angle), lat + size * radius * Math.sin(angle)]
          })
          const at: LonLat = [lon + dx * size, lat + dy * size]
          const expected = nearest(ring, at) * (isInside(ring, at) ? -1 : 1)
          const found = distanceTo({ type: 'Polygon', coordinates: [ring] }, at[0], at[1])
          expect(found).to.be.closeTo(expected, Math.abs(expected) * 2e-3 + 0.1)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('the distance is positive in a hole', () => {
    const shape: GeofenceShape = { type: 'Polygon', coordinates: [square(30, 0, 0.03), square(30, 0, 0.01)] }
    expect(distanceTo(shape, 30, 0)).to.be.closeTo(0.01 * 110_574, 20)
    expect(distanceTo(shape, 30.012, 0)).to.be.closeTo(-0.002 * 111_320, 5)
    expect(distanceTo(shape, 30.04, 0)).to.be.closeTo(0.01 * 111_320, 20)
  })

  it('the distance is that to the nearest polygon of several', () => {
    const shape: GeofenceShape = {
      type: 'MultiPolygon',
      coordinates: [[square(30, 0, 0.01)], [square(30.1, 0, 0.01)]],
    }
    expect(distanceTo(shape, 30, 0)).to.be.below(0)
    expect(distanceTo(shape, 30.1, 0)).to.be.below(0)
    expect(distanceTo(shape, 30.08, 0)).to.be.closeTo(0.01 * 111_320, 20)
  })

  it('the distance is 0 on the boundary', () => {
    expect(distanceTo({ type: 'Polygon', coordinates: [square(30, 0, 0.5)] }, 30.5, 0)).to.be.closeTo(0, 1e-6)
  })

  it('the distance to a circle is measured from its radius', () => {
    const shape: GeofenceShape = { type: 'Point', coordinates: [18, 59], radiusM: 500 }
    expect(distanceTo(shape, 18, 59)).to.equal(-500)
    expect(distanceTo(shape, 18.02, 59)).to.be.closeTo(geodesicMetres([18, 59], [18.02, 59]) - 500, 0.5)
  })

  it('the distance to a corridor is measured from half of its width, around its ends as well', () => {
    const shape: GeofenceShape = {
      type: 'LineString',
      coordinates: [
        [18, 0],
        [18.1, 0],
        [18.1, 0.1],
      ],
      widthM: 200,
    }
    expect(distanceTo(shape, 18.05, 0)).to.equal(-100)
    expect(distanceTo(shape, 18.05, 0.002)).to.be.closeTo(0.002 * 110_574 - 100, 0.5)
    expect(distanceTo(shape, 17.99, 0)).to.be.closeTo(0.01 * 111_320 - 100, 1)
    expect(distanceTo(shape, 18.102, 0.05)).to.be.closeTo(0.002 * 111_320 - 100, 0.5)
  })

  it('distances are continuous across the 180th meridian', () => {
    const ring: LonLat[] = [
      [179.9, -0.1],
      [-179.9, -0.1],
      [-179.9, 0.1],
      [179.9, 0.1],
      [179.9, -0.1],
    ]
    const beyond: LonLat[] = [
      [179.9, -0.1],
      [180.1, -0.1],
      [180.1, 0.1],
      [179.9, 0.1],
      [179.9, -0.1],
    ]
    for (const it of [ring, beyond]) {
      const shape: GeofenceShape = { type: 'Polygon', coordinates: [it] }
      for (const lon of [179.95, 180, -180, -179.95]) expect(distanceTo(shape, lon, 0)).to.be.below(-5000)
      for (const lon of [179.89, -179.89]) expect(distanceTo(shape, lon, 0)).to.be.closeTo(1113, 2)
    }
  })

  it('a polygon that is cut at the 180th meridian has no boundary there', () => {
    const shape: GeofenceShape = {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [179.9, -0.1],
            [180, -0.1],
            [180, 0.1],
            [179.9, 0.1],
            [179.9, -0.1],
          ],
        ],
        [
          [
            [-180, -0.1],
            [-179.9, -0.1],
            [-179.9, 0.1],
            [-180, 0.1],
            [-180, -0.1],
          ],
        ],
      ],
    }
    for (const lon of [179.999, 180, -180, -179.999]) expect(distanceTo(shape, lon, 0)).to.be.below(-10_000)
  })
})

describe('a way through a geofence', () => {
  it('a way through a polygon is found if both of its ends are outside', () => {
    const shape: GeofenceShape = { type: 'Polygon', coordinates: [square(30, 0, 0.01)] }
    expect(crossing(shape, [29.9, 0], [30.1, 0])).to.be.closeTo(0.5, 1e-9)
    expect(crossing(shape, [29.9, 0], [30.1, 0.3])).to.equal(undefined)
    expect(crossing(shape, [29.9, 0], [29.95, 0])).to.equal(undefined)
  })

  it('a way through a circle is found', () => {
    const shape: GeofenceShape = { type: 'Point', coordinates: [30, 0], radiusM: 100 }
    expect(crossing(shape, [29.99, 0.0005], [30.03, 0.0005])).to.be.closeTo(0.25, 1e-3)
    expect(crossing(shape, [29.99, 0.001], [30.03, 0.001])).to.equal(undefined)
  })

  it('a way across a corridor, and through its rounded end, is found', () => {
    const shape: GeofenceShape = {
      type: 'LineString',
      coordinates: [
        [30, 0],
        [30.1, 0],
      ],
      widthM: 100,
    }
    expect(crossing(shape, [30.05, -0.01], [30.05, 0.01])).to.be.closeTo(0.5, 1e-9)
    expect(crossing(shape, [29.9997, -0.01], [29.9997, 0.01])).to.be.closeTo(0.5, 1e-3)
    expect(crossing(shape, [29.999, -0.01], [29.999, 0.01])).to.equal(undefined)
  })

  it('a way across the 180th meridian is found', () => {
    const shape: GeofenceShape = { type: 'Polygon', coordinates: [square(180, 0, 0.01)] }
    expect(crossing(shape, [179.95, 0], [-179.95, 0])).to.be.closeTo(0.5, 1e-9)
    expect(crossing(shape, [-179.95, 0], [179.95, 0])).to.be.closeTo(0.5, 1e-9)
  })
})

const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * The nearest point of the ring, whose edges are straight in longitude and latitude, as in GeoJSON: a golden-section search on
 * each edge, to a millionth of its length.
 */
function nearest(ring: readonly LonLat[], at: LonLat): number {
  return Math.min(
    ...ring.map((a, i) => {
      const b = ring[(i + 1) % ring.length] ?? a
      const metres = (t: number) => geodesicMetres(at, [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])])
      let [low, high] = [0, 1]
      let [left, right] = [1 - GOLDEN, GOLDEN]
      let [atLeft, atRight] = [metres(left), metres(right)]
      for (let n = 0; n < 32; n++) {
        if (atLeft < atRight) {
          ;[high, right, atRight] = [right, left, atLeft]
          left = high - GOLDEN * (high - low)
          atLeft = metres(left)
        } else {
          ;[low, left, atLeft] = [left, right, atRight]
          right = low + GOLDEN * (high - low)
          atRight = metres(right)
        }
      }
      return Math.min(atLeft, atRight)
    }),
  )
}

/** By the number of edges to the east of the point. */
function isInside(ring: readonly LonLat[], [x, y]: LonLat): boolean {
  let crossings = 0
  for (const [i, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(i + 1) % ring.length] ?? [ax, ay]
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) crossings++
  }
  return crossings % 2 === 1
}
