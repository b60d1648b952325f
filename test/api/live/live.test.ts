import { expect } from 'chai'
import { LIVE_STATES } from '../../../contract/live-frame.ts'
import { isAlert, lastStateOf, liveStateOf } from '../../../contract/live-state.ts'
import type { VehicleSnapshot } from '../../../dashboard/live/vehicle-table.ts'
import { expectProblem, readPages } from '../fixture.ts'
import { openHistoryFixture, type HistoryFixture } from '../history/history-fixture.ts'

describe('live snapshot', () => {
  let fixture: HistoryFixture
  before(async () => (fixture = await openHistoryFixture()))
  after(() => fixture.close())
  beforeEach(() => fixture.sql`truncate positions, latest_values, device_presence, device_reports, brokers`)

  interface Position {
    time?: string
    speed?: number
    heading?: number
    ignition?: boolean
    status?: string
  }
  async function place(
    vehicle: string,
    { time = new Date().toISOString(), ...position }: Position,
  ): Promise<void> {
    const { speed = null, heading = null, ignition = null, status = null } = position
    await fixture.sql`
      insert into positions (vehicle_id, time, received_at, lat, lon, speed, heading, ignition, status)
      select id, ${time}::text::timestamptz, now(), 59.3293, 18.0686, ${speed}, ${heading}, ${ignition}, ${status}
      from vehicles where key = ${vehicle}
      on conflict (vehicle_id) do update set time = excluded.time,
        speed = excluded.speed, ignition = excluded.ignition, status = excluded.status`
  }
  async function latest(vehicle: string, field: string, time: string, value: string | number): Promise<void> {
    await fixture.sql`
      insert into latest_values (vehicle_id, field, time, nth, value)
      select id, ${field}, ${time}::text::timestamptz, 0, ${fixture.sql.json(value)} from vehicles where key = ${vehicle}
      on conflict (vehicle_id, field) do update set time = excluded.time, value = excluded.value`
  }
  /** Connects the vehicle's device to a broker last seen `seenAgoS` seconds ago. */
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

  it('the snapshot has every vehicle in order of keys, with or without a position', async () => {
    await fixture.sql`update vehicles set name = ${'Ada "1"\\'}, plate = 'S-FW 7', vin = 'WVWZZZ1JZXW000001', tags = ${['a "b"', 'ü']} where key = 'v1'`
    await connect('v1')
    const time = `${new Date().toISOString().slice(0, -5)}.123987Z`
    await place('v1', { time, speed: 62.5, heading: 271, ignition: true })
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
      last_state: 'moving',
      last_state_time: time.replace('987Z', 'Z'),
      is_stale: false,
      time: time.replace('987Z', 'Z'),
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
      last_state: 'unknown',
      is_stale: false,
    })
  })

  it('the snapshot has the same states as the live feed', async () => {
    const nowMs = Date.now()
    const staleMs = nowMs - 1_200_000
    const expected: string[] = []
    const actual: string[] = []
    await connect('v1')
    for (const vehicle of ['v1', 'v2']) {
      for (const speed of [undefined, 0, 3, 3.1]) {
        for (const ignition of [undefined, false, true]) {
          for (const status of [undefined, 'ok', 'Alarm', 'sos', 'alerts']) {
            for (const timeMs of [nowMs, staleMs]) {
              const given = {
                ...(speed !== undefined && { speed }),
                ...(ignition !== undefined && { ignition }),
                ...(status !== undefined && { status }),
              }
              await place(vehicle, { ...given, time: new Date(timeMs).toISOString() })
              // Otherwise values of the previous position would still be known.
              await fixture.sql`delete from latest_values`
              const shown = `${vehicle} ${JSON.stringify(given)} ${timeMs - nowMs}: `
              const found = await find(vehicle)
              actual.push(`${shown}${found?.state} ${found?.last_state} ${found?.last_state_time}`)
              const last = lastStateOf(
                {
                  positionMs: timeMs,
                  isAlert: status !== undefined && isAlert(status),
                  statusMs: status === undefined ? 0 : timeMs,
                  speed: speed ?? 0,
                  speedMs: speed === undefined ? 0 : timeMs,
                  ignition: ignition ?? false,
                  ignitionMs: ignition === undefined ? 0 : timeMs,
                },
                nowMs - 600_000,
              )
              const state = liveStateOf(last, vehicle === 'v1')
              expected.push(`${shown}${state} ${last.state} ${new Date(last.timeMs).toISOString()}`)
            }
          }
        }
      }
    }
    expect(actual).to.deep.equal(expected)
    expect(new Set(actual.map((it) => it.split(': ')[1]?.split(' ')[0]))).to.have.all.keys(...LIVE_STATES)
  })

  it('each value counts by its own time, and stale values are not shown as current', async () => {
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
    await connect('v1')
    await place('v1', { time: minutesAgo(20), speed: 80, heading: 90, ignition: true })
    const stale = await find('v1')
    expect(stale).to.include({ state: 'stale', last_state: 'moving', is_stale: true })
    expect(stale).to.not.have.any.keys('speed', 'heading', 'ignition')
    await latest('v1', 'status', minutesAgo(1), 'sos')
    expect(await find('v1')).to.include({ state: 'alert', is_stale: false })
    await latest('v1', 'status', minutesAgo(0), 'ok')
    expect(await find('v1')).to.include({ state: 'unknown', is_stale: false })
    await latest('v1', 'speed', minutesAgo(0), 0)
    expect(await find('v1')).to.include({ state: 'stopped', speed: 0 })
    // Older than the speed of the position.
    await latest('v1', 'speed', minutesAgo(30), 99)
    expect(await find('v1')).to.include({ state: 'unknown' })
  })

  it('a vehicle without a position has a state', async () => {
    await latest('v1', 'status', new Date().toISOString(), 'sos')
    const found = await find('v1')
    expect(found).to.include({ state: 'alert', last_state: 'alert', is_stale: false })
    expect(found).to.not.have.any.keys('lat', 'lon', 'time')
  })

  it('a vehicle is online while its device reports over HTTP', async () => {
    const report = (secondsAgo: number) => fixture.sql`
      insert into device_reports (device_id, since, seen_at)
      select id, now(), now() - make_interval(secs => ${secondsAgo}) from devices where key = 'd-v1'
      on conflict (device_id) do update set seen_at = excluded.seen_at`
    await place('v1', { speed: 50 })
    await report(590)
    expect((await find('v1'))?.state).to.equal('moving')
    await report(601)
    expect((await find('v1'))?.state).to.equal('offline')
  })

  it('a vehicle is offline when its broker is dead or its device disconnected', async () => {
    for (const vehicle of ['v1', 'v2', 'v3']) await place(vehicle, { speed: 50 })
    await connect('v1', 31)
    await connect('v2', 20)
    await connect('v3')
    await fixture.sql`
      update device_presence set broker_id = null where device_id = (select id from devices where key = 'd-v3')`
    const states = Object.fromEntries((await snapshot()).map(({ vehicle, state }) => [vehicle, state]))
    expect(states).to.include({ v1: 'offline', v2: 'moving', v3: 'offline' })
  })

  it('a vehicle with two connected devices appears once', async () => {
    await fixture.sql`insert into devices (key, vehicle_id) select 'd-second', id from vehicles where key = 'v1'`
    await connect('v1')
    await connect('second')
    expect((await snapshot()).filter(({ vehicle }) => vehicle === 'v1')).to.have.length(1)
  })

  it("a user's snapshot has the vehicles that they may see", async () => {
    for (const vehicle of ['own', 'lent', 'n1', 'foreign', 'v1']) await place(vehicle, {})
    const vehicles = await snapshot(fixture.user)
    expect(vehicles.map(({ vehicle }) => vehicle)).to.deep.equal(['lent', 'n1', 'n2', 'own'])
  })

  it('the snapshot is read page by page', async () => {
    const pages = await readPages(fixture, '/api/live', 3)
    expect(pages).to.deep.equal(await snapshot())
    expectProblem(await fixture.get('/api/live?cursor=x'), 400, 'invalid_request', ['/cursor'])
    expectProblem(await fixture.get('/api/live?limit=10001'), 400, 'invalid_request', ['/limit'])
  })

  it('neither the snapshot nor positions show a status', async () => {
    await place('v1', { status: 'sos' })
    for (const path of ['/api/live', '/api/positions']) {
      const { body } = await fixture.get(path)
      expect(JSON.stringify(body)).not.to.include('sos')
    }
  })
})
