import { eventually } from '../../support/eventually.ts'
import { UNLIMITED_LETTERS } from '../../support/unlimited-letters.ts'
import { BROKER_NODE_FLAGS } from '../../../broker/node-flags.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { steadyPort } from './ports.ts'

/** A broker process that is killed and comes back on the same ports with the same data. */
export interface ChaosBroker {
  mqttPort: number
  statusPort: number
  /** The running process. */
  process(): NodeProcess
  /** Starts the broker and waits until it accepts connections; does nothing if it runs. */
  start(): Promise<void>
  kill(): Promise<void>
  /** A gauge or counter, summed over its labels; `undefined` if it does not exist or the broker does not answer. */
  metric(name: string): Promise<number | undefined>
  readyz(): Promise<{ status: number; body: string }>
  close(): Promise<void>
}

const START_DEADLINE_MS = 60_000
const ANSWER_DEADLINE_MS = 5000

export async function openChaosBroker(options: {
  env: Record<string, string>
  logFile: string
}): Promise<ChaosBroker> {
  const [mqttPort, statusPort] = [await steadyPort(), await steadyPort()]
  const env = {
    ...UNLIMITED_LETTERS,
    MQTT_WS_PORT: '0',
    ...options.env,
    MQTT_PORT: String(mqttPort),
    BROKER_STATUS_PORT: String(statusPort),
  }
  const get = (path: string) =>
    fetch(`http://127.0.0.1:${statusPort}${path}`, { signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) })
  let running: NodeProcess | undefined

  async function start(): Promise<void> {
    if (running?.isRunning()) return
    const { logFile } = options
    const broker = (running = startNode({
      module: 'broker/main.ts',
      nodeFlags: BROKER_NODE_FLAGS,
      env,
      logFile,
    }))
    // The status page is opened last, when everything else is ready.
    await eventually(
      'the broker is ready',
      () => {
        if (!broker.isRunning()) throw new Error(`the broker ended: ${broker.output().slice(-2000)}`)
        return get('/healthz').then(
          (it) => it.ok,
          () => false,
        )
      },
      START_DEADLINE_MS,
    )
  }

  return {
    mqttPort,
    statusPort,
    process() {
      if (running === undefined) throw new Error('the broker was not started')
      return running
    },
    start,
    kill: async () => running?.end('SIGKILL'),
    async metric(name) {
      const text = await get('/metrics').then(
        (it) => it.text(),
        () => '',
      )
      const lines = text.split('\n').filter((it) => /^[a-z_]+/.exec(it)?.[0] === `fleetwire_${name}`)
      if (lines.length === 0) return undefined
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    async readyz() {
      const response = await get('/readyz')
      return { status: response.status, body: await response.text() }
    },
    close: async () => running?.end('SIGTERM'),
  }
}
