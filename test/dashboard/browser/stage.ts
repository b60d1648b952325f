import { randomBytes } from 'node:crypto'
import type { DashboardHosts } from '../../../api/dashboard/policy.ts'
import { createClosers } from '../../../kit/closers.ts'
import { createLog } from '../../../kit/log.ts'
import type { Sql } from '../../../sql/connect.ts'
import { callApi, openFixture, SECRET, type Answer, type Call } from '../../api/fixture.ts'
import { openTestBroker, type TestBroker } from '../../support/broker.ts'
import { openTestDatabase } from '../../support/database.ts'
import { builtPage } from './built-page.ts'
import { openTracker, type Tracker, type TrackerOptions } from './tracker.ts'

/** A complete Fleetwire: database, broker, and the API that serves the built page. */
export interface Stage {
  /** of the page and the API */
  url: string
  /** of MQTT over WebSocket */
  wsUrl: string
  sql: Sql
  admin: StageUser
  broker: () => TestBroker
  /** Sends a request as an administrator. Fails unless the status is 2xx. */
  call: (method: string, path: string, call?: Call) => Promise<Answer>
  addUser: (role: 'admin' | 'user') => Promise<StageUser>
  /** Adds a vehicle with a device that is connected over MQTT. */
  addTracker: (options?: TrackerOptions) => Promise<Tracker>
  stopBroker: () => Promise<void>
  /** Starts the broker again, on the same ports. */
  startBroker: () => Promise<void>
  close: () => Promise<void>
}

export interface StageUser {
  id: number
  email: string
  password: string
}

const CLOSE_DEADLINE_MS = 15_000

/** An operator's settings for the map. */
export type StageMaps = Partial<
  Pick<DashboardHosts, 'tilesUrl' | 'tilesAttribution' | 'styleUrl' | 'mapOrigins'>
>

/**
 * @param settings of the broker
 * @param maps the map of the page by default
 */
export async function openStage(settings: Record<string, string> = {}, maps: StageMaps = {}): Promise<Stage> {
  const log = createLog('stage', 'silent')
  const closers = createClosers(log)
  const database = closers.add('database', await openTestDatabase(), (it) => it.drop())
  const openBroker = (ports: Record<string, string>) =>
    openTestBroker({ JWT_SECRET: SECRET, ...ports, ...settings }, database)
  let broker: TestBroker | undefined = await openBroker({})
  const { mqttPort, wsPort, statusPort } = broker
  const samePorts = {
    MQTT_PORT: String(mqttPort),
    MQTT_WS_PORT: String(wsPort),
    BROKER_STATUS_PORT: String(statusPort),
  }
  const stopBroker = async () => {
    const running = broker
    broker = undefined
    await running?.close()
  }
  closers.add('broker', stopBroker, (stop) => stop())
  const hosts = { mqttUrl: undefined, mqttWsPort: wsPort, mqttWssPort: undefined }
  const ownMap = {
    tilesUrl: undefined,
    tilesAttribution: undefined,
    styleUrl: undefined,
    mapOrigins: undefined,
  }
  const fixture = await openFixture(
    {
      brokerUrl: `http://127.0.0.1:${statusPort}`,
      dashboard: { root: builtPage(), ...hosts, ...ownMap, ...maps },
    },
    database,
  )
  closers.add('api', fixture, (it) => it.close())

  async function call(method: string, path: string, options: Call = {}): Promise<Answer> {
    const answer = await callApi(fixture.url, method, path, options)
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  const trackers = closers.add('trackers', new Set<Tracker>(), (all) =>
    Promise.all([...all].map((it) => it.client.endAsync(true))),
  )
  async function addTracker(options?: TrackerOptions): Promise<Tracker> {
    const tracker = await openTracker({ call, mqttPort }, options)
    trackers.add(tracker)
    return tracker
  }

  async function addUser(role: 'admin' | 'user'): Promise<StageUser> {
    const name = `${role}-${randomBytes(4).toString('hex')}`
    const user = { email: `${name}@example.com`, password: randomBytes(12).toString('hex') }
    const { body } = await call('POST', '/api/users', { body: { ...user, role, name } })
    return { ...user, id: Number(body.id) }
  }

  return {
    url: fixture.url,
    wsUrl: `ws://127.0.0.1:${wsPort}/mqtt`,
    sql: database.sql,
    admin: await addUser('admin'),
    broker() {
      if (broker === undefined) throw new Error('the broker is stopped')
      return broker
    },
    call,
    addUser,
    addTracker,
    stopBroker,
    async startBroker() {
      broker ??= await openBroker(samePorts)
    },
    close: () => closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS }),
  }
}
