/**
 * The number of due messages. If it is behind by more than a second (a stopped process, a busy machine), the rest is dropped: a
 * burst would measure something else.
 */
export function createPace(ratePerSecond: number, startMs: number): { due(nowMs: number): number } {
  let origin = startMs
  let given = 0
  return {
    due(nowMs) {
      const target = Math.floor(((nowMs - origin) * ratePerSecond) / 1000)
      const most = Math.max(1, Math.ceil(ratePerSecond))
      let due = target - given
      if (due > most) {
        origin = nowMs
        given = 0
        due = most
      } else given = target
      return Math.max(0, due)
    },
  }
}
