import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw, type RawClient } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

export interface Received {
  id: number
  name: string
  params: unknown
  expires_at: string
}

interface StoredCommand {
  state: string
  result: unknown
  device: number | null
  delivered: boolean
}

export interface CommandsFixture {
  db: TestDatabase
  broker: TestBroker
  /** Created for each test. */
  device: TestDevice
  /** The topic of the device's commands. */
  topic: () => string
  /** Stores a command for the device's vehicle; resolves with its id. */
  command: (name: string, options?: { params?: unknown; expiresIn?: string }) => Promise<number>
  stateOf: (id: number) => Promise<StoredCommand | undefined>
  reaches: (id: number, state: string) => Promise<unknown>
  /** Connects a device. Returns its client, and the commands it receives. */
  connect: (options?: {
    at?: TestBroker
    who?: TestDevice
    clean?: boolean
    qos?: 0 | 1 | 2 | undefined
  }) => Promise<{ client: MqttClient; received: Received[] }>
  /** Connects a subscribed client that confirms nothing. */
  connectSilent: (who?: TestDevice, clean?: boolean) => Promise<RawClient>
  /** Publishes an answer: text unchanged, anything else as JSON. */
  answer: (client: MqttClient, payload: unknown, qos?: 1 | 2) => Promise<unknown>
}

/** Opens a broker and its database for the tests of a `describe`, and closes them. */
export function useCommands(): CommandsFixture {
  const open: MqttClient[] = []
  const fixture = {
    topic: () => `fleet/${fixture.device.vehicle}/commands`,
    async command(name, { params = {}, expiresIn = '1 hour' } = {}) {
      const [row] = await fixture.db.sql<{ id: number }[]>`
        insert into commands (vehicle_id, name, params, expires_at)
        values (${fixture.device.vehicleId}, ${name}, ${JSON.stringify(params)}::text::json,
          now() + ${expiresIn}::text::interval)
        returning id`
      return row?.id ?? 0
    },
    async stateOf(id) {
      const [row] = await fixture.db.sql<StoredCommand[]>`
        select state, result, device_id as device, delivered_at is not null as delivered from commands where id = ${id}`
      return row
    },
    reaches: (id, state) =>
      eventually(`${id} is ${state}`, async () => (await fixture.stateOf(id))?.state === state),
    async connect({ at = fixture.broker, who = fixture.device, clean = true, qos } = {}) {
      const client = await logIn(at, who, { clean, resubscribe: false })
      client.on('error', () => {})
      open.push(client)
      const messages = collect(client)
      const received: Received[] = []
      client.on('message', () => received.push(messages.at(-1)?.payload as Received))
      if (qos !== undefined) await client.subscribeAsync(`fleet/${who.vehicle}/commands`, { qos })
      return { client, received }
    },
    async connectSilent(who = fixture.device, clean = true) {
      const client = await logInRaw(fixture.broker, who, { clean })
      const subscriptions = [{ topic: `fleet/${who.vehicle}/commands`, qos: 1 as const }]
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions })
      await client.next('suback')
      return client
    },
    answer: (client, payload, qos = 1) =>
      client.publishAsync(
        `${fixture.topic()}/ack`,
        typeof payload === 'string' ? payload : JSON.stringify(payload),
        { qos },
      ),
  } as CommandsFixture
  before(async () => {
    fixture.db = await openTestDatabase()
    fixture.broker = await openTestBroker({}, fixture.db)
  })
  beforeEach(async () => {
    fixture.device = await fixture.broker.addDevice()
  })
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true)
  })
  after(async () => {
    await fixture.broker.close()
    await fixture.db.drop()
  })
  return fixture
}
