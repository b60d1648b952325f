import { expect } from 'chai'
import { VehicleTable } from '../../../../dashboard/live/vehicle-table.ts'
import { fleetBounds } from '../../../../dashboard/map/camera/fleet-bounds.ts'
import { xOfLon, yOfLat } from '../../../../dashboard/map/camera/mercator.ts'

function boundsOf(places: readonly [lat: number, lon: number][], mask = places.map(() => 1)) {
  const table = new VehicleTable()
  const vehicle = (i: number) => ({
    id: i,
    vehicle: `v${i}`,
    name: '',
    group: null,
    state: 'moving' as const,
  })
  table.load(
    places.map(([lat, lon], i) => (Number.isNaN(lat) ? vehicle(i) : { ...vehicle(i), lat, lon })),
    0,
  )
  return fleetBounds(table, Uint8Array.from(mask))
}

describe('the bounds of the fleet', () => {
  it("the fleet's bounds include all shown vehicles with a position", () => {
    const bounds = boundsOf(
      [
        [59, 18],
        [57, 12],
        [0, 0],
        [NaN, NaN],
      ],
      [1, 1, 0, 1],
    )
    expect(bounds).to.deep.equal({ minX: xOfLon(12), maxX: xOfLon(18), minY: yOfLat(59), maxY: yOfLat(57) })
  })

  it('a fleet without positions has no bounds', () => {
    expect(boundsOf([[NaN, NaN]])).to.equal(undefined)
    expect(boundsOf([])).to.equal(undefined)
  })

  it("the fleet's bounds cross the edge of the world if that is narrower", () => {
    const bounds = boundsOf([
      [-17, 178],
      [-17, -178],
    ])
    expect(bounds?.minX).to.equal(xOfLon(178))
    expect(bounds?.maxX).to.be.closeTo(xOfLon(182), 1e-12)
  })
})
