/** The time between a reading and the next one within `gapMs`, with the state of the first of the two. */
export interface Interval {
  fromMs: number
  toMs: number
  /** mm between the accepted positions at both ends; 0 if the later reading has no accepted position, or if the distance is unknown */
  distanceMm: number
  /** the positions that it joins are more than a minute apart, or there was a jump */
  hasHole: boolean
  wasMoving: boolean
  isMoving: boolean
  wasEngineOn: boolean
  /** µl by the fuel rate, in the time of `fuelMs` */
  fuelUl: number
  /** ms for which the fuel rate is known */
  fuelMs: number
  /** ms in which harsh driving could be judged */
  judgedMs: number
  odometerFell: boolean
}
