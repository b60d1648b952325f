import type { Line, WaitingTask } from './fair-lines.ts'

/**
 * Called if a task has to wait, with a function by which the task leaves the queue. Its result is called when the wait is over.
 */
export type OnWait = (leave: () => void) => (() => void) | undefined

/** The tasks of a fair queue that wait, in the lines of their users. */
export interface FairWaiting {
  readonly count: number
  /** Resolves with true when the task has its turn, with false if it has to leave. Calls `take` at the moment of its turn. */
  untilTurn(line: Line, take: (line: Line) => void, onWait: OnWait | undefined): Promise<boolean>
  /** Begins the first task of a line. False if nothing waits in it. */
  begin(line: Line): boolean
  /** Makes the longest line give up its newest task. False if that is the newcomer's own line. */
  makeRoom(newcomer: Line): boolean
  /** The lines in which something waits. */
  lines(): Iterable<Line>
}

export function createFairWaiting(): FairWaiting {
  /** Lines with a waiting task, so that remembered users without one do not slow down the search for the next task. */
  const queued = new Set<Line>()
  let count = 0

  function add(line: Line, task: WaitingTask): void {
    count++
    line.waiting.push(task)
    queued.add(line)
  }

  /** False if the task has left already. */
  function remove(line: Line, task: WaitingTask): boolean {
    const place = line.waiting.indexOf(task)
    if (place < 0) return false
    count--
    line.waiting.splice(place, 1)
    if (line.waiting.length === 0) queued.delete(line)
    return true
  }

  return {
    get count() {
      return count
    },
    async untilTurn(line, take, onWait) {
      let isOver: (() => void) | undefined
      const isTurn = await new Promise<boolean>((resolve) => {
        // The place is taken before the task goes on, so that nothing else takes it.
        const begin = () => {
          take(line)
          resolve(true)
        }
        const task = { begin, giveUp: () => resolve(false) }
        add(line, task)
        isOver = onWait?.(() => {
          if (remove(line, task)) task.giveUp()
        })
      })
      isOver?.()
      return isTurn
    },
    begin(line) {
      const [first] = line.waiting
      if (first === undefined) return false
      remove(line, first)
      first.begin()
      return true
    },
    makeRoom(newcomer) {
      let longest = newcomer
      for (const line of queued) if (line.waiting.length > longest.waiting.length) longest = line
      const newest = longest.waiting.at(-1)
      if (longest === newcomer || newest === undefined) return false
      remove(longest, newest)
      newest.giveUp()
      return true
    },
    lines: () => queued,
  }
}
