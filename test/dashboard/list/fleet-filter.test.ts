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

/** A frame with new states of some vehicles, by their ids. */
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

describe('the fleet filter', () => {
  it('alerts come first, then the others by name, or by key without a name; numbers in names are compared as numbers', () => {
    expect(open().names()).to.deep.equal(['Göteborg Express', 'Truck 9', 'Truck 10', 'van-4'])
  })

  it('stale alerts come after fresh ones and before all others, also when offline', () => {
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
    // The last state of the vehicle changes, and it is still stale.
    table.apply({ ...frameOf({}), records: [{ ...record, lastState: 'moving', isStale: true }] }, 1)
    expect(names().slice(0, 3)).to.deep.equal(['Göteborg Express', 'Yacht', 'Ambulance'])
    filter.change({ states: new Set(['stale']) })
    expect(names()).to.deep.equal(['Ambulance', 'Zamboni'])
  })

  it('the search finds plates, VINs and tags as the administration does, whatever their case', () => {
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
    // A word is not found across two fields.
    expect(found('7wvw')).to.deep.equal([])
    expect(found('kuhlwagenstrasse')).to.deep.equal([])
  })

  it('a vehicle is found if its name or key has every word, whatever the case and accents', () => {
    const { filter, names } = open()
    filter.change({ text: 'GOTE' })
    expect(names()).to.deep.equal(['Göteborg Express'])
    filter.change({ text: ' truck  v1 ' })
    expect(names()).to.deep.equal(['Truck 9'])
    filter.change({ text: 'van-4' })
    expect(names()).to.deep.equal(['van-4'])
  })

  it('the mask has 1 for each shown row', () => {
    const { filter } = open()
    filter.change({ states: new Set(['stopped', 'offline']) })
    expect([...filter.mask.value]).to.deep.equal([0, 1, 0, 1])
  })

  it('states are counted among the vehicles that match the text and the group', () => {
    const { filter } = open()
    filter.change({ group: 'north', states: new Set(['moving']) })
    expect(filter.counts.value).to.include({ moving: 1, alert: 1, stopped: 0, offline: 0 })
    expect(filter.rows.value).to.have.length(1)
  })

  it('groups are listed in order', () => {
    expect(open().filter.groups.value).to.deep.equal(['north', 'south'])
  })

  it('the filter follows the address, also when going back', () => {
    const { filter, route, names } = open('?q=truck&state=moving,nonsense,alert&group=north')
    expect(filter.text.value).to.equal('truck')
    expect([...filter.states.value].toSorted()).to.deep.equal(['alert', 'moving'])
    expect(names()).to.deep.equal(['Truck 10'])
    route.value = parseRoute('/', '')
    expect(names()).to.have.length(4)
    expect(filter.group.value).to.equal(undefined)
  })

  it('typed text is written to the address once, after a delay; the view and the rest of the query stay', async () => {
    const { filter, visited } = open('?day=2026-11-22', '/vehicles/v1/history')
    for (const text of ['t', 'tr', 'tru']) filter.change({ text })
    expect(visited).to.deep.equal([])
    await eventually('the address to be written', () => visited.length > 0)
    expect(visited).to.deep.equal(['replace /vehicles/v1/history?day=2026-11-22&q=tru'])
  })

  it('states and groups are written to the address at once', () => {
    const { filter, visited } = open()
    filter.change({ states: new Set(['moving']) })
    filter.change({ group: 'north' })
    expect(visited).to.deep.equal(['replace /?state=moving', 'replace /?state=moving&group=north'])
  })

  it('a cleared filter is written to the address, since a path without a query keeps the filters', () => {
    const { filter, visited } = open('?state=moving')
    filter.change({ states: new Set() })
    expect(visited).to.deep.equal(['replace /?q='])
  })

  it('text that is being typed stays when a vehicle is opened', async () => {
    const { filter, route, visited } = open()
    filter.change({ text: 'tru' })
    route.value = parseRoute('/vehicles/v1', '')
    expect(filter.text.value).to.equal('tru')
    await eventually('the address to be written', () => visited.length > 0)
    expect(visited).to.deep.equal(['replace /vehicles/v1?q=tru'])
  })

  it('a frame that changes no state leaves the rows; one that does replaces them', () => {
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

  it('the filter applies to the vehicles of a new snapshot', () => {
    const { filter, table, names } = open()
    filter.change({ text: 'new' })
    expect(names()).to.deep.equal([])
    table.load([{ id: 9, vehicle: 'n1', name: 'New one', group: 'east', state: 'unknown' }], 5)
    expect(names()).to.deep.equal(['New one'])
    expect(filter.groups.value).to.deep.equal(['east'])
  })

  it('a closed filter keeps its rows', async () => {
    const { filter, route, visited } = open()
    filter.change({ text: 'tru' })
    filter.close()
    route.value = parseRoute('/', '?q=other')
    expect(filter.text.value).to.equal('tru')
    // The timer of this filter is later than the one that was stopped.
    const other = open()
    other.filter.change({ text: 'x' })
    await eventually('another to write its address', () => other.visited.length > 0)
    expect(visited).to.deep.equal([])
  })

  it('the time per frame grows linearly with the vehicles', () => {
    const names = ['Lastbil', 'Truck', 'Väla', 'Café', 'Bus']
    /** Median CPU time of 21 frames in which half of the vehicles change their state, ms. */
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
    // Eight times the vehicles; quadratic growth would be 64.
    expect(many / few).to.be.below(32)
  })
})
