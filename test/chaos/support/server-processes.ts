import { readdirSync, readFileSync, statSync } from 'node:fs'
import { eventually } from '../../support/eventually.ts'

/** All processes of a PostgreSQL server: those whose working directory is its data directory, in a chroot or not. */
export interface ServerProcesses {
  pids(): number[]
  /** Sends SIGKILL to all of them, like a power failure. */
  kill(): Promise<void>
  /** Stops all of them: connections stay open, and nothing answers. */
  freeze(): Promise<void>
  thaw(): void
}

const DEADLINE_MS = 10_000

export function serverProcesses(directory: string): ServerProcesses {
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids()) {
      try {
        process.kill(pid, name)
      } catch {
        // The process ended between the two calls.
      }
    }
  }

  function pids(): number[] {
    const at = statSync(directory, { throwIfNoEntry: false })
    if (at === undefined) return []
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && worksAt(name, at))
      .map(Number)
  }

  return {
    pids,
    // Repeated, because the server may be starting another process during the first signals.
    kill: async () => {
      await eventually(
        'the server is dead',
        () => {
          signal('SIGKILL')
          return pids().length === 0
        },
        DEADLINE_MS,
      )
    },
    freeze: async () => {
      await eventually(
        'the server is frozen',
        () => {
          signal('SIGSTOP')
          return pids().every(isStopped)
        },
        DEADLINE_MS,
      )
    },
    thaw: () => signal('SIGCONT'),
  }
}

/** Compares the directory itself, not its name, which differs inside a chroot. */
function worksAt(pid: string, directory: { dev: number; ino: number }): boolean {
  try {
    const { dev, ino } = statSync(`/proc/${pid}/cwd`)
    return dev === directory.dev && ino === directory.ino
  } catch {
    return false
  }
}

function isStopped(pid: number): boolean {
  try {
    return /\) [TtZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}
