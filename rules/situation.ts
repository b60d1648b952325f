import type { Position } from './distance.ts'
import type { FenceEvent, TrackedFence } from './fences.ts'
import type { TimedReading } from './reading.ts'

/** A reading as input of rules. */
export interface Situation {
  reading: TimedReading
  position: Position | null
  speed: number | null
  /** 1/1000 degrees; `null` if the reading has none, or its position was refused */
  heading: number | null
  /** the same for the reading before, within the same stretch */
  before: { speed: number | null; heading: number | null; timeMs: number } | null
  isMoving: boolean
  isEngineOn: boolean | null
  ignition: boolean | null
  fences: readonly TrackedFence[]
  fenceEvents: readonly FenceEvent[]
}
