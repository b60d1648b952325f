import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './errors.ts'

const ATTEMPTS_MAX = 10

/**
 * Lowers the priority of a process where processors are short. `nice` goes from 0, the default, to 19, which runs only on idle
 * processors. Linux distributes its processors between sessions first, and then among the processes of each session (`sched(7)`,
 * "The autogroup feature"). So a session of the process's own is also lowered. On Linux each thread has its own priority, which
 * later threads inherit, so all existing threads are lowered. Otherwise libuv's threads, which hash passwords, had ten times the
 * share of the thread that answers requests. Never throws: steps that the system does not allow, and processes that have ended,
 * are skipped.
 */
export async function lowerPriority(
  pid: number = process.pid,
  nice: number = constants.priority.PRIORITY_BELOW_NORMAL,
): Promise<void> {
  try {
    for (const thread of threadsOf(pid)) lowerThread(thread, nice)
    if (leadsSession(pid)) await lowerSession(`/proc/${pid}/autogroup`, nice)
  } catch {
    // It keeps its priority.
  }
}

/** The threads of a process; only the process itself without /proc. */
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return [pid]
  }
}

function lowerThread(thread: number, nice: number): void {
  try {
    if (getPriority(thread) < nice) setPriority(thread, nice)
  } catch {
    // It has ended, or keeps its priority.
  }
}

async function lowerSession(file: string, nice: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [now] = / -?\d+\n$/.exec(readFileSync(file, 'latin1')) ?? ['']
    if (Number(now) >= nice) return
    try {
      return writeFileSync(file, String(nice))
    } catch (error) {
      // Without root this is allowed ten times a second, for all processes together.
      if (codeOf(error) !== 'EAGAIN' || attempt === ATTEMPTS_MAX) throw error
      await sleep(100 + Math.random() * 100)
    }
  }
}

/** False without /proc. */
function leadsSession(pid: number): boolean {
  try {
    // After the name, which is in brackets and may contain any: state, parent, process group, session
    const [, , , session] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    return Number(session) === pid
  } catch {
    return false
  }
}
