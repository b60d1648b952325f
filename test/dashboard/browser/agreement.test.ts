import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { Page } from 'playwright-core'
import { makeClaims } from '../../../contract/claims.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import { createClosers } from '../../../kit/closers.ts'
import { createJwt } from '../../../kit/jwt.ts'
import { createLog } from '../../../kit/log.ts'
import { callApi, openFixture, SECRET, type Fixture } from '../../api/fixture.ts'
import { openChaosBroker, type ChaosBroker } from '../../chaos/support/broker.ts'
import { steadyPort } from '../../chaos/support/ports.ts'
import { mustSkipBrowser } from '../../support/browser.ts'
import { logIn } from '../../support/clients.ts'
import { openDashboard, type Dashboard } from '../../support/dashboard.ts'
import { openTestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { seeded } from '../../support/seeded.ts'
import { StateOracle, type OracleValue } from '../../support/state-oracle.ts'
import { faultOf, faultOfState, faultOfValues, readList, readPanel, readTooltip } from './agreement-parts.ts'
import { builtPage } from './built-page.ts'
import { mapAt, pointAt, type Place } from './map-points.ts'
import { panelOf, rowOf, shows, vehicleList } from './page-parts.ts'
import { createVisits, type Visits } from './visits.ts'

/** Vehicles of the test. Some report over HTTP, and some never have a position. */
const VEHICLES = 14
const isHttp = (index: number) => index % 3 === 2
const isNowhere = (index: number) => index % 5 === 4
/** The signal that ends the broker after each round but the last. */
const ENDS = ['SIGKILL', 'SIGTERM'] as const
const STEPS = 4
/** Values become stale while the test runs. */
const STALE_AFTER_S = 15
/** Ages of readings before the test began. There are few, so several readings share an instant. */
const AGES_S = [0, 1, 3, 6, 9, 12, 40, 600, 7300, 172_800]
const AGREE_MS = 20_000
const POINT_MS = 20_000
/** Vehicles that are checked on the map and in the panel in each round. */
const POINTED = 4
const OPENED = 2
const MIDDLE: Place = { lat: 59.33, lon: 18.06 }
/** Distance at which no vehicle is drawn over another. */
const STEP: Place = { lat: 0.006, lon: 0.012 }
const BROKER_AWAY = [/WebSocket connection to/, /status of 50[23]/, /WebSocket is already in CLOSING/]

interface Vehicle {
  key: string
  id: number
  device: string
  token: string
  /** the vehicle's only position; `undefined` if it never has one */
  place: Place | undefined
  client: MqttClient | undefined
  oracle: StateOracle
}

/** The broker runs in a process of its own, so that it can be killed. */
describe('agreement of list, map, panel, API and feed', function () {
  this.timeout(180_000)
  const closers = createClosers(createLog('agreement', 'silent'))
  let startMs: number
  const seed = Number(process.env['AGREEMENT_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const random = seeded(seed)
  function pick<T>(of: readonly T[]): T {
    const picked = of[Math.floor(random() * of.length)]
    if (picked === undefined) throw new Error('there is nothing to pick from')
    return picked
  }
  let fixture: Fixture
  let broker: ChaosBroker
  let wsPort: number
  let visits: Visits
  let list: Page
  let panel: Page
  let vehicles: Vehicle[]
  let feed: Dashboard

  before(async function () {
    if (mustSkipBrowser()) this.skip()
    startMs = Date.now()
    const database = closers.add('database', await openTestDatabase(), (it) => it.drop())
    const directory = mkdtempSync(join(tmpdir(), 'fleetwire-agreement-'))
    closers.add('directory', directory, (it) => rmSync(it, { recursive: true, force: true }))
    wsPort = await steadyPort()
    const env = {
      DATABASE_URL: database.url,
      JWT_SECRET: SECRET,
      DATA_DIR: directory,
      MQTT_WS_PORT: String(wsPort),
      STALE_AFTER_S: String(STALE_AFTER_S),
      LIVE_INTERVAL_MS: '200',
      COMMIT_TIMEOUT_MS: '5000',
    }
    broker = closers.add(
      'broker',
      await openChaosBroker({ env, logFile: join(directory, 'broker.log') }),
      (it) => it.kill(),
    )
    await broker.start()
    const dashboard = {
      root: builtPage(),
      mqttUrl: undefined,
      mqttWsPort: wsPort,
      mqttWssPort: undefined,
      tilesUrl: undefined,
      tilesAttribution: undefined,
      styleUrl: undefined,
      mapOrigins: undefined,
    }
    const brokerUrl = `http://127.0.0.1:${broker.statusPort}`
    fixture = closers.add(
      'api',
      await openFixture({ brokerUrl, dashboard, staleAfterS: STALE_AFTER_S }, database),
      (it) => it.close(),
    )
    vehicles = []
    for (let index = 0; index < VEHICLES; index++) vehicles.push(await addVehicle(index))
    const as = { id: 0, email: 'dispatcher@example.com', password: 'a password of this test' }
    await call('POST', '/api/users', { email: as.email, password: as.password, role: 'admin', name: '' })
    visits = closers.add(
      'pages',
      createVisits({ url: fixture.url, wsUrl: `ws://127.0.0.1:${wsPort}/mqtt` }),
      (it) => it.close(),
    )
    const viewport = { width: 1440, height: 1200 }
    list = await visits.open({ as, viewport, path: `/?${mapAt(MIDDLE)}`, expected: BROKER_AWAY })
    panel = await visits.open({ as, viewport, expected: BROKER_AWAY, hasWebGl: false })
    // Without animation, vehicles are drawn at their positions.
    for (const page of [list, panel]) await page.emulateMedia({ reducedMotion: 'reduce' })
    feed = await openFeed()
    for (const page of [list, panel]) await shows(page.getByText('Live', { exact: true }))
  })
  after(async () => {
    for (const { client } of vehicles ?? []) client?.end(true)
    feed?.client.end(true)
    await closers.closeAll({ deadlineMs: 30_000 })
  })

  // oxlint-disable-next-line typescript/no-explicit-any -- each call expects its own shape
  async function call(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await callApi(fixture.url, method, path, body === undefined ? {} : { body })
    if (answer.status > 299) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async function addVehicle(index: number): Promise<Vehicle> {
    const [key, device] = [`truck-${String(index).padStart(2, '0')}`, `tracker-${index}`]
    const { id } = await call('POST', '/api/vehicles', { key })
    await call('POST', '/api/devices', { key: device, vehicle: key })
    const { token } = await call('POST', `/api/devices/${device}/tokens`, {})
    const place = {
      lat: MIDDLE.lat + (Math.floor(index / 5) - 1) * STEP.lat,
      lon: MIDDLE.lon + ((index % 5) - 2) * STEP.lon,
    }
    return {
      key,
      id,
      device,
      token,
      place: isNowhere(index) ? undefined : place,
      client: undefined,
      oracle: new StateOracle(STALE_AFTER_S * 1000),
    }
  }

  function openFeed(): Promise<Dashboard> {
    const nowS = Math.floor(Date.now() / 1000)
    const claims = makeClaims({
      sub: '1',
      role: 'admin',
      aud: 'mqtt',
      jti: crypto.randomUUID(),
      nowS,
      lifetimeS: 600,
    })
    const sign = () => createJwt(SECRET).sign(claims)
    const ports = { mqttPort: broker.mqttPort, wsPort, sign }
    return openDashboard(ports, { clientId: `ui/1/${crypto.randomUUID()}`, token: sign() })
  }

  async function setConnected(vehicle: Vehicle, isConnected: boolean): Promise<void> {
    const { device: clientId, token } = vehicle
    if (isConnected) {
      if (vehicle.client === undefined) {
        vehicle.client = await logIn(broker, { clientId, token })
        vehicle.client.on('error', () => {})
      }
    } else {
      await vehicle.client?.endAsync()
      vehicle.client = undefined
    }
    vehicle.oracle.isConnected = isConnected
  }

  function randomValues({ place }: Vehicle): Record<string, OracleValue> {
    const values: Record<string, OracleValue> = {}
    if (place !== undefined && random() < 0.5) Object.assign(values, place)
    if (random() < 0.4) values['speed'] = pick([0, 2, 50, 90])
    if (random() < 0.3) values['ignition'] = pick([true, false])
    if (random() < 0.3) values['status'] = pick(['SOS', 'ok'])
    if (random() < 0.2) values['heading'] = pick([10, 200])
    if (random() < 0.2 || Object.keys(values).length === 0) values['extra.door'] = pick(['open', 'shut'])
    return values
  }

  async function publish(
    vehicle: Vehicle,
    index: number,
    readings: { timeMs: number; values: Record<string, OracleValue> }[],
  ): Promise<void> {
    const payload = readings.map(({ timeMs, values }) => {
      const { 'extra.door': door, ...others } = values
      return { time: timeMs, ...others, ...(door !== undefined && { extra: { door } }) }
    })
    if (isHttp(index)) {
      const answer = await callApi(fixture.url, 'POST', '/api/telemetry', {
        token: vehicle.token,
        body: payload,
      })
      expect(answer.status, JSON.stringify(answer.body)).to.equal(201)
      vehicle.oracle.reportedMs = Date.now()
    } else {
      await setConnected(vehicle, true)
      await vehicle.client?.publishAsync(vehicleTopic(vehicle.key, 'telemetry'), JSON.stringify(payload), {
        qos: 1,
      })
    }
    for (const { timeMs, values } of readings) vehicle.oracle.send(timeMs, values)
  }

  async function step(vehicle: Vehicle, index: number): Promise<void> {
    if (random() < 0.2) return isHttp(index) ? undefined : setConnected(vehicle, false)
    const readings = Array.from({ length: pick([1, 1, 2]) }, () => ({
      timeMs: random() < 0.3 ? Date.now() : startMs - pick(AGES_S) * 1000,
      values: randomValues(vehicle),
    }))
    await publish(vehicle, index, readings)
  }

  /** Disagreements of the list, the API and the feed, by vehicle. */
  async function faults(): Promise<string[]> {
    const [said, live, latest] = await Promise.all([
      readList(list),
      call('GET', '/api/live'),
      call('GET', '/api/latest'),
    ])
    const nowMs = Date.now()
    return vehicles.flatMap(({ key, id, oracle }) => {
      const item = live.items.find(({ vehicle }: { vehicle: string }) => vehicle === key)
      const { values } = latest.items.find(({ vehicle }: { vehicle: string }) => vehicle === key)
      return [
        ['list', faultOf(said[key], oracle, nowMs)],
        ['GET /api/live', faultOfLive(item, oracle, nowMs)],
        ['GET /api/latest', faultOfLatest(values, oracle, nowMs)],
        ['live feed', faultOfFeed(id, oracle, nowMs)],
      ].flatMap(([where, fault]) => (fault === undefined ? [] : [`${key}, ${where}: ${fault}`]))
    })
  }

  async function untilNone(what: string, find: () => Promise<string[]>, deadlineMs: number): Promise<void> {
    let found: string[] = []
    await eventually(
      what,
      async () => {
        found = await find()
        return found.length === 0
      },
      deadlineMs,
    ).catch((error: unknown) => {
      // The disagreements say more than the timeout.
      if (found.length === 0) throw error
      found.push(String(error))
    })
    expect(found, `AGREEMENT_SEED=${seed}, ${what}`).to.deep.equal([])
  }

  /** A vehicle that has not changed since the subscription has no record. */
  function faultOfFeed(id: number, oracle: StateOracle, nowMs: number): string | undefined {
    const record = feed.recordsOf(id).at(-1)
    if (record === undefined) return undefined
    if (!oracle.newest.has('lat')) return 'it has a vehicle without a position'
    const { state, last, isStale } = oracle.state(nowMs)
    const [said, expected] = [
      [record.state, record.lastState, record.isStale, record.speed],
      [state, last, isStale, oracle.fresh('speed', nowMs)],
    ].map((it) => JSON.stringify(it))
    return said === expected ? undefined : `${said} instead of ${expected}`
  }

  /** Checks some of the vehicles on the map and in the panel. */
  async function checkSome(round: number): Promise<void> {
    const places = vehicles.filter(({ oracle }) => oracle.newest.has('lat'))
    for (let n = 0; n < POINTED; n++) {
      const { key, place = MIDDLE, oracle } = pick(places)
      await untilNone(
        `round ${round}, ${key} on the map`,
        async () => {
          await pointAt(list, MIDDLE, place)
          const said = await eventually('a tooltip', () => readTooltip(list), 1000).catch(() => undefined)
          const fault = said?.name === key ? faultOf(said, oracle, Date.now()) : `"${said?.name}" is shown`
          return fault === undefined ? [] : [fault]
        },
        POINT_MS,
      )
    }
    for (let n = 0; n < OPENED; n++) {
      const { key, oracle } = pick(vehicles)
      await rowOf(panel, key).click()
      await shows(panelOf(panel, key))
      await untilNone(
        `round ${round}, ${key} in the panel`,
        async () => {
          const { state, values } = await readPanel(panel, key)
          const fault = faultOfState(state, oracle, Date.now()) ?? faultOfValues(values, oracle, Date.now())
          return fault === undefined ? [] : [fault, await panelOf(panel, key).innerText()]
        },
        POINT_MS,
      )
    }
  }

  it('list, map, panel, API and feed agree on a vehicle after readings, disconnects and restarts', async () => {
    await shows(vehicleList(list))
    for (let round = 0; round <= ENDS.length; round++) {
      // The other vehicles stay as the restart left them.
      const active = [...vehicles.entries()].filter(() => round === 0 || random() < 0.7)
      for (let n = 0; n < STEPS; n++)
        await Promise.all(active.map(([index, vehicle]) => step(vehicle, index)))
      await untilNone(`round ${round}`, faults, AGREE_MS)
      await checkSome(round)
      const signal = ENDS[round]
      if (signal !== undefined) await restart(signal)
    }
    expect(visits.faults).to.deep.equal([])
  })

  /** Publishes just before, as acknowledged readings must survive the restart. */
  async function restart(signal: (typeof ENDS)[number]): Promise<void> {
    await Promise.all(
      vehicles.map((vehicle, index) =>
        publish(vehicle, index, [{ timeMs: Date.now(), values: randomValues(vehicle) }]),
      ),
    )
    await broker.process().end(signal)
    for (const vehicle of vehicles) {
      vehicle.client?.end(true)
      vehicle.client = undefined
      vehicle.oracle.isConnected = false
    }
    await broker.start()
    feed.client.end(true)
    feed = await openFeed()
    // Reconnects the pages at once.
    for (const page of [list, panel]) {
      await page.evaluate(() => dispatchEvent(new Event('online')))
      await shows(page.getByText('Live', { exact: true }))
    }
  }
})

interface LiveItem {
  state: string
  last_state: string
  last_state_time?: string
  is_stale: boolean
  time?: string
  speed?: number
}

function faultOfLive(item: LiveItem | undefined, oracle: StateOracle, nowMs: number): string | undefined {
  const { state, last, lastMs, isStale } = oracle.state(nowMs)
  const positionMs = oracle.newest.get('lat')?.timeMs
  const said = [item?.state, item?.last_state, item?.is_stale, item?.speed, item?.time, item?.last_state_time]
  const time = (ms: number | undefined) =>
    ms === undefined || ms === 0 ? undefined : new Date(ms).toISOString()
  const expected = [state, last, isStale, oracle.fresh('speed', nowMs), time(positionMs), time(lastMs)]
  const [a, b] = [JSON.stringify(said), JSON.stringify(expected)]
  return a === b ? undefined : `${a} instead of ${b}`
}

type LatestValues = Record<string, { value: OracleValue; time: string; is_stale: boolean }>

function faultOfLatest(
  { extra = {}, ...values }: LatestValues & { extra?: LatestValues },
  oracle: StateOracle,
  nowMs: number,
): string | undefined {
  const all = {
    ...values,
    ...Object.fromEntries(Object.entries(extra).map(([name, it]) => [`extra.${name}`, it])),
  }
  const said = Object.entries<LatestValues[string]>(all).map(
    ([name, { value, time, is_stale }]) => [name, value, Date.parse(time), is_stale] as const,
  )
  const expected = [...oracle.newest].map(
    ([name, { value, timeMs }]) => [name, value, timeMs, oracle.isStale(name, nowMs)] as const,
  )
  const [a, b] = [said, expected].map((it) => JSON.stringify(it.toSorted(([x], [y]) => (x < y ? -1 : 1))))
  return a === b ? undefined : `${a} instead of ${b}`
}
