import { readdirSync, readFileSync, statSync } from 'node:fs'
import { eventually } from '../../support/eventually.ts'

/** All processes of a PostgreSQL server: they are those that work in its data directory, in a chroot or not. */
export interface ServerProcesses {
  pids(): number[]
  /** SIGKILL to all of them, as losing its power would end them. */
  kill(): Promise<void>
  /** Stops all of them where they are: connections stay open, and nobody answers. */
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
        // It ended between the two.
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
    // Again and again, because the first signals may find a server in the middle of starting another process.
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

/** By the directory itself and not by its name, which is another one inside a chroot. */
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
