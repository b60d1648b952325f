import { expect } from 'chai'
import fc from 'fast-check'
import { LIVE_STATES, type LiveState } from '../../../../contract/live-frame.ts'
import { clusterVehicles } from '../../../../dashboard/map/fleet/clusters.ts'

const CELL_PX = 48
const CELL = 1 / 64

function clustersOf(vehicles: readonly [x: number, y: number, state?: LiveState][], cellSize = CELL) {
  const column = (pick: (it: (typeof vehicles)[number]) => number) => Float64Array.from(vehicles, pick)
  return clusterVehicles(
    {
      x: column(([x]) => x),
      y: column(([, y]) => y),
      state: Uint8Array.from(vehicles, ([, , state = 'moving']) => LIVE_STATES.indexOf(state)),
      rows: Uint32Array.from(vehicles, (_, i) => i),
      count: vehicles.length,
    },
    cellSize / CELL_PX,
  )
}

describe('clusters', () => {
  it('vehicles near each other form a cluster in their middle', () => {
    const { count, x, y, size, clusterOf } = clustersOf([
      [0.5, 0.5],
      [0.502, 0.5],
      [0.504, 0.502],
      [0.502, 0.502],
      [0.9, 0.9],
    ])
    expect(count).to.equal(1)
    expect(size[0]).to.equal(4)
    expect(x[0]).to.be.closeTo(0.502, 1e-12)
    expect(y[0]).to.be.closeTo(0.501, 1e-12)
    expect([...clusterOf]).to.deep.equal([0, 0, 0, 0, -1])
  })

  it('a cluster needs four vehicles', () => {
    const { count, clusterOf } = clustersOf([
      [0.5, 0.5],
      [0.5, 0.5],
      [0.5, 0.5],
    ])
    expect(count).to.equal(0)
    expect([...clusterOf]).to.deep.equal([-1, -1, -1])
  })

  it('a cluster may cross the lines of the grid', () => {
    const line = 32 * CELL
    const { count, size } = clustersOf([
      [line - 0.0001, line - 0.0001],
      [line + 0.0001, line - 0.0001],
      [line - 0.0001, line + 0.0001],
      [line + 0.0001, line + 0.0001],
    ])
    expect(count).to.equal(1)
    expect(size[0]).to.equal(4)
  })

  it('a cluster takes in vehicles that it would cover', () => {
    const px = CELL / CELL_PX
    const depot = Array.from({ length: 300 }, (): [number, number] => [0.5 + px, 0.5 + px])
    const beside = (distance: number): [number, number] => [0.5 + (1 - distance) * px, 0.5 + px]
    expect(clustersOf([...depot, beside(30)]).size[0]).to.equal(301)
    expect(clustersOf([...depot, beside(45)]).size[0]).to.equal(300)
  })

  it('a cluster has the most important state of its vehicles: alert, then moving', () => {
    const { state } = clustersOf([
      [0.1, 0.1, 'stopped'],
      [0.1, 0.1, 'alert'],
      [0.1, 0.1, 'moving'],
      [0.1, 0.1, 'idling'],
      [0.8, 0.8, 'offline'],
      [0.8, 0.8, 'moving'],
      [0.8, 0.8, 'stopped'],
      [0.8, 0.8, 'unknown'],
    ])
    expect([...state].map((it) => LIVE_STATES[it])).to.deep.equal(['alert', 'moving'])
  })

  it('vehicles without a position are in no cluster', () => {
    const { count, clusterOf } = clustersOf([
      [NaN, NaN],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    expect(count).to.equal(1)
    expect([...clusterOf]).to.deep.equal([-1, 0, 0, 0, 0])
  })

  it('every vehicle is counted once, whatever the fleet', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(place, place), { maxLength: 300 }),
        fc.integer({ min: 0, max: 12 }),
        (fleet, n) => {
          const { count, size, clusterOf } = clustersOf(fleet, 2 ** -n)
          const members = Array.from({ length: count }, () => 0)
          for (const it of clusterOf) if (it >= 0) members[it] = (members[it] ?? 0) + 1
          expect(members).to.deep.equal([...size])
          expect([...size].every((it) => it >= 4)).to.equal(true)
        },
      ),
    )
  })
})
