import type { Position } from './distance.ts'
import type { Attributes } from './expression.ts'
import type { FenceEvent, TrackedFence } from './fences.ts'
import type { Parameters } from './parameters.ts'
import type { TimedReading } from './reading.ts'

/** A reading as input of rules. */
export interface Situation {
  reading: TimedReading
  /** newest accepted position since the last gap */
  position: Position | null
  /** the reading itself has an accepted position */
  hasPosition: boolean
  /** this or an earlier reading had one */
  hadPosition: boolean
  speed: number | null
  /** 1/1000 degrees; `null` if the reading has none, or its position was refused */
  heading: number | null
  /** the same for the reading before, within the same stretch */
  before: { speed: number | null; heading: number | null; timeMs: number } | null
  /** the reading before, however long ago it was */
  previous: { timeMs: number; position: Position | null; isEngineOn: boolean | null } | null
  isMoving: boolean
  isEngineOn: boolean | null
  ignition: boolean | null
  fences: readonly TrackedFence[]
  fenceEvents: readonly FenceEvent[]
  parameters: Parameters
  attributes: Attributes
}
