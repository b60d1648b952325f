import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBroker, type Broker } from '../../broker/broker.ts'
import { loadConfig } from '../../kit/config.ts'
import { createLog } from '../../kit/log.ts'
import { BROKER_NODE_FLAGS } from '../../broker/node-flags.ts'
import { startNode, type NodeProcess } from '../chaos/support/node-process.ts'
import { steadyPort } from '../chaos/support/ports.ts'
import { eventually } from '../support/eventually.ts'
import { UNLIMITED_LETTERS } from '../support/unlimited-letters.ts'
import { RETENTION_DAYS } from './calendar.ts'

/** A broker that ends and restarts with the same data. */
export interface BrokerUnderTest {
  mqttPort(): number
  statusPort(): number
  /** A different one after each start. */
  life(): string
  /** Ends the broker as an operator does, and restarts it. */
  restart(): Promise<void>
  /** Kills the broker, and restarts it. */
  kill(): Promise<void>
  /** The log lines at level warn and above. */
  complaints(): string[]
  close(): Promise<void>
}

const START_DEADLINE_MS = 60_000
const COMPLAINTS_KEPT = 50

export interface BrokerOptions {
  databaseUrl: string
  secret: string
  settings: Record<string, string>
}

function settingsOf(
  { databaseUrl, secret, settings }: BrokerOptions,
  dataDir: string,
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: secret,
    MQTT_PORT: '0',
    MQTT_WS_PORT: '0',
    BROKER_STATUS_PORT: '0',
    DATA_DIR: dataDir,
    RETENTION_DAYS: String(RETENTION_DAYS),
    ...UNLIMITED_LETTERS,
    ...settings,
  }
}

const makeDataDir = () => mkdtempSync(join(tmpdir(), 'fleetwire-model-'))

/** A broker in this process, where a restart is cheap; it cannot be killed. */
export async function openBrokerHere(options: BrokerOptions): Promise<BrokerUnderTest> {
  const dataDir = makeDataDir()
  const config = loadConfig(settingsOf(options, dataDir), ['DATABASE_URL', 'JWT_SECRET'])
  const complaints: string[] = []
  const destination = {
    write(line: string) {
      complaints.push(line)
      if (complaints.length > COMPLAINTS_KEPT) complaints.shift()
    },
  }
  const start = () => openBroker({ config, log: createLog('broker', 'warn', destination) })
  let lives = 1
  let broker: Broker = await start()
  return {
    mqttPort: () => broker.mqttPort,
    statusPort: () => broker.statusPort,
    life: () => `${dataDir} ${lives}`,
    async restart() {
      await broker.close()
      lives++
      broker = await start()
    },
    kill: () => Promise.reject(new Error('only a process of its own can be killed')),
    complaints: () => complaints,
    async close() {
      await broker.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

/** A broker in a separate process. */
export async function openBrokerApart(options: BrokerOptions): Promise<BrokerUnderTest> {
  const dataDir = makeDataDir()
  const [mqttPort, statusPort] = [await steadyPort(), await steadyPort()]
  const env = {
    ...settingsOf(options, dataDir),
    MQTT_PORT: String(mqttPort),
    BROKER_STATUS_PORT: String(statusPort),
  }
  let lives = 0
  let running: NodeProcess

  async function start(): Promise<void> {
    lives++
    const node = (running = startNode({ module: 'broker/main.ts', nodeFlags: BROKER_NODE_FLAGS, env }))
    await eventually(
      'the broker is ready',
      () => {
        if (!node.isRunning()) throw new Error(`the broker ended with ${node.endedWith()}`)
        return fetch(`http://127.0.0.1:${statusPort}/healthz`).then(
          (it) => it.ok,
          () => false,
        )
      },
      START_DEADLINE_MS,
    )
  }
  await start()
  const again = async (signal: NodeJS.Signals) => {
    await running.end(signal)
    await start()
  }
  return {
    mqttPort: () => mqttPort,
    statusPort: () => statusPort,
    life: () => `${dataDir} ${lives}`,
    restart: () => again('SIGTERM'),
    kill: () => again('SIGKILL'),
    complaints: () =>
      running
        .output()
        .split('\n')
        .filter((line) => /"level":"(warn|error|fatal)"/.test(line))
        .slice(-COMPLAINTS_KEPT),
    async close() {
      await running.end('SIGTERM')
      rmSync(dataDir, { recursive: true })
    },
  }
}
