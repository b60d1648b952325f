import { expect } from 'chai'
import type { LiveRecord } from '../../../../contract/live-frame.ts'
import { VehicleTable } from '../../../../dashboard/live/vehicle-table.ts'
import { FleetPositions } from '../../../../dashboard/map/fleet/fleet-positions.ts'
import { xOfLon, yOfLat } from '../../../../dashboard/map/camera/mercator.ts'

const START = Date.parse('2026-01-01T00:00:00Z')

function stage() {
  const table = new VehicleTable()
  const positions = new FleetPositions()
  const vehicles = ['a', 'b', 'c'].map((vehicle, i) => ({
    id: i + 1,
    vehicle,
    name: vehicle,
    group: null,
    state: 'moving' as const,
    // c has no position yet
    ...(i < 2 && { lat: 59, lon: 18 + i, time: new Date(START).toISOString() }),
  }))
  table.load(vehicles, 1000)
  positions.update(table, true)
  const tell = (nowMs: number, record: Partial<LiveRecord>, moves = true) => {
    const defaults = { vehicleId: 1, lat: 59, lon: 18, speed: 50, heading: 90, state: 'moving' } as const
    const last = { lastState: 'moving', lastStateMs: START, isStale: false } as const
    const full = { ...defaults, ...last, timeMs: START + nowMs, ...record }
    table.apply({ epoch: 1, seq: 1, baseTimeMs: START + nowMs, records: [full] }, nowMs)
    positions.update(table, moves)
  }
  return { table, positions, tell }
}

describe('the positions of the fleet', () => {
  it('positions are taken from the table, and NaN without one', () => {
    const { positions } = stage()
    expect(positions.x[1]).to.equal(xOfLon(19))
    expect(positions.y[1]).to.equal(yOfLat(59))
    expect(Number.isNaN(positions.x[2])).to.equal(true)
  })

  it('vehicles stand still after a snapshot', () => {
    const { positions } = stage()
    expect(positions.left(0, 1000)).to.equal(0)
  })

  it('a vehicle moves to its newest position in the time between two positions', () => {
    const { positions, tell } = stage()
    tell(1800, { lon: 18.001 })
    expect(positions.x[0]).to.equal(xOfLon(18.001))
    expect(positions.dx[0]).to.be.closeTo(-0.001 / 360, 1e-12)
    expect(positions.durationMs[0]).to.equal(800)
    expect(positions.left(0, 1800)).to.equal(1)
    expect(positions.left(0, 2200)).to.be.closeTo(0.5, 1e-9)
    expect(positions.left(0, 9999)).to.equal(0)
  })

  it('a movement takes two seconds at most', () => {
    const { positions, tell } = stage()
    tell(11_000, { lon: 18.001 })
    expect(positions.durationMs[0]).to.equal(2000)
  })

  it('a vehicle jumps after a long silence, a leap or its first position, and with reduced motion', () => {
    const silent = stage()
    silent.tell(60_000, { lon: 18.001 })
    const leap = stage()
    leap.tell(2000, { lon: 19 })
    const first = stage()
    first.tell(2000, { vehicleId: 3, lon: 18.001 })
    const calm = stage()
    calm.tell(2000, { lon: 18.001 }, false)
    for (const [{ positions }, row] of [
      [silent, 0],
      [leap, 0],
      [first, 2],
      [calm, 0],
    ] as const)
      expect(positions.durationMs[row]).to.equal(0)
    expect(first.positions.x[2]).to.equal(xOfLon(18.001))
  })

  it('a vehicle moves over the edge of the world, not around it', () => {
    const { positions, tell } = stage()
    tell(2000, { lon: 179.9999 })
    tell(3000, { lon: -179.9999 })
    expect(positions.dx[0]).to.be.closeTo(-0.0002 / 360, 1e-12)
    expect(positions.durationMs[0]).to.equal(1000)
  })

  it('unchanged positions are not recalculated', () => {
    const { table, positions, tell } = stage()
    tell(2000, { lon: 18.001 })
    tell(2500, { vehicleId: 2, lon: 19.001 })
    expect(positions.left(0, 2500)).to.be.closeTo(0.5, 1e-9)
    expect(table.rowOf('a')).to.equal(0)
  })

  it('another snapshot resets all positions', () => {
    const { table, positions } = stage()
    table.load([{ id: 9, vehicle: 'z', name: 'z', group: null, state: 'stopped', lat: 1, lon: 2 }], 5000)
    positions.update(table, true)
    expect(positions.count).to.equal(1)
    expect(positions.x[0]).to.equal(xOfLon(2))
    expect(positions.durationMs[0]).to.equal(0)
  })
})
