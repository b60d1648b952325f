/**
 * Lets through at most `perSecond` lines a second, so that a flood of refusals cannot become a flood of log.
 * `allow()` returns how many were held back since the last line that went through, or -1 when this one is held back.
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
