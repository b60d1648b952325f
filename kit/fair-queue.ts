import { createFairLines, type Line } from './fair-lines.ts'
import { createFairWaiting, type OnWait } from './fair-waiting.ts'

/** Runs tasks, a bounded number at once. The tasks of each user wait in a line of their own. */
export interface FairQueue {
  /**
   * Runs a task when it is its user's turn, and resolves with its result.
   * @returns `undefined` if the queue is full, or became full and the user had most of the waiting tasks, or if the task left
   */
  run<T>(user: string, task: () => Promise<T>, onWait?: OnWait): Promise<T | undefined>
}

export interface FairQueueOptions {
  atOnceMax: number
  /** of one user; default: `atOnceMax` */
  ofUserMax?: number
  /** of all users */
  waitingMax: number
  /**
   * After a task its place stays empty, at most as long as the task took: the longer, the more time its user has used lately. For
   * tasks that keep a processor busy: users who send tasks without end leave half of the processor to everything else.
   */
  rests?: boolean
  /** milliseconds */
  now?: () => number
}

/** A user who has used so much lately leaves each place empty for as long as their task took. */
const RESTS_FULLY_MS = 1000

/**
 * A user with many tasks waits for their own: the next task is of the user who has the fewest running. Of several such users, the
 * one who has used the least time lately is next. The last free place is for a user who has none running, so one user alone
 * never has all of two or more. If too many wait, the user with most of them gives up their newest. A task is not interrupted:
 * with all places taken by different users, the next one waits until the first of them is done. (J. Nagle: On Packet Switches
 * with Infinite Storage, RFC 970, 1985.)
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  const { atOnceMax, ofUserMax = atOnceMax, waitingMax, rests = false } = options
  const { now = () => performance.now() } = options
  const lines = createFairLines(now)
  const waiting = createFairWaiting()
  let running = 0

  function mayBegin(line: Line): boolean {
    const isLast = running === atOnceMax - 1
    return running < atOnceMax && line.running < ofUserMax && (line.running === 0 || !isLast)
  }

  function next(): Line | undefined {
    let best: Line | undefined
    for (const line of waiting.lines()) {
      if (!mayBegin(line)) continue
      const isBetter =
        best === undefined ||
        line.running < best.running ||
        (line.running === best.running && lines.usedMs(line) < lines.usedMs(best))
      if (isBetter) best = line
    }
    return best
  }

  function beginNext(): void {
    for (let line = waiting.count > 0 ? next() : undefined; line !== undefined; line = next())
      if (!waiting.begin(line)) return
  }

  async function runNow<T>(line: Line, task: () => Promise<T>): Promise<T> {
    const startMs = now()
    try {
      return await task()
    } finally {
      const tookMs = now() - startMs
      lines.addUse(line, tookMs)
      const restMs = rests ? tookMs * Math.min(1, line.usedMs / RESTS_FULLY_MS) : 0
      if (restMs < 1) giveBack(line)
      else setTimeout(() => giveBack(line), restMs).unref()
    }
  }

  function take(line: Line): void {
    line.running++
    running++
  }

  function giveBack(line: Line): void {
    line.running--
    running--
    beginNext()
  }

  return {
    async run(user, task, onWait) {
      const line = lines.of(user)
      if (line.waiting.length === 0 && mayBegin(line)) {
        take(line)
        return runNow(line, task)
      }
      if (waiting.count >= waitingMax && !waiting.makeRoom(line)) return undefined
      return (await waiting.untilTurn(line, take, onWait)) ? runNow(line, task) : undefined
    },
  }
}
