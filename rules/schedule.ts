import { DAYS, isZone, type Schedule as WeeklySchedule } from '../contract/schedule.ts'
import { createScheduleClock } from './schedule-clock.ts'

export type { Schedule as WeeklySchedule } from '../contract/schedule.ts'

/** A schedule that can be asked quickly. */
export interface Schedule {
  includes(timeMs: number): boolean
}

const TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/

/** What is wrong with the schedule; `undefined` if it is valid. */
export function scheduleProblem({ zone, windows }: WeeklySchedule): string | undefined {
  if (!isZone(zone)) return `unknown time zone "${zone}"; expected a name such as Europe/Stockholm`
  for (const { days, from, to } of windows) {
    const time = [from, to].find((it) => !TIME.test(it))
    if (time !== undefined) return `invalid time "${time}"; expected 00:00 to 24:00`
    const day = days.find((it) => !DAYS.includes(it))
    if (day !== undefined) return `invalid day "${day}"; expected ${DAYS.join(', ')}`
  }
  return undefined
}

/**
 * Windows are wall-clock times: an hour that a change of the clocks repeats is in them twice, one that it skips is not. The newest
 * answer is kept, because readings of many vehicles have similar times.
 * @throws RangeError if the schedule is invalid
 */
export function compileSchedule(weekly: WeeklySchedule): Schedule {
  const problem = scheduleProblem(weekly)
  if (problem !== undefined) throw new RangeError(problem)
  const clock = createScheduleClock(weekly)
  let [fromMs, untilMs, isOpen] = [Infinity, -Infinity, false]
  return {
    includes(timeMs) {
      if (!(timeMs >= fromMs && timeMs < untilMs)) {
        isOpen = clock.isOpenAt(timeMs)
        fromMs = timeMs
        untilMs = clock.sameUntil(timeMs)
      }
      return isOpen
    },
  }
}
