import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { freePort, runModule, type Running } from '../support/processes.ts'

describe('a broker stopped under load', function () {
  // Fifteen seconds' work; some hosts give their machines a fifth of the promised CPU.
  this.timeout(240_000)
  const login = { ADMIN_EMAIL: 'admin@example.org', ADMIN_PASSWORD: 'a password of the test' }
  let db: TestDatabase
  let api: Running
  let apiUrl: string
  let env: Record<string, string>
  let mqttPort: number
  let directory: string
  /** No process may outlive its test, or the next broker could not listen. */
  let brokers: Running[] = []
  before(async () => {
    db = await openTestDatabase()
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-e2e-'))
    const [port, statusPort] = [await freePort(), await freePort()]
    mqttPort = await freePort()
    env = {
      DATABASE_URL: db.url,
      JWT_SECRET: 'a secret of the test, long enough to be one',
      PORT: String(port),
      MQTT_PORT: String(mqttPort),
      MQTT_WS_PORT: '0',
      BROKER_STATUS_PORT: String(statusPort),
      DATA_DIR: directory,
      ...login,
    }
    apiUrl = `http://127.0.0.1:${port}`
    api = runModule('api/main.ts', [], env)
    await eventually('the API answers', () =>
      fetch(`${apiUrl}/readyz`).then(
        (it) => it.ok,
        () => false,
      ),
    )
  })
  afterEach(async () => {
    for (const { child } of brokers) child.kill('SIGKILL')
    await Promise.all(brokers.map(({ ended }) => ended))
    brokers = []
  })
  after(async () => {
    api.child.kill()
    await api.ended
    await db.drop()
    rmSync(directory, { recursive: true })
  })

  async function startBroker(): Promise<Running> {
    const broker = runModule('broker/main.ts', [], env)
    brokers.push(broker)
    await eventually('the broker is ready', () => broker.output().includes('broker_ready'), 30_000)
    return broker
  }

  async function simulate(command: string, flags: Record<string, string>): Promise<Running> {
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])
    return runModule('simulator/main.ts', [command, ...args], login)
  }

  for (const [signal, what] of [
    ['SIGTERM', 'commits and acknowledges pending messages, exits 0 within 10 s'],
    ['SIGKILL', 'has stored everything it acknowledged'],
  ] as const) {
    it(`a broker that gets a ${signal} ${what}, and nothing acknowledged is missing`, async () => {
      const credentials = join(directory, `${signal}.tsv`)
      const journal = `${credentials}.journal`
      const prefix = signal.toLowerCase()
      const provision = await simulate('provision', {
        api: apiUrl,
        vehicles: '200',
        prefix,
        out: credentials,
      })
      expect(await provision.ended, provision.output()).to.equal(0)

      const first = await startBroker()
      const broker = `mqtt://127.0.0.1:${mqttPort}`
      const flags = { credentials, broker, journal, rate: '2000', duration: '4s', faults: '0.05' }
      const run = await simulate('run', flags)
      const stored = async () => {
        const [row] = await db.sql<{ count: number }[]>`
          select count(*) from telemetry join vehicles v on v.id = vehicle_id where v.key like ${`${prefix}%`}`
        return row?.count ?? 0
      }
      await eventually('readings are stored', async () => (await stored()) > 2000, 20_000)

      first.child.kill(signal)
      // A broker that needs more than 9 s fails and exits with 1.
      expect(await first.ended, first.output()).to.equal(signal === 'SIGTERM' ? 0 : signal)

      const second = await startBroker()
      expect(await run.ended, run.output()).to.equal(0)
      second.child.kill()
      expect(await second.ended).to.equal(0)
      const verify = await simulate('verify', { journal, api: apiUrl })
      expect(await verify.ended, verify.output()).to.equal(0)
    })
  }
})
