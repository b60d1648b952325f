/**
 * Lets through at most `perSecond` lines a second, so that a flood of refusals cannot flood the log.
 * `allow()` returns the number of lines that were held back since the last written line, or -1 if this line is held back.
 */
export function createLogLimit(perSecond: number, now: () => number = Date.now): { allow(): number } {
  let second = 0
  let used = 0
  let heldBack = 0
  return {
    allow() {
      const current = Math.floor(now() / 1000)
      if (current !== second) {
        second = current
        used = 0
      }
      if (used >= perSecond) {
        heldBack++
        return -1
      }
      used++
      const result = heldBack
      heldBack = 0
      return result
    },
  }
}
