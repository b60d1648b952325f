/**
 * Called if a task has to wait, with a function by which it leaves the queue. What it returns is called when the wait is over.
 */
export type OnWait = (leave: () => void) => (() => void) | undefined

/** Runs tasks, a bounded number at once. Those of many users wait in lines of their own. */
export interface FairQueue {
  /**
   * Runs a task when it is its user's turn, and resolves with what it gives.
   * @returns `undefined` if the queue is full, or became full and the user had most of what waited, or if the task left
   */
  run<T>(user: string, task: () => Promise<T>, onWait?: OnWait): Promise<T | undefined>
}

interface Waiting {
  begin: () => void
  giveUp: () => void
}

interface Line {
  running: number
  /** time that its tasks took, and still counts */
  usedMs: number
  /** when `usedMs` was computed, in milliseconds */
  atMs: number
  waiting: Waiting[]
}

/** Time that was used counts half after so long. */
const HALF_LIFE_MS = 10_000
/** A user that has used so much lately leaves each place empty for as long as its task took. */
const RESTS_FULLY_MS = 1000
/** Users whose used time is remembered while they ask nothing, 100 bytes each; beyond it the oldest is forgotten. */
const USERS_MAX = 10_000

/**
 * Whoever asks much waits for itself: the next task is of the user that has the fewest running, and of those the one that
 * has used the least time lately. The last free place is for a user that has none running, so one user alone never has all
 * of two or more. If too many wait, the user with most of them gives up its newest. A task is not interrupted: with all
 * places taken by different users, the next one waits until the first of them is done.
 * (J. Nagle: On Packet Switches with Infinite Storage, RFC 970, 1985.)
 */
export function createFairQueue(options: {
  atOnceMax: number
  /** of one user; default: `atOnceMax` */
  ofUserMax?: number
  /** of all users */
  waitingMax: number
  /**
   * After a task its place stays empty, up to as long as the task took, the longer the more its user has used lately. For
   * tasks that keep a processor busy: those who ask without end leave half of it to everything else.
   */
  rests?: boolean
  /** milliseconds */
  now?: () => number
}): FairQueue {
  const {
    atOnceMax,
    ofUserMax = atOnceMax,
    waitingMax,
    rests = false,
    now = () => performance.now(),
  } = options
  const lines = new Map<string, Line>()
  /** Those in which something waits: to look for the next one takes no longer for all the users that are remembered. */
  const queued = new Set<Line>()
  let running = 0
  let waiting = 0

  function lineOf(user: string): Line {
    const line = lines.get(user) ?? { running: 0, usedMs: 0, atMs: now(), waiting: [] }
    // At the end again: the first is the one that has asked nothing for longest.
    lines.delete(user)
    lines.set(user, line)
    if (lines.size > USERS_MAX) forgetOldest()
    return line
  }

  function forgetOldest(): void {
    for (const [user, line] of lines)
      if (line.running === 0 && line.waiting.length === 0) {
        lines.delete(user)
        return
      }
  }

  function usedMs(line: Line): number {
    return line.usedMs * 2 ** ((line.atMs - now()) / HALF_LIFE_MS)
  }

  function mayBegin(line: Line): boolean {
    const isLast = running === atOnceMax - 1
    return running < atOnceMax && line.running < ofUserMax && (line.running === 0 || !isLast)
  }

  function next(): Line | undefined {
    let best: Line | undefined
    for (const line of queued) {
      if (!mayBegin(line)) continue
      const isBetter =
        best === undefined ||
        line.running < best.running ||
        (line.running === best.running && usedMs(line) < usedMs(best))
      if (isBetter) best = line
    }
    return best
  }

  function beginNext(): void {
    for (let line = waiting > 0 ? next() : undefined; line !== undefined; line = next()) {
      const [one] = line.waiting
      if (one === undefined) return
      remove(line, one)
      one.begin()
    }
  }

  /** False if it has left already. */
  function remove(line: Line, one: Waiting): boolean {
    const place = line.waiting.indexOf(one)
    if (place < 0) return false
    waiting--
    line.waiting.splice(place, 1)
    if (line.waiting.length === 0) queued.delete(line)
    return true
  }

  /** False if the newcomer's own line is the longest. */
  function makeRoom(newcomer: Line): boolean {
    let longest = newcomer
    for (const line of queued) if (line.waiting.length > longest.waiting.length) longest = line
    const newest = longest.waiting.at(-1)
    if (longest === newcomer || newest === undefined) return false
    remove(longest, newest)
    newest.giveUp()
    return true
  }

  async function runNow<T>(line: Line, task: () => Promise<T>): Promise<T> {
    const startMs = now()
    try {
      return await task()
    } finally {
      const tookMs = now() - startMs
      line.usedMs = usedMs(line) + tookMs
      line.atMs = now()
      const restMs = rests ? tookMs * Math.min(1, line.usedMs / RESTS_FULLY_MS) : 0
      if (restMs < 1) giveBack(line)
      else setTimeout(() => giveBack(line), restMs).unref()
    }
  }

  function giveBack(line: Line): void {
    line.running--
    running--
    beginNext()
  }

  function leave(line: Line, one: Waiting): void {
    if (remove(line, one)) one.giveUp()
  }

  function take(line: Line): void {
    line.running++
    running++
  }

  return {
    async run(user, task, onWait) {
      const line = lineOf(user)
      if (line.waiting.length === 0 && mayBegin(line)) {
        take(line)
        return runNow(line, task)
      }
      if (waiting >= waitingMax && !makeRoom(line)) return undefined
      let isOver: (() => void) | undefined
      const isTurn = await new Promise<boolean>((resolve) => {
        waiting++
        // The place is taken before the task goes on, so that nothing else takes it.
        const begin = () => {
          take(line)
          resolve(true)
        }
        const one = { begin, giveUp: () => resolve(false) }
        line.waiting.push(one)
        queued.add(line)
        isOver = onWait?.(() => leave(line, one))
      })
      isOver?.()
      return isTurn ? runNow(line, task) : undefined
    },
  }
}
