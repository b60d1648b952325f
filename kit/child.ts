import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { FleetwireError } from './errors.ts'

export interface Child<R> {
  pid: number
  /** the report of the process when it was ready */
  ready: R
  /** Resolves with a description of its end, e.g. `broker ended with code 1`. */
  ended: Promise<string>
  /** Asks the process to end, and waits until it has ended; the process has a deadline of its own. */
  stop(): Promise<void>
}

interface ChildOptions {
  name: string
  /** absolute path of its main module */
  module: string
  args?: string[]
  /** flags of Node.js, in addition to our own */
  nodeFlags?: string[]
  env: Record<string, string | undefined>
  /** whether the process sends a message when it is ready; otherwise it counts as ready immediately */
  reports?: boolean
  /** aborted, a process that is not ready yet is ended */
  signal?: AbortSignal
}

/**
 * Starts a part of Fleetwire as a process of its own, which shares our standard output. It also has a session of its own: a
 * terminal's Ctrl-C reaches only us, and processors are distributed to the process as to any other (`kit/priority.ts`). Throws
 * `child_failed` if it ends before it is ready; the reason is on standard error then.
 */
export async function startChild<R>({
  name,
  module,
  args = [],
  nodeFlags = [],
  env,
  reports = true,
  signal,
}: ChildOptions): Promise<Child<R>> {
  const child = fork(module, args, { env, execArgv: [...process.execArgv, ...nodeFlags], detached: true })
  const ended = once(child, 'exit').then(([code, signal]) => `${name} ended with ${describe(code, signal)}`)
  const end = () => child.kill('SIGTERM')
  signal?.addEventListener('abort', end, { once: true })
  const ready = reports ? await Promise.race([once(child, 'message'), ended]) : [{}]
  signal?.removeEventListener('abort', end)
  if (typeof ready === 'string') throw new FleetwireError('child_failed', ready)
  return {
    pid: child.pid ?? 0,
    ready: ready[0] as R,
    ended,
    async stop() {
      if (isRunning(child)) child.kill('SIGTERM')
      await ended
    },
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

function describe(code: unknown, signal: NodeJS.Signals | null): string {
  return typeof code === 'number' ? `code ${code}` : String(signal)
}
