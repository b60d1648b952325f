import { expect } from 'chai'
import type { LiveState } from '../../../../contract/live-frame.ts'
import { VehicleTable } from '../../../../dashboard/live/vehicle-table.ts'
import type { Camera } from '../../../../dashboard/map/camera/camera.ts'
import { FleetPositions } from '../../../../dashboard/map/fleet/fleet-positions.ts'
import { xOfLon, yOfLat } from '../../../../dashboard/map/camera/mercator.ts'
import { VehicleScene } from '../../../../dashboard/map/fleet/vehicle-scene.ts'

const camera: Camera = { x: xOfLon(18), y: yOfLat(59), zoom: 14, bearing: 0, width: 1000, height: 600 }
const START = Date.parse('2026-01-01T00:00:00Z')

interface Vehicle {
  lat: number
  lon: number
  state?: LiveState
}

function stage(vehicles: readonly Vehicle[]) {
  const table = new VehicleTable()
  const positions = new FleetPositions()
  const scene = new VehicleScene()
  table.load(
    vehicles.map(({ lat, lon, state = 'moving' }, i) => {
      return { id: i, vehicle: `v${i}`, name: '', group: null, state, lat, lon, time: '2026-01-01T00:00:00Z' }
    }),
    0,
  )
  const build = (change: { camera?: Camera; mask?: Uint8Array; hidden?: number; nowMs?: number } = {}) => {
    const { mask = new Uint8Array(table.count).fill(1), hidden, nowMs = 0 } = change
    positions.update(table, true)
    scene.build({ table, positions, mask, camera: change.camera ?? camera, nowMs, hidden }, true)
    return [...scene.targets.subarray(0, scene.targetCount)]
  }
  return { table, positions, scene, build }
}

const near = (n: number): Vehicle[] =>
  Array.from({ length: n }, (_, i) => ({ lat: 59 + (i % 50) * 1e-4, lon: 18 + Math.floor(i / 50) * 1e-4 }))

const LAST = { lastState: 'moving', lastStateMs: START, isStale: false } as const

describe('the scene', () => {
  it('a scene has the vehicles in view and a margin around, not the rest of the world', () => {
    const { build } = stage([
      { lat: 59, lon: 18 },
      { lat: 40, lon: -100 },
    ])
    expect(build()).to.deep.equal([0])
  })

  it('a scene leaves out vehicles that are filtered, hidden or without a position', () => {
    const { build } = stage([
      { lat: 59, lon: 18 },
      { lat: 59, lon: 18.001 },
      { lat: NaN, lon: NaN },
      { lat: 59, lon: 18.002 },
    ])
    expect(build({ mask: Uint8Array.from([1, 0, 1, 1]), hidden: 3 })).to.deep.equal([0])
  })

  it('alerts are drawn above all others, offline vehicles below', () => {
    const states = ['alert', 'moving', 'offline', 'stopped', 'idling', 'unknown'] as const
    const { build } = stage(states.map((state) => ({ lat: 59, lon: 18, state })))
    expect(build()).to.deep.equal([5, 2, 3, 4, 1, 0])
  })

  it('vehicles are clustered when zoomed out, not when zoomed in', () => {
    const { build, scene } = stage(near(100))
    expect(build({ camera: { ...camera, zoom: 5 } })).to.deep.equal([-1])
    expect(scene.clusters?.size[0]).to.equal(100)
    expect(build()).to.have.length(100)
    expect(scene.clusters).to.equal(undefined)
  })

  it('a crowd is clustered at nearer zooms until it is thinner', () => {
    const { build, scene } = stage(near(2100))
    const nearer = { ...camera, zoom: 12 }
    build({ camera: nearer })
    expect(scene.clusters?.count).to.be.above(0)
    const all = new Uint8Array(2100).fill(1)
    build({ camera: nearer, mask: all.map((_, row) => (row < 1600 ? 1 : 0)) })
    expect(scene.clusters?.count).to.be.above(0)
    build({ camera: nearer, mask: all.map((_, row) => (row < 1400 ? 1 : 0)) })
    expect(scene.clusters).to.equal(undefined)
    build({ camera: nearer, mask: all.map((_, row) => (row < 1600 ? 1 : 0)) })
    expect(scene.clusters).to.equal(undefined)
  })

  it('a scene remains valid for a small movement, not for another area or zoom', () => {
    const { build, scene } = stage(near(10))
    expect(scene.isFor(camera)).to.equal(false)
    build()
    expect(scene.isFor({ ...camera, x: camera.x + 1e-5 })).to.equal(true)
    expect(scene.isFor({ ...camera, zoom: 14.2 })).to.equal(true)
    expect(scene.isFor({ ...camera, x: camera.x + 0.01 })).to.equal(false)
    expect(scene.isFor({ ...camera, zoom: 15 })).to.equal(false)
  })

  it('a scene is animated only for movements of a pixel or more', () => {
    const { table, build, scene } = stage([{ lat: 59, lon: 18 }])
    build()
    const record = { vehicleId: 0, lat: 59, lon: 18.0004, timeMs: START + 1000, ...LAST }
    const frame = { epoch: 1, seq: 1, baseTimeMs: START + 1000 }
    table.apply({ ...frame, records: [{ ...record, speed: 80, heading: 90, state: 'moving' }] }, 1000)
    build({ nowMs: 1000 })
    expect(scene.movesUntilMs).to.equal(2000)
    build({ nowMs: 1000, camera: { ...camera, zoom: 8 } })
    expect(scene.movesUntilMs).to.equal(0)
  })

  it('moving vehicles are located where they are drawn', () => {
    const { table, positions, build, scene } = stage([{ lat: 59, lon: 18 }])
    build()
    const record = { vehicleId: 0, lat: 59, lon: 18.0004, timeMs: START + 1000, ...LAST }
    const frame = { epoch: 1, seq: 1, baseTimeMs: START + 1000 }
    table.apply({ ...frame, records: [{ ...record, speed: 80, heading: 90, state: 'moving' }] }, 1000)
    build({ nowMs: 1000 })
    const at = (nowMs: number) => {
      const [x, y] = [new Float32Array(1), new Float32Array(1)]
      expect(scene.locate(camera, positions, nowMs, x, y)).to.equal(1)
      return x[0] ?? NaN
    }
    expect(at(1000)).to.be.closeTo(500, 0.01)
    const end = at(2000)
    expect(end).to.be.above(505)
    expect(at(1500)).to.be.closeTo((500 + end) / 2, 0.01)
  })
})
