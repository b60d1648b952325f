/** What happened between a reading and the next one within `gapMs`. It has the state of the first of the two. */
export interface Interval {
  fromMs: number
  toMs: number
  /** mm between the accepted positions that it joins; 0 if there is none at its end, or the way is unknown */
  distanceMm: number
  /** It joins positions over a jump, or over a minute without one. */
  hasHole: boolean
  wasMoving: boolean
  isMoving: boolean
  wasEngineOn: boolean
  /** µl by the fuel rate, and the ms for which that is known */
  fuelUl: number
  fuelMs: number
  /** ms in which harsh driving could be judged */
  judgedMs: number
  odometerFell: boolean
}
