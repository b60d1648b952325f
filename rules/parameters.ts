/** Parameters of journeys and their parts: those of a vehicle, its group, or these defaults. */
export interface Parameters {
  /** A longer time without a reading is a gap. */
  gapMs: number
  /** Positions are refused that need this speed or more since the last accepted one. */
  impliedSpeedMax: number
  /** This number of refused positions in a row that agree with each other is accepted. */
  jumpConfirm: number
  /** Speed by distance is measured over at least this time. */
  speedSpanMs: number
  /** m/h; a vehicle moves from `movingOn` until it is slower than `movingOff`. */
  movingOn: number
  movingOff: number
  /** m/h; a slower vehicle is at rest. */
  restSpeed: number
  /** A trip begins and ends at rest if that is within this time of its first moving or standing reading. */
  restMs: number
  /** A position at rest is held for geofences while the others are this near. */
  holdMm: number
  /** V; from this voltage on the engine is on, if neither ignition nor rpm is known. */
  engineOnVolts: number
  /** A trip leads this far from the position of the stop, ... */
  tripMinMm: number
  /** ... or lasts this long and leaves the radius of the stop. */
  tripMinMs: number
  /** Movement that is not a trip after this time was drift. */
  driftMaxMs: number
  stopMinMs: number
  ignitionOffMs: number
  stopRadiusMm: number
  /** A fuel rate is valid for this time at most. */
  fuelRateMaxMs: number
  /** Capacity of the tank in ml; `null` if unknown. */
  tankMl: number | null
  /** ml/h with the engine on, if the reading has no fuel rate. */
  idleRate: number
  /** 1/1000 %; a rise or fall of the level by this during a stand in a trip is not part of the trip's fuel. */
  refuelMin: number
  drainMin: number
}

export const DEFAULT_PARAMETERS: Parameters = {
  gapMs: 300_000,
  impliedSpeedMax: 250_000,
  jumpConfirm: 3,
  speedSpanMs: 2000,
  movingOn: 5000,
  movingOff: 3000,
  restSpeed: 1000,
  restMs: 5000,
  holdMm: 50_000,
  engineOnVolts: 13.2,
  tripMinMm: 200_000,
  tripMinMs: 60_000,
  driftMaxMs: 600_000,
  stopMinMs: 180_000,
  ignitionOffMs: 30_000,
  stopRadiusMm: 100_000,
  fuelRateMaxMs: 60_000,
  tankMl: null,
  idleRate: 1500,
  refuelMin: 8000,
  drainMin: 5000,
}
