import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { builtModule } from '../../support/built-module.ts'

/** A main module of the project in its own process. */
export interface NodeProcess {
  pid: number
  isRunning(): boolean
  /** The exit code or signal and the last output; `undefined` while the process runs. */
  endedWith(): string | undefined
  /** Sends the signal if the process still runs, and waits for its end; kills it after `deadlineMs`. */
  end(signal: NodeJS.Signals, deadlineMs?: number): Promise<void>
  /** Resolves with the exit code, or the signal that ended the process. */
  ended: Promise<number | NodeJS.Signals>
  /** The text written to standard output and error, or to `logFile`. */
  output(): string
  /** resident memory in MiB */
  residentMiB(): number
}

const OUTPUT_SHOWN = 2000
const END_DEADLINE_MS = 15_000

/**
 * Starts a module. Its process is killed when this process ends, however the tests end.
 * @param options.logFile the file the output is appended to; by default it is kept in memory
 */
export function startNode(options: {
  module: string
  args?: readonly string[]
  nodeFlags?: readonly string[]
  env: Record<string, string>
  logFile?: string
}): NodeProcess {
  const { module, args = [], nodeFlags = [], env, logFile } = options
  const log = logFile === undefined ? ('pipe' as const) : openSync(logFile, 'a')
  const child = spawn(process.execPath, [...nodeFlags, builtModule(module), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  })
  if (typeof log === 'number') closeSync(log)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  }
  const outputSoFar = () => (logFile === undefined ? output : readFileSync(logFile, 'utf8'))
  const onExit = () => void child.kill('SIGKILL')
  process.once('exit', onExit)
  const ended = once(child, 'close').then(([code, signal]) => {
    process.off('exit', onExit)
    return (code ?? signal) as number | NodeJS.Signals
  })
  return {
    pid: child.pid ?? 0,
    isRunning: () => isRunning(child),
    endedWith() {
      if (isRunning(child)) return undefined
      return `${child.signalCode ?? child.exitCode}: ${outputSoFar().slice(-OUTPUT_SHOWN)}`
    },
    async end(signal, deadlineMs = END_DEADLINE_MS) {
      if (isRunning(child)) child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
      await ended
      clearTimeout(timer)
    },
    ended,
    output: outputSoFar,
    residentMiB() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    },
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
