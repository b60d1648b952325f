import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './errors.ts'

const ATTEMPTS_MAX = 10

/**
 * Lets a process wait for others where processors are short; `nice` goes from 0, as all others, to 19, when nobody else
 * wants to run. Linux shares its processors out to sessions first, and among the processes of each after that
 * (`sched(7)`, "The autogroup feature"): a session that is the process's own is lowered, too. On Linux each thread has a priority
 * of its own, which those that it starts inherit: all threads that are there are lowered. Otherwise those that libuv started before, which
 * hash passwords, had ten times the share of the thread that answers requests. Never throws: what the system does not allow,
 * or a process that has ended, is left as it is.
 */
export async function lowerPriority(
  pid: number = process.pid,
  nice: number = constants.priority.PRIORITY_BELOW_NORMAL,
): Promise<void> {
  try {
    for (const thread of threadsOf(pid)) lowerThread(thread, nice)
    if (leadsSession(pid)) await lowerSession(`/proc/${pid}/autogroup`, nice)
  } catch {
    // As it is.
  }
}

/** The process alone where there is no /proc. */
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
    // It has ended, or stays as it is.
  }
}

async function lowerSession(file: string, nice: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [now] = / -?\d+\n$/.exec(readFileSync(file, 'latin1')) ?? ['']
    if (Number(now) >= nice) return
    try {
      return writeFileSync(file, String(nice))
    } catch (error) {
      // Whoever is not root may do it ten times a second, all processes together.
      if (codeOf(error) !== 'EAGAIN' || attempt === ATTEMPTS_MAX) throw error
      await sleep(100 + Math.random() * 100)
    }
  }
}

/** False where there is no /proc. */
function leadsSession(pid: number): boolean {
  try {
    // After the name, which is in brackets and may contain any: state, parent, process group, session
    const [, , , session] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    return Number(session) === pid
  } catch {
    return false
  }
}
