import { expect } from 'chai'
import { LIVE_STATES } from '../../contract/live-frame.ts'
import { liveStateOf } from '../../contract/live-state.ts'
import type { VehicleSnapshot } from '../../dashboard/live/vehicle-table.ts'
import { expectProblem, readPages } from './fixture.ts'
import { at, openHistoryFixture, type HistoryFixture } from './history-fixture.ts'

describe('api live', () => {
  let fixture: HistoryFixture
  before(async () => (fixture = await openHistoryFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate positions, device_presence, brokers`)

  interface Position {
    time?: string
    speed?: number
    heading?: number
    ignition?: boolean
    status?: string
  }
  async function place(vehicle: string, { time = at(0), ...position }: Position): Promise<void> {
    const { speed = null, heading = null, ignition = null, status = null } = position
    await fixture.sql`
      insert into positions (vehicle_id, time, received_at, lat, lon, speed, heading, ignition, status)
      select id, ${time}::text::timestamptz, now(), 59.3293, 18.0686, ${speed}, ${heading}, ${ignition}, ${status}
      from vehicles where key = ${vehicle}
      on conflict (vehicle_id) do update set
        speed = excluded.speed, ignition = excluded.ignition, status = excluded.status`
  }
  /** The vehicle's device is connected to a broker that was seen so long ago. */
  async function connect(vehicle: string, seenAgoS = 0): Promise<void> {
    await fixture.sql`
      with broker as (
        insert into brokers (id, seen_at) values (gen_random_uuid(), now() - make_interval(secs => ${seenAgoS})) returning id
      )
      insert into device_presence (device_id, broker_id, since, last_seen_at)
      select devices.id, broker.id, now(), now() from broker, devices where key = ${`d-${vehicle}`}`
  }
  async function snapshot(token?: string): Promise<VehicleSnapshot[]> {
    const { status, body } = await fixture.get('/api/live', token)
    expect(status, JSON.stringify(body)).to.equal(200)
    expect(body.next_cursor).to.equal(null)
    return body.items
  }
  const find = async (vehicle: string) => (await snapshot()).find((it) => it.vehicle === vehicle)

  it('has every vehicle, in order of their keys, with or without a position', async () => {
    await fixture.sql`update vehicles set name = ${'Ada "1"\\'}, plate = 'S-FW 7', vin = 'WVWZZZ1JZXW000001', tags = ${['a "b"', 'ü']} where key = 'v1'`
    await connect('v1')
    await place('v1', { time: '2026-11-21T08:00:05.123987Z', speed: 62.5, heading: 271, ignition: true })
    const all = await snapshot()
    expect(all.map(({ vehicle }) => vehicle)).to.deep.equal([
      'foreign',
      'lent',
      'n1',
      'n2',
      'own',
      'v1',
      'v2',
      'v3',
    ])
    const ids = new Map(
      (await fixture.sql<{ key: string; id: number }[]>`select key, id from vehicles`).map(({ key, id }) => [
        key,
        id,
      ]),
    )
    expect(all[5]).to.deep.equal({
      id: ids.get('v1'),
      vehicle: 'v1',
      name: 'Ada "1"\\',
      plate: 'S-FW 7',
      vin: 'WVWZZZ1JZXW000001',
      tags: ['a "b"', 'ü'],
      group: null,
      state: 'moving',
      time: '2026-11-21T08:00:05.123Z',
      lat: 59.3293,
      lon: 18.0686,
      speed: 62.5,
      heading: 271,
      ignition: true,
    })
    expect(all[2]).to.deep.equal({
      id: ids.get('n1'),
      vehicle: 'n1',
      name: '',
      group: 'north',
      state: 'offline',
    })
  })

  it('has the states that the live feed has', async () => {
    const expected: string[] = []
    const actual: string[] = []
    await connect('v1')
    for (const vehicle of ['v1', 'v2']) {
      for (const speed of [undefined, 0, 3, 3.1]) {
        for (const ignition of [undefined, false, true]) {
          for (const status of [undefined, 'ok', 'Alarm', 'sos', 'alerts']) {
            const given = {
              ...(speed !== undefined && { speed }),
              ...(ignition !== undefined && { ignition }),
              ...(status !== undefined && { status }),
            }
            await place(vehicle, given)
            const shown = `${vehicle} ${JSON.stringify(given)}: `
            actual.push(shown + (await find(vehicle))?.state)
            expected.push(shown + liveStateOf({ speed, ignition, status, isOnline: vehicle === 'v1' }))
          }
        }
      }
    }
    expect(actual).to.deep.equal(expected)
    expect(new Set(actual.map((it) => it.split(': ')[1]))).to.have.all.keys(...LIVE_STATES)
  })

  it('counts a vehicle as offline whose broker is dead, and one that was connected before', async () => {
    for (const vehicle of ['v1', 'v2', 'v3']) await place(vehicle, { speed: 50 })
    await connect('v1', 31)
    await connect('v2', 20)
    await connect('v3')
    await fixture.sql`
      update device_presence set broker_id = null where device_id = (select id from devices where key = 'd-v3')`
    const states = Object.fromEntries((await snapshot()).map(({ vehicle, state }) => [vehicle, state]))
    expect(states).to.include({ v1: 'offline', v2: 'moving', v3: 'offline' })
  })

  it('has one line for a vehicle with two devices that are connected', async () => {
    await fixture.sql`insert into devices (key, vehicle_id) select 'd-second', id from vehicles where key = 'v1'`
    await connect('v1')
    await connect('second')
    expect((await snapshot()).filter(({ vehicle }) => vehicle === 'v1')).to.have.length(1)
  })

  it('has for a user the vehicles that it may see', async () => {
    for (const vehicle of ['own', 'lent', 'n1', 'foreign', 'v1']) await place(vehicle, {})
    const vehicles = await snapshot(fixture.user)
    expect(vehicles.map(({ vehicle }) => vehicle)).to.deep.equal(['lent', 'n1', 'n2', 'own'])
  })

  it('is read page by page', async () => {
    const pages = await readPages(fixture, '/api/live', 3)
    expect(pages).to.deep.equal(await snapshot())
    expectProblem(await fixture.get('/api/live?cursor=x'), 400, 'invalid_request', ['/cursor'])
    expectProblem(await fixture.get('/api/live?limit=10001'), 400, 'invalid_request', ['/limit'])
  })

  it('shows no status, and the positions do not either', async () => {
    await place('v1', { status: 'sos' })
    for (const path of ['/api/live', '/api/positions']) {
      const { body } = await fixture.get(path)
      expect(JSON.stringify(body)).not.to.include('sos')
    }
  })
})
