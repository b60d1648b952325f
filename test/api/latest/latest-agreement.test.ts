import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { logIn } from '../../support/clients.ts'
import { openDashboard, type Dashboard } from '../../support/dashboard.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { seeded } from '../../support/seeded.ts'
import { StateOracle, type OracleValue } from '../../support/state-oracle.ts'
import { openFixture, SECRET, type Fixture } from '../fixture.ts'

const VEHICLES = 24
const ROUNDS = 3
const STEPS = 10
/** Ages of readings in minutes, chosen so that none becomes stale while the test runs. */
const AGES_MIN = [0.5, 1, 2, 3, 4, 5, 12, 15, 60, 2880]
const STALE_AFTER_MS = 600_000

interface Vehicle {
  device: TestDevice
  client: MqttClient | undefined
  oracle: StateOracle
}

describe('agreement on newest values', function () {
  this.timeout(120_000)
  let db: TestDatabase
  let broker: TestBroker
  let fixture: Fixture
  let feed: Dashboard
  let startMs: number
  before(async () => {
    startMs = Date.now()
    db = await openTestDatabase()
    fixture = await openFixture({}, db)
    await open()
  })
  after(async () => {
    await close()
    await fixture.close()
    await db.drop()
  })

  async function open(): Promise<void> {
    broker = await openTestBroker({ JWT_SECRET: SECRET, LIVE_INTERVAL_MS: '100' }, db)
    feed = await openDashboard(broker)
  }
  async function close(): Promise<void> {
    await feed.client.endAsync(true)
    await broker.close()
  }
  async function setOnline(vehicle: Vehicle, isOnline: boolean): Promise<void> {
    if (isOnline) vehicle.client ??= await logIn(broker, vehicle.device)
    else {
      await vehicle.client?.endAsync()
      vehicle.client = undefined
    }
    vehicle.oracle.isConnected = isOnline
  }

  async function step(vehicle: Vehicle, random: () => number): Promise<void> {
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T
    if (random() < 0.1) return setOnline(vehicle, false)
    await setOnline(vehicle, true)
    const readings = Array.from({ length: pick([1, 1, 1, 3]) }, () => {
      const ageMin = pick(AGES_MIN)
      const values: Record<string, OracleValue> = {}
      if (random() < 0.4) Object.assign(values, { lat: pick([1, 2, 3]), lon: pick([4, 5]) })
      if (random() < 0.4) values['speed'] = pick([0, 2, 50, 90])
      if (random() < 0.3) values['ignition'] = pick([true, false])
      if (random() < 0.3) values['status'] = pick(['SOS', 'ok'])
      if (random() < 0.3) values['heading'] = pick([10, 200])
      if (random() < 0.3) values['fuel_level'] = pick([20, 30])
      if (random() < 0.3 || Object.keys(values).length === 0) values['extra.door'] = pick(['open', 'shut'])
      if (random() < 0.2) values['extra.load'] = pick([1, 2, 3])
      return { ageMin, values }
    })
    const payload = readings.map(({ ageMin, values }) => {
      const all = Object.entries(values)
      const extras = all.filter(([name]) => name.startsWith('extra.'))
      return {
        time: new Date(startMs - ageMin * 60_000).toISOString(),
        ...Object.fromEntries(all.filter(([name]) => !name.startsWith('extra.'))),
        ...(extras.length > 0 && {
          extra: Object.fromEntries(extras.map(([name, it]) => [name.slice(6), it])),
        }),
      }
    })
    await vehicle.client?.publishAsync(vehicle.device.topic, JSON.stringify(payload), { qos: 1 })
    for (const { ageMin, values } of readings) vehicle.oracle.send(startMs - ageMin * 60_000, values)
  }

  /** All values that the API and the feed report about a vehicle, and the expected ones, in the same form. */
  async function compare({ device, oracle }: Vehicle): Promise<{ said: unknown; expected: unknown }> {
    const latest = (await fixture.call('GET', `/api/vehicles/${device.vehicle}/latest`)).body.values
    const { extra = {}, ...values } = latest
    const flat = {
      ...values,
      ...Object.fromEntries(Object.entries(extra).map(([name, it]) => [`extra.${name}`, it])),
    }
    const saidValues = Object.fromEntries(
      Object.entries(flat as Record<string, { value: OracleValue; time: string; is_stale: boolean }>).map(
        ([name, { value, time, is_stale }]) => [name, [value, Date.parse(time), is_stale]],
      ),
    )
    const page = (await fixture.call('GET', '/api/live')).body.items
    const live = page.find(({ vehicle }: { vehicle: string }) => vehicle === device.vehicle)
    const record = feed.recordsOf(device.vehicleId).at(-1)
    const nowMs = Date.now()
    const { state, last, isStale } = oracle.state(nowMs)
    const place = { lat: oracle.newest.get('lat')?.value, lon: oracle.newest.get('lon')?.value }
    const expectedLive = {
      state,
      last,
      isStale,
      ...place,
      speed: oracle.fresh('speed', nowMs),
      heading: oracle.fresh('heading', nowMs),
    }
    return {
      said: {
        values: saidValues,
        live: {
          state: live.state,
          last: live.last_state,
          isStale: live.is_stale,
          lat: live.lat,
          lon: live.lon,
          speed: live.speed,
          heading: live.heading,
        },
        feed: record && {
          state: record.state,
          last: record.lastState,
          isStale: record.isStale,
          lat: record.lat,
          lon: record.lon,
          speed: record.speed,
          heading: record.heading,
        },
      },
      expected: {
        values: Object.fromEntries(
          [...oracle.newest].map(([name, { value, timeMs }]) => [
            name,
            [value, timeMs, oracle.isStale(name, nowMs)],
          ]),
        ),
        live: expectedLive,
        // A vehicle without a position, or unchanged since the start, is in no frame.
        feed: place.lat === undefined || record === undefined ? record && {} : expectedLive,
      },
    }
  }

  it('API, snapshot and feed agree on newest values, whatever the order of readings', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = seeded(seed)
    const vehicles = await Promise.all(
      Array.from({ length: VEHICLES }, async () => ({
        device: await broker.addDevice(),
        client: undefined as MqttClient | undefined,
        oracle: new StateOracle(STALE_AFTER_MS),
      })),
    )
    for (let round = 0; round < ROUNDS; round++) {
      for (let n = 0; n < STEPS; n++) for (const vehicle of vehicles) await step(vehicle, random)
      for (const vehicle of vehicles) {
        let found: Awaited<ReturnType<typeof compare>> | undefined
        await eventually('the newest values agree with the readings', async () => {
          found = await compare(vehicle)
          return JSON.stringify(sorted(found.said)) === JSON.stringify(sorted(found.expected))
        }).catch(() => {})
        expect(found?.said, `seed ${seed}, round ${round}, ${vehicle.device.vehicle}`).to.deep.equal(
          found?.expected,
        )
      }
      for (const vehicle of vehicles) await setOnline(vehicle, false)
      await close()
      await open()
    }
  })
})

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, it]) => [name, sorted(it)]),
  )
}
