import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtModule } from './built-module.ts'

// Child processes would outlive a test run that a signal ends.
const children = new Set<ChildProcess>()
process.on('exit', () => children.forEach((child) => child.kill()))

export interface Running {
  child: ChildProcess
  /** standard output and error so far */
  output: () => string
  /** its exit code, or the signal that ended it */
  ended: Promise<number | NodeJS.Signals>
}

interface RunOptions {
  /** in a separate process group, as a shell does */
  detached?: boolean
}

/** Runs one of the project's main modules, built as for the image, e.g. `runModule('simulator/main.ts', ['--help'])`. */
export function runModule(
  module: string,
  args: string[],
  env: Record<string, string> = {},
  options: RunOptions = {},
): Running {
  const path = builtModule(module)
  const run = (more: Record<string, string> = {}) =>
    runCommand(process.execPath, [path, ...args], { ...env, ...more }, options)
  // A broker's spool must not be shared.
  if (module !== 'broker/main.ts' || env['DATA_DIR'] !== undefined) return run()
  const dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-data-'))
  const running = run({ DATA_DIR: dataDir })
  void running.ended.then(() => rmSync(dataDir, { recursive: true }))
  return running
}

export function runCommand(
  command: string,
  args: string[],
  env: Record<string, string> = {},
  { detached = false }: RunOptions = {},
): Running {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  // 'close', not 'exit': only then is its output complete.
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  return { child, output: () => output, ended }
}

/** A port that was free just now. For a server that must restart on the same port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
