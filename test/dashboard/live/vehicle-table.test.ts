import { expect } from 'chai'
import type { LiveRecord } from '../../../contract/live-frame.ts'
import { VehicleTable, type VehicleSnapshot } from '../../../dashboard/live/vehicle-table.ts'

const T0 = Date.UTC(2026, 10, 22)
const iso = (ms: number) => new Date(T0 + ms).toISOString()

describe('the vehicle table', () => {
  const snapshot = (more: Partial<VehicleSnapshot>): VehicleSnapshot => ({
    id: 1,
    vehicle: 'v1',
    name: '',
    group: null,
    state: 'moving',
    lat: 1,
    lon: 2,
    time: iso(0),
    ...more,
  })
  const record = (more: Partial<LiveRecord>): LiveRecord => ({
    vehicleId: 1,
    lat: 1,
    lon: 2,
    timeMs: T0,
    speed: undefined,
    heading: undefined,
    state: 'moving',
    lastState: 'moving',
    lastStateMs: T0,
    isStale: false,
    ...more,
  })
  const apply = (table: VehicleTable, more: Partial<LiveRecord>) =>
    table.apply({ epoch: 1, seq: 2, baseTimeMs: T0, records: [record(more)] }, 0)

  it("a state newer than the snapshot's is kept, also if the position is the same", () => {
    const table = new VehicleTable()
    table.load([snapshot({ last_state: 'moving', last_state_time: iso(0) })], 0)
    apply(table, { state: 'alert', lastState: 'alert', lastStateMs: T0 + 1000 })
    table.load([snapshot({ last_state: 'moving', last_state_time: iso(0) })], 0)
    expect(table.stateOf(0)).to.equal('alert')
    table.load([snapshot({ state: 'stopped', last_state: 'stopped', last_state_time: iso(1000) })], 0)
    expect(table.stateOf(0)).to.equal('stopped')
  })

  it('an older state from a snapshot is taken once the snapshot must include the known one', () => {
    const table = new VehicleTable()
    const stopped = { state: 'stopped', last_state: 'stopped', last_state_time: iso(-5000) } as const
    table.load([snapshot({ state: 'alert', last_state: 'alert', last_state_time: iso(1000) })], 0)
    table.load([snapshot(stopped)], 2999)
    expect(table.stateOf(0)).to.equal('alert')
    table.load([snapshot(stopped)], 3000)
    expect(table.stateOf(0)).to.equal('stopped')
  })

  it('a newer position is kept however late it is stored, unless the snapshot no longer shows one', () => {
    const table = new VehicleTable()
    table.load([snapshot({ time: iso(1000), lat: 3 })], 0)
    table.load([snapshot({})], 60_000)
    expect(table.lat[0]).to.equal(3)
    const { lat: _lat, lon: _lon, time: _time, ...hidden } = snapshot({ state: 'unknown' })
    table.load([hidden], 60_000)
    expect([table.lat[0], table.timeMs[0], table.stateOf(0)]).to.deep.equal([NaN, 0, 'unknown'])
  })

  it('the last state is shown for stale vehicles, and for offline ones only if it was an alert', () => {
    const table = new VehicleTable()
    const last = { last_state: 'moving', last_state_time: iso(-720_000), is_stale: true } as const
    table.load([snapshot({ ...last, state: 'stale' })], 0)
    expect([table.staleStateOf(0), table.lastStateMs[0]]).to.deep.equal(['moving', T0 - 720_000])
    apply(table, { state: 'offline', lastState: 'moving', lastStateMs: T0 - 720_000, isStale: true })
    expect(table.staleStateOf(0)).to.equal(undefined)
    apply(table, { state: 'offline', lastState: 'alert', lastStateMs: T0 - 720_000, isStale: true })
    expect(table.staleStateOf(0)).to.equal('alert')
    apply(table, { state: 'alert', lastState: 'alert', lastStateMs: T0 })
    expect(table.staleStateOf(0)).to.equal(undefined)
  })
})
