import { readFileSync } from 'node:fs'
import { eventually } from '../../support/eventually.ts'
import type { RunReport } from '../../../simulator/run/report.ts'
import type { LatencySecond } from '../../../simulator/run/latency-series.ts'
import type { VerifyReport } from '../../../simulator/verify/verify.ts'
import { startNode, type NodeProcess } from './node-process.ts'

export interface SimulatorOptions {
  /** The environment of the commands, including logins. */
  env: Record<string, string>
  api: string
  /** The directory for credentials, journals and latency logs. */
  directory: string
}

export interface FleetRun {
  process: NodeProcess
  journal: string
  /** The past seconds, in order. */
  seconds(): LatencySecond[]
  /** Stops sending, waits for outstanding acknowledgements and returns the report. */
  stop(): Promise<RunReport>
}

export interface RunFlags {
  credentials: string
  broker: string
  rate: number
  /** names the files */
  name: string
  faults?: number
  qos?: number | 'mixed'
  vehicles?: number
  window?: number
  'whole-seconds'?: true
  events?: number
  'persistent-sessions'?: true
  'retention-days'?: number
  /** How often a device is moved to another vehicle, such as `2s`. */
  moves?: string
}

/** The longest time any test may take; `stop` ends the sending. */
const DURATION = '2h'
/** Outages are over when sending ends. */
const DRAIN_TIMEOUT = '120s'
const STOP_DEADLINE_MS = 180_000
const COMMAND_DEADLINE_MS = 600_000

/** The project's simulator as a process: it alone decides what was lost. */
export function createSimulator({ env, api, directory }: SimulatorOptions) {
  const start = (command: string, flags: Record<string, string | number | true | undefined>) => {
    const given = Object.entries(flags).filter(([, value]) => value !== undefined)
    const args = given.flatMap(([name, value]) => [`--${name}`, ...(value === true ? [] : [String(value)])])
    return startNode({ module: 'simulator/main.ts', args: [command, ...args, '--json'], env })
  }

  async function result<T>(command: NodeProcess, deadlineMs: number): Promise<T> {
    const timer = setTimeout(() => void command.end('SIGKILL'), deadlineMs)
    await command.ended
    clearTimeout(timer)
    // Besides the report there may be a warning or an error on standard error.
    const line = command
      .output()
      .split('\n')
      .findLast((it) => it.startsWith('{'))
    const report = (line === undefined ? {} : JSON.parse(line)) as T & { error?: { message: string } }
    if (line !== undefined && report.error === undefined) return report
    throw new Error(`the simulator failed: ${report.error?.message ?? command.output().slice(-2000)}`)
  }

  return {
    /** Returns the file of credentials. */
    async provision(vehicles: number, devicesPerVehicle: number): Promise<string> {
      const out = `${directory}/fleet.tsv`
      const flags = { api, vehicles, 'devices-per-vehicle': devicesPerVehicle, out }
      await result(start('provision', flags), COMMAND_DEADLINE_MS)
      return out
    },
    /** Resolves when acknowledgements arrive. */
    async run({ name, credentials, broker, ...flags }: RunFlags): Promise<FleetRun> {
      const journal = `${directory}/${name}.journal`
      const log = `${directory}/${name}.latency`
      const seconds = () => readSeconds(log)
      const files = { journal, 'latency-log': log }
      const limits = { duration: DURATION, 'drain-timeout': DRAIN_TIMEOUT }
      const process = start('run', { api, credentials, broker, ...files, ...limits, ...flags })
      await eventually(
        'the fleet is driving',
        () => {
          if (!process.isRunning()) throw new Error(`the simulator ended: ${process.output().slice(-2000)}`)
          return seconds().length > 1
        },
        STOP_DEADLINE_MS,
      )
      return {
        process,
        journal,
        seconds,
        stop() {
          if (process.isRunning()) globalThis.process.kill(process.pid, 'SIGTERM')
          return result<RunReport>(process, STOP_DEADLINE_MS)
        },
      }
    },
    verify: (journal: string, settle = '60s'): Promise<VerifyReport> =>
      result<VerifyReport>(start('verify', { api, journal, settle }), COMMAND_DEADLINE_MS),
  }
}

function readSeconds(file: string): LatencySecond[] {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // The file is created when the run begins.
  }
  // The last line may be half written.
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as LatencySecond)
}
