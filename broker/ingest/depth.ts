import type { Problem } from '../../contract/problems.ts'
import { DEPTH_MAX } from '../../contract/telemetry.ts'
import { depthOf } from '../../contract/raw-text.ts'

/** Says so when a reading's text is nested deeper than any valid reading: an object with an `extra` object. */
export function depthProblem(text: string): Problem[] | undefined {
  const depth = depthOf(text)
  const depthMax = DEPTH_MAX - 1
  if (depth <= depthMax) return undefined
  return [
    { code: 'too_deep', pointer: '', detail: `nested ${depth} deep, a reading is at most ${depthMax} deep` },
  ]
}
