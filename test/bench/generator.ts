import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Load {
  port: number
  connections: number
  /** unacknowledged messages of one connection */
  window: number
  messages: number
  /** readings in a message */
  batch?: number
  /** messages a second; if absent, as fast as acknowledgements arrive */
  rate?: number
  /** a line for each connection; if absent, the devices are anonymous */
  credentials?: string
  /** time of the first reading, epoch milliseconds */
  baseMs: number
  /** time between two readings of a device; a second if absent */
  stepMs?: number
  timeoutS?: number
}

export interface LoadResult {
  sent: number
  acked: number
  msgs_per_s: number
  readings_per_s: number
  ack_ms: { p50: number; p99: number; max: number }
  refused: number
  closed: number
}

const source = fileURLToPath(new URL('../../../shared/bench/mqttflood.c', import.meta.url))

/**
 * The cheap generator, which takes a fifth of a core at 60 thousand messages a second, compiled into `directory`.
 * `undefined` if its source or a compiler is missing.
 */
export function compileGenerator(directory: string): ((load: Load) => Promise<LoadResult>) | undefined {
  if (!existsSync(source)) return undefined
  const binary = join(directory, 'mqttflood')
  try {
    execFileSync('gcc', ['-O2', '-w', '-o', binary, source, '-lm'])
  } catch {
    return undefined
  }
  return (load) => runGenerator(binary, load)
}

async function runGenerator(binary: string, load: Load): Promise<LoadResult> {
  const {
    port,
    connections,
    window,
    messages,
    batch = 1,
    rate,
    credentials,
    baseMs,
    stepMs,
    timeoutS = 300,
  } = load
  const flags = [
    '-p',
    port,
    '-c',
    connections,
    '-w',
    window,
    '-n',
    messages,
    '-b',
    batch,
    '-B',
    baseMs,
    '-T',
    timeoutS,
  ]
  if (rate !== undefined) flags.push('-r', rate)
  if (stepMs !== undefined) flags.push('-s', stepMs)
  if (credentials !== undefined) flags.push('-f', credentials)
  // A connection is a file; the shell's limit may be raised to that of the system.
  const child = spawn('sh', ['-c', 'ulimit -n $(ulimit -Hn); exec "$0" "$@"', binary, ...flags.map(String)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return JSON.parse(output) as LoadResult
}
