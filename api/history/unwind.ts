import type { Point } from './lttb.ts'

/**
 * Makes angles in degrees comparable as numbers: each gets the number of turns that brings it nearest to the one
 * before. So from 359 to 1 are two degrees and not 358. The returned function takes points in order of time.
 */
export function createUnwind(): (points: readonly Point[]) => Point[] {
  let before: number | undefined
  return (points) =>
    points.map(({ timeUs, value: angle }) => {
      const turns = before === undefined ? 0 : Math.round((before - angle) / 360)
      const value = angle + 360 * turns
      before = value
      return { timeUs, value, angle }
    })
}
