import { expect } from 'chai'
import fc from 'fast-check'
import { PickGrid } from '../../../../dashboard/map/fleet/pick-grid.ts'

const [WIDTH, HEIGHT] = [400, 300]

function gridOf(points: readonly (readonly [number, number])[]): PickGrid {
  const grid = new PickGrid()
  const x = Float32Array.from(points, ([it]) => it)
  const y = Float32Array.from(points, ([, it]) => it)
  grid.build(x, y, points.length, WIDTH, HEIGHT)
  return grid
}

describe('the pick grid', () => {
  it('the nearest point within the radius is picked', () => {
    const grid = gridOf([
      [100, 100],
      [110, 100],
      [300, 200],
    ])
    expect(grid.nearest(107, 101, 14)).to.equal(1)
    expect(grid.nearest(101, 101, 14)).to.equal(0)
    expect(grid.nearest(200, 100, 14)).to.equal(-1)
  })

  it('of several points at one place, the topmost is picked', () => {
    const grid = gridOf([
      [50, 50],
      [50, 50],
      [50, 50],
    ])
    expect(grid.nearest(51, 50, 10)).to.equal(2)
  })

  it('nothing is picked before the grid is built', () => {
    expect(new PickGrid().nearest(0, 0, 100)).to.equal(-1)
  })

  it('a new build replaces all points', () => {
    const grid = gridOf([[50, 50]])
    grid.build(new Float32Array(0), new Float32Array(0), 0, WIDTH, HEIGHT)
    expect(grid.nearest(50, 50, 10)).to.equal(-1)
  })

  it('the grid picks the same point as a search through all points', () => {
    const at = fc.tuple(fc.integer({ min: -50, max: 450 }), fc.integer({ min: -50, max: 350 }))
    const inside = fc.tuple(fc.integer({ min: 0, max: WIDTH - 1 }), fc.integer({ min: 0, max: HEIGHT - 1 }))
    fc.assert(
      fc.property(
        fc.array(at, { maxLength: 200 }),
        inside,
        fc.integer({ min: 1, max: 60 }),
        (points, [x, y], radius) => {
          let [best, bestSquare] = [-1, radius * radius]
          for (const [i, [px, py]] of points.entries()) {
            const square = (px - x) ** 2 + (py - y) ** 2
            const isInside = px >= 0 && px < WIDTH_CELLS && py >= 0 && py < HEIGHT_CELLS
            if (isInside && square <= bestSquare && (square < bestSquare || i > best))
              [best, bestSquare] = [i, square]
          }
          expect(gridOf(points).nearest(x, y, radius)).to.equal(best)
        },
      ),
    )
  })
})

/** The screen rounded up to whole cells. */
const WIDTH_CELLS = Math.ceil(WIDTH / 32) * 32
const HEIGHT_CELLS = Math.ceil(HEIGHT / 32) * 32
