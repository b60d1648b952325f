import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClosers } from '../../../kit/closers.ts'
import { createLog } from '../../../kit/log.ts'
import { eventually } from '../../support/eventually.ts'
import { openChaosBroker, type ChaosBroker } from './broker.ts'
import { openChaosDatabase, type ChaosDatabase } from './database.ts'
import { startNode } from './node-process.ts'
import { steadyPort } from './ports.ts'
import { createSimulator, type FleetRun, type RunFlags } from './simulator.ts'
import { mountTmpfs, type Tmpfs } from './tmpfs.ts'
import type { VerifyReport } from '../../../simulator/verify/verify.ts'

/** A whole Fleetwire in separate processes, with a provisioned fleet. */
export interface Scene {
  /** The directory of the spool and of an embedded database, unless they have separate disks. */
  directory: string
  database: ChaosDatabase
  broker: ChaosBroker
  /** The disk of the broker's DATA_DIR, if requested. */
  dataDisk: Tmpfs | undefined
  credentials: string
  drive(flags: Omit<RunFlags, 'credentials' | 'broker'>): Promise<FleetRun>
  verify(run: FleetRun): Promise<VerifyReport>
  /** Ends all processes and removes all files within a deadline, even after a failure. */
  close(): Promise<void>
}

export interface SceneOptions {
  devices: number
  /** 1 by default; `devices` is a multiple of it. */
  devicesPerVehicle?: number
  /** Settings of the broker. */
  broker?: Record<string, string>
  /** The size of a separate disk for the database, or for DATA_DIR; needs root. */
  databaseDiskMebibytes?: number
  dataDiskMebibytes?: number
}

const API_DEADLINE_MS = 60_000
const CLOSE_DEADLINE_MS = 60_000
export const jwtSecret = 'a secret of the chaos tests, long enough'

export async function openScene(options: SceneOptions): Promise<Scene> {
  const closers = createClosers(createLog('chaos', 'warn'))
  const close = () => closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS })
  const directory = mkdtempSync(join(tmpdir(), 'fleetwire-chaos-'))
  // mkdtemp created it with 0700; as root, the database runs as another user.
  chmodSync(directory, 0o755)
  closers.add('directory', directory, (it) => rmSync(it, { recursive: true, force: true }))
  try {
    const { databaseDiskMebibytes: diskMebibytes } = options
    const database = await openChaosDatabase({ directory, ...(diskMebibytes && { diskMebibytes }) })
    closers.add('database', database, (it) => it.close())

    const login = { ADMIN_EMAIL: 'admin@example.org', ADMIN_PASSWORD: 'a password of the chaos tests' }
    const apiPort = await steadyPort()
    const env = { DATABASE_URL: database.url, JWT_SECRET: jwtSecret, PORT: String(apiPort), ...login }
    const apiUrl = `http://127.0.0.1:${apiPort}`
    const api = startNode({ module: 'api/main.ts', env, logFile: join(directory, 'api.log') })
    closers.add('api', api, (it) => it.end('SIGKILL'))
    await eventually('the API is ready', () => answers(`${apiUrl}/readyz`), API_DEADLINE_MS)

    const dataDir = join(directory, 'data')
    mkdirSync(dataDir)
    const size = options.dataDiskMebibytes
    const dataDisk = size === undefined ? undefined : mountTmpfs(dataDir, size)
    closers.add('data disk', dataDisk, (it) => it?.unmount())
    const brokerEnv = { ...env, DATA_DIR: dataDir, ...options.broker }
    const broker = await openChaosBroker({ env: brokerEnv, logFile: join(directory, 'broker.log') })
    closers.add('broker', broker, (it) => it.kill())
    await broker.start()

    const simulator = createSimulator({ env: login, api: apiUrl, directory })
    const { devices, devicesPerVehicle = 1 } = options
    const credentials = await simulator.provision(devices / devicesPerVehicle, devicesPerVehicle)
    return {
      directory,
      database,
      broker,
      dataDisk,
      credentials,
      async drive(flags) {
        const url = `mqtt://127.0.0.1:${broker.mqttPort}`
        const run = await simulator.run({ ...flags, credentials, broker: url })
        closers.add('run', run.process, (it) => it.end('SIGKILL'))
        return run
      },
      verify: (run) => simulator.verify(run.journal),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    (it) => it.ok,
    () => false,
  )
}
