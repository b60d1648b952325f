import { expect } from 'chai'
import fc from 'fast-check'
import { CORNERS_MAX, readGeometry, type Geometry } from '../../rules/geometry.ts'
import type { LonLat } from '../../rules/geofence.ts'

const polygon = (...rings: number[][][]) => readGeometry({ type: 'Polygon', coordinates: rings })
const square = (x: number, y: number, size: number): number[][] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
]

function geometryOf(read: ReturnType<typeof readGeometry>): Geometry {
  expect(read).to.have.property('geometry')
  return (read as { geometry: Geometry }).geometry
}

function faultsOf(read: ReturnType<typeof readGeometry>): string[] {
  expect(read).to.have.property('faults')
  return (read as { faults: { path: string; detail: string }[] }).faults.map(
    (it) => `${it.path} ${it.detail}`,
  )
}

describe('geometry of geofences', () => {
  it('closes a ring, drops altitudes and repeated corners, and rounds to 1e-7 degrees', () => {
    const ring = [
      [0, 0, 12],
      [1.00000000004, 0],
      [1, 0],
      [1, 1],
    ]
    const { coordinates } = geometryOf(polygon(ring))
    expect(coordinates).to.deep.equal([
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    ])
  })

  it('turns outer rings counterclockwise and holes clockwise', () => {
    const { coordinates } = geometryOf(polygon(square(0, 0, 3).toReversed(), square(1, 1, 1)))
    expect(coordinates).to.deep.equal([
      [
        [0, 0],
        [3, 0],
        [3, 3],
        [0, 3],
        [0, 0],
      ],
      [
        [1, 1],
        [1, 2],
        [2, 2],
        [2, 1],
        [1, 1],
      ],
    ])
  })

  for (const [what, ring] of [
    [
      'a bow tie',
      [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
      ],
    ],
    [
      'a ring that touches itself at a corner',
      [
        [0, 0],
        [2, 0],
        [1, 1],
        [2, 2],
        [0, 2],
        [1, 1],
      ],
    ],
    [
      'a ring that returns along a side',
      [
        [0, 0],
        [2, 0],
        [1, 0],
        [1, 1],
      ],
    ],
    [
      'a ring whose last side returns along its first',
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [1, 0],
      ],
    ],
    [
      'a pentagram',
      [
        [0, 3],
        [2, -3],
        [-3, 1],
        [3, 1],
        [-2, -3],
      ],
    ],
  ] as [string, number[][]][]) {
    it(`refuses ${what}`, () => {
      expect(faultsOf(polygon(ring))[0]).to.match(
        /^\/coordinates\/0 crosses or touches itself: its sides \d and \d meet$/,
      )
    })
  }

  it('finds a crossing of less than 1e-7 degrees, and none in a ring just beside one', () => {
    // Of four neighbouring Fibonacci numbers, the products of the outer and of the inner ones differ by one: the corner
    // is beside the side from (0, 0), by less than doubles can tell.
    const [a, b, c, d] = [165_580_141, 267_914_296, 433_494_437, 701_408_733].map((it) => it / 1e7) as [
      number,
      number,
      number,
      number,
    ]
    expect(
      polygon([
        [0, 0],
        [c, b],
        [10, 40],
        [b, a],
      ]),
    ).to.have.property('geometry')
    expect(
      polygon([
        [0, 0],
        [d, c],
        [10, 40],
        [c, b],
      ]),
    ).to.have.property('faults')
  })

  it('refuses a line, a point and a flat ring as a polygon', () => {
    expect(
      faultsOf(
        polygon([
          [0, 0],
          [1, 1],
          [0, 0],
        ]),
      ),
    ).to.deep.equal(['/coordinates/0 must have at least three different corners'])
    expect(faultsOf(polygon([]))).to.deep.equal(['/coordinates/0 must be an array of positions'])
  })

  it('refuses a hole outside of the ring, and one that crosses it, but not one that touches it', () => {
    const outside = ['/coordinates/1 is a hole outside of the outer ring']
    expect(faultsOf(polygon(square(0, 0, 3), square(4, 4, 1)))).to.deep.equal(outside)
    expect(faultsOf(polygon(square(0, 0, 3), square(2, 2, 2)))).to.deep.equal(outside)
    const notched = [
      [0, 0],
      [4, 0],
      [4, 4],
      [2, 1],
      [0, 4],
    ]
    expect(
      faultsOf(
        polygon(notched, [
          [1, 1.9],
          [3, 1.9],
          [2, 0.5],
        ]),
      ),
    ).to.deep.equal(outside)
    expect(
      polygon(square(0, 0, 3), [
        [0, 1],
        [1, 1],
        [1, 2],
      ]),
    ).to.have.property('geometry')
  })

  it('points to positions that are not on the map', () => {
    expect(faultsOf(polygon([[0, 0], [181, 0], [1, 86], ['x', 1] as never, [1]]))).to.deep.equal([
      '/coordinates/0/1 has a longitude beyond 180 degrees',
      '/coordinates/0/2 has a latitude beyond 85 degrees, where geofences cannot be',
      '/coordinates/0/3 must be [longitude, latitude]',
      '/coordinates/0/4 must be [longitude, latitude]',
    ])
    for (const coordinates of [null, 1, {}, [NaN, 0], [Infinity, 0]])
      expect(readGeometry({ type: 'Point', coordinates })).to.have.property('faults')
  })

  it('accepts a ring across the 180th meridian by the shorter way, and one that ends there', () => {
    const across = [
      [179, 0],
      [-179, 0],
      [-179, 1],
      [179, 1],
      [179, 0],
    ]
    expect(geometryOf(polygon(across)).coordinates).to.deep.equal([across])
    const cut = [square(179, 0, 1), square(-180, 0, 1)].map((it) => [it])
    expect(geometryOf(readGeometry({ type: 'MultiPolygon', coordinates: cut })).coordinates).to.deep.equal(
      cut,
    )
  })

  it('refuses a ring around a pole and one of half the world', () => {
    expect(
      faultsOf(
        polygon([
          [0, 80],
          [120, 80],
          [-120, 80],
        ]),
      ),
    ).to.deep.equal(['/coordinates/0 goes around a pole, which a geofence cannot contain'])
    expect(
      faultsOf(
        polygon([
          [-120, 0],
          [0, 1],
          [120, 0],
          [0, 2],
        ]),
      ),
    ).to.deep.equal(['/coordinates/0 must be narrower than 180 degrees'])
  })

  it('has at most 1,000 corners, in all rings together', () => {
    const circle = (x: number, count: number) =>
      Array.from({ length: count }, (_, i) => {
        const angle = (i / count) * 2 * Math.PI
        return [x + Math.cos(angle), Math.sin(angle)]
      })
    expect(polygon(circle(0, CORNERS_MAX))).to.have.property('geometry')
    const tooMany = [`/coordinates must have at most ${CORNERS_MAX} corners`]
    expect(faultsOf(polygon(circle(0, CORNERS_MAX + 1)))).to.deep.equal(tooMany)
    const parts = [circle(0, 600), circle(5, 600)].map((it) => [it])
    expect(faultsOf(readGeometry({ type: 'MultiPolygon', coordinates: parts }))).to.deep.equal(tooMany)
  })

  it('keeps a line that ends where it began', () => {
    const line = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ]
    expect(geometryOf(readGeometry({ type: 'LineString', coordinates: line })).coordinates).to.deep.equal(
      line,
    )
    expect(
      faultsOf(
        readGeometry({
          type: 'LineString',
          coordinates: [
            [1, 1],
            [1, 1],
          ],
        }),
      ),
    ).to.deep.equal(['/coordinates must have at least two different positions'])
  })

  it('the normal form is its own normal form', () => {
    const lon = fc.double({ min: -180, max: 180, noNaN: true })
    const star = fc.tuple(
      lon,
      fc.double({ min: -60, max: 60, noNaN: true }),
      fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 3, maxLength: 40 }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(star, ([x, y, radii, isTurned]) => {
        const ring = radii.map((radius, i) => {
          const angle = (i / radii.length) * 2 * Math.PI
          const turned = x + radius * Math.cos(angle)
          return [turned - 360 * Math.round(turned / 360), y + radius * Math.sin(angle)]
        })
        const first = geometryOf(polygon(isTurned ? ring.toReversed() : ring))
        expect(geometryOf(readGeometry(first))).to.deep.equal(first)
        expect(areaOf((first.coordinates as LonLat[][])[0] ?? [])).to.be.greaterThan(0)
      }),
    )
  })

  it('reads any JSON without an exception', () => {
    const types = fc.constantFrom(
      'Point' as const,
      'LineString' as const,
      'Polygon' as const,
      'MultiPolygon' as const,
    )
    fc.assert(
      fc.property(types, fc.jsonValue({ maxDepth: 5 }), (type, coordinates) => {
        readGeometry({ type, coordinates })
      }),
    )
  })
})

function areaOf(ring: readonly LonLat[]): number {
  const first = ring[0]?.[0] ?? 0
  const near = ring.map(([lon, lat]) => [lon - 360 * Math.round((lon - first) / 360), lat] as const)
  return near.slice(1).reduce((sum, [x, y], i) => sum + (near[i]?.[0] ?? 0) * y - x * (near[i]?.[1] ?? 0), 0)
}
