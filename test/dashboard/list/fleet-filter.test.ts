import { effect, signal } from '@preact/signals'
import { expect } from 'chai'
import { LIVE_STATES, type LiveState } from '../../../contract/live-frame.ts'
import { createFleetFilter } from '../../../dashboard/list/fleet-filter.ts'
import { VehicleTable, type VehicleSnapshot } from '../../../dashboard/live/vehicle-table.ts'
import { parseRoute } from '../../../dashboard/routing/routes.ts'
import { eventually } from '../../support/eventually.ts'
import { cpuMs } from '../../support/growth.ts'

const FLEET: Omit<VehicleSnapshot, 'id'>[] = [
  { vehicle: 'v3', name: 'Truck 10', group: 'north', state: 'moving' },
  { vehicle: 'v1', name: 'Truck 9', group: 'south', state: 'stopped' },
  { vehicle: 'v2', name: 'Göteborg Express', group: 'north', state: 'alert' },
  { vehicle: 'van-4', name: '', group: null, state: 'offline' },
]

function open(search = '', path = '/') {
  const table = new VehicleTable()
  table.load(
    FLEET.map((it, index) => ({ id: index + 1, ...it })),
    0,
  )
  const route = signal(parseRoute(path, search))
  const visited: string[] = []
  const filter = createFleetFilter({
    table,
    route,
    navigate(to, options) {
      visited.push(`${options?.replace === true ? 'replace ' : ''}${to}`)
      const [path = '', query = ''] = to.split('?')
      route.value = parseRoute(path, query)
    },
    addressDelayMs: 5,
  })
  const names = () => Array.from(filter.rows.value, (row) => table.names[row] || table.keys[row])
  return { table, route, filter, visited, names }
}

/** A frame that says of some vehicles that they are in another state now. */
function frameOf(states: Record<number, LiveState>) {
  const records = Object.entries(states).map(([id, state]) => ({
    vehicleId: Number(id),
    lat: 1,
    lon: 2,
    timeMs: 1000,
    speed: undefined,
    heading: undefined,
    state,
    lastState: state,
    lastStateMs: 1000,
    isStale: false,
  }))
  return { epoch: 1, seq: 1, baseTimeMs: 1000, records }
}

describe('the filter of the fleet', () => {
  it('shows alerts first and the others by name, numbers as numbers, those without a name by their key', () => {
    expect(open().names()).to.deep.equal(['Göteborg Express', 'Truck 9', 'Truck 10', 'van-4'])
  })

  it('shows stale alerts behind fresh ones and before all others, also when offline, and follows them', () => {
    const { table, filter, names } = open()
    const stale = { last_state: 'alert', last_state_time: '2026-11-22T08:00:00Z', is_stale: true } as const
    table.load(
      [
        ...FLEET,
        { vehicle: 's1', name: 'Ambulance', group: null, state: 'stale' as const, is_stale: true },
        { vehicle: 's2', name: 'Zamboni', group: null, state: 'stale' as const, ...stale },
        { vehicle: 's3', name: 'Yacht', group: null, state: 'offline' as const, ...stale },
      ].map((it, index) => ({ id: index + 1, ...it })),
      0,
    )
    expect(names()).to.deep.equal([
      'Göteborg Express',
      'Yacht',
      'Zamboni',
      'Ambulance',
      'Truck 9',
      'Truck 10',
      'van-4',
    ])
    expect(filter.counts.value).to.include({ alert: 1, stale: 2, offline: 2 })
    const [record] = frameOf({ 6: 'stale' }).records
    if (record === undefined) throw new Error('there is no record')
    // Its last state is another one now, and it is still stale.
    table.apply({ ...frameOf({}), records: [{ ...record, lastState: 'moving', isStale: true }] }, 1)
    expect(names().slice(0, 3)).to.deep.equal(['Göteborg Express', 'Yacht', 'Ambulance'])
    filter.change({ states: new Set(['stale']) })
    expect(names()).to.deep.equal(['Ambulance', 'Zamboni'])
  })

  it('finds plates, VINs and tags as the administration does, however they are written', () => {
    const found = (text: string) => {
      const { table, filter } = open()
      const tram = { plate: 'ÅB-FW 7', vin: 'WVWZZZ1JZXW000001', tags: ['Kühlwagen', 'Straße'] }
      table.load(
        [
          ...FLEET,
          { vehicle: 'e', name: 'Electro\u0301', ...tram, group: null, state: 'offline' as const },
        ].map((it, index) => ({ id: index + 1, ...it })),
        0,
      )
      filter.change({ text })
      return Array.from(filter.rows.value, (row) => table.keys[row])
    }
    for (const text of [
      'fw 7',
      'åb',
      'A\u030aB',
      'zxw0000',
      'KUHL',
      'ku\u0308hlwagen',
      'strasse',
      'STRASSE',
      'electró',
    ])
      expect(found(text), text).to.deep.equal(['e'])
    expect(found('go\u0308teborg')).to.deep.equal(['v2'])
    expect(found('GÖTEBORG')).to.deep.equal(['v2'])
    // No word is found across two fields.
    expect(found('7wvw')).to.deep.equal([])
    expect(found('kuhlwagenstrasse')).to.deep.equal([])
  })

  it('finds every word in name or key, whatever the case and the accents', () => {
    const { filter, names } = open()
    filter.change({ text: 'GOTE' })
    expect(names()).to.deep.equal(['Göteborg Express'])
    filter.change({ text: ' truck  v1 ' })
    expect(names()).to.deep.equal(['Truck 9'])
    filter.change({ text: 'van-4' })
    expect(names()).to.deep.equal(['van-4'])
  })

  it('masks by row what it shows', () => {
    const { filter } = open()
    filter.change({ states: new Set(['stopped', 'offline']) })
    expect([...filter.mask.value]).to.deep.equal([0, 1, 0, 1])
  })

  it('counts the states of what text and group leave, not of what the states leave', () => {
    const { filter } = open()
    filter.change({ group: 'north', states: new Set(['moving']) })
    expect(filter.counts.value).to.include({ moving: 1, alert: 1, stopped: 0, offline: 0 })
    expect(filter.rows.value).to.have.length(1)
  })

  it('lists the groups in order', () => {
    expect(open().filter.groups.value).to.deep.equal(['north', 'south'])
  })

  it('is what the address says, and follows it back', () => {
    const { filter, route, names } = open('?q=truck&state=moving,nonsense,alert&group=north')
    expect(filter.text.value).to.equal('truck')
    expect([...filter.states.value].toSorted()).to.deep.equal(['alert', 'moving'])
    expect(names()).to.deep.equal(['Truck 10'])
    route.value = parseRoute('/', '')
    expect(names()).to.have.length(4)
    expect(filter.group.value).to.equal(undefined)
  })

  it('writes what was typed to the address once, a moment later, and keeps the view and the rest of its query', async () => {
    const { filter, visited } = open('?day=2026-11-22', '/vehicles/v1/history')
    for (const text of ['t', 'tr', 'tru']) filter.change({ text })
    expect(visited).to.deep.equal([])
    await eventually('the address to be written', () => visited.length > 0)
    expect(visited).to.deep.equal(['replace /vehicles/v1/history?day=2026-11-22&q=tru'])
  })

  it('writes states and groups at once', () => {
    const { filter, visited } = open()
    filter.change({ states: new Set(['moving']) })
    filter.change({ group: 'north' })
    expect(visited).to.deep.equal(['replace /?state=moving', 'replace /?state=moving&group=north'])
  })

  it('names an empty filter in the address, for a path without one would keep the filters', () => {
    const { filter, visited } = open('?state=moving')
    filter.change({ states: new Set() })
    expect(visited).to.deep.equal(['replace /?q='])
  })

  it('keeps what is being typed when a vehicle is opened meanwhile', async () => {
    const { filter, route, visited } = open()
    filter.change({ text: 'tru' })
    route.value = parseRoute('/vehicles/v1', '')
    expect(filter.text.value).to.equal('tru')
    await eventually('the address to be written', () => visited.length > 0)
    expect(visited).to.deep.equal(['replace /vehicles/v1?q=tru'])
  })

  it('has the same rows after a frame that changes no state, and others after one that does', () => {
    const { filter, table, names } = open()
    let times = 0
    const stop = effect(() => {
      void filter.rows.value
      times++
    })
    table.apply(frameOf({ 1: 'moving', 2: 'stopped' }), 1)
    expect(times).to.equal(1)
    table.apply(frameOf({ 1: 'alert' }), 2)
    expect(times).to.equal(2)
    expect(names().slice(0, 2)).to.deep.equal(['Göteborg Express', 'Truck 10'])
    stop()
  })

  it('follows a new snapshot with other vehicles', () => {
    const { filter, table, names } = open()
    filter.change({ text: 'new' })
    expect(names()).to.deep.equal([])
    table.load([{ id: 9, vehicle: 'n1', name: 'New one', group: 'east', state: 'unknown' }], 5)
    expect(names()).to.deep.equal(['New one'])
    expect(filter.groups.value).to.deep.equal(['east'])
  })

  it('stays with what it has once it is closed', async () => {
    const { filter, route, visited } = open()
    filter.change({ text: 'tru' })
    filter.close()
    route.value = parseRoute('/', '?q=other')
    expect(filter.text.value).to.equal('tru')
    // Whose timer is behind the one that was stopped.
    const other = open()
    other.filter.change({ text: 'x' })
    await eventually('another to write its address', () => other.visited.length > 0)
    expect(visited).to.deep.equal([])
  })

  it('takes time for a frame that grows with the number of vehicles', () => {
    const names = ['Lastbil', 'Truck', 'Väla', 'Café', 'Bus']
    /** Median of 21 frames, half of whose vehicles change their state, in ms of the processor. */
    const frameMs = (vehicles: number): number => {
      const table = new VehicleTable()
      table.load(
        Array.from({ length: vehicles }, (_, id) => ({
          id,
          vehicle: `v${id}`,
          name: `${names[id % names.length]} ${(id * 7919) % 10_000}`,
          group: `g${id % 20}`,
          state: 'moving' as const,
        })),
        0,
      )
      const filter = createFleetFilter({ table, route: signal(parseRoute('/', '?q=a')), navigate() {} })
      let shown = 0
      const stop = effect(() => {
        shown = filter.rows.value.length + (filter.mask.value[0] ?? 0) + filter.counts.value.moving
      })
      const tookMs = Array.from({ length: 21 }, (_, round) => {
        for (let row = 0; row < table.count; row += 2) table.state[row] = round % LIVE_STATES.length
        const cpu = process.cpuUsage()
        table.apply(frameOf({}), round)
        return cpuMs(cpu)
      })
      stop()
      expect(shown).to.be.above(0)
      return tookMs.toSorted((a, b) => a - b)[10] ?? NaN
    }
    const [few, many] = [frameMs(10_000), frameMs(80_000)]
    // Eight times as many; with the square of their number it would be 64.
    expect(many / few).to.be.below(32)
  })
})
