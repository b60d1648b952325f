/** A user's tasks in a fair queue. */
export interface Line {
  running: number
  /** time that its tasks took and that still counts */
  usedMs: number
  /** when `usedMs` was computed, in milliseconds */
  atMs: number
  /** the oldest first */
  waiting: WaitingTask[]
}

export interface WaitingTask {
  begin: () => void
  giveUp: () => void
}

/** The lines of all users that are remembered. */
export interface FairLines {
  of(user: string): Line
  /** Time that the tasks of a line took lately, in milliseconds. */
  usedMs(line: Line): number
  addUse(line: Line, tookMs: number): void
}

/** Time that was used counts half after so long. */
const HALF_LIFE_MS = 10_000
/** Users whose used time is remembered while they have no tasks, 100 bytes each; beyond that the oldest is forgotten. */
const USERS_MAX = 10_000

/** @param now milliseconds */
export function createFairLines(now: () => number): FairLines {
  const lines = new Map<string, Line>()

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

  return {
    of(user) {
      const line = lines.get(user) ?? { running: 0, usedMs: 0, atMs: now(), waiting: [] }
      // Moved to the end: the first line is the one without a new task for longest.
      lines.delete(user)
      lines.set(user, line)
      if (lines.size > USERS_MAX) forgetOldest()
      return line
    },
    usedMs,
    addUse(line, tookMs) {
      line.usedMs = usedMs(line) + tookMs
      line.atMs = now()
    },
  }
}
