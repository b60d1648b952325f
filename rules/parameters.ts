/** Parameters of journeys and of what they are made of. Of a vehicle, its group, or these defaults. */
export interface Parameters {
  /** Without a reading for longer, there is a gap. */
  gapMs: number
  /** Positions that need this speed or more since the last accepted one are refused. */
  impliedSpeedMax: number
  /** So many refused positions in a row that agree with each other are believed. */
  jumpConfirm: number
  /** Speed by distance is measured over at least this time. */
  speedSpanMs: number
  /** m/h; a vehicle moves from `movingOn` until it is slower than `movingOff`. */
  movingOn: number
  movingOff: number
  /** V; with this or more the engine is on, if neither ignition nor rpm is known. */
  engineOnVolts: number
  /** A trip leads so far from where the vehicle stood, ... */
  tripMinMm: number
  /** ... or moves for so long and leaves the radius of its stop. */
  tripMinMs: number
  /** Movement that is not a trip after so long was drift. */
  driftMaxMs: number
  stopMinMs: number
  ignitionOffMs: number
  stopRadiusMm: number
  /** A fuel rate holds no longer than this. */
  fuelRateMaxMs: number
  /** Capacity of the tank in ml; `null` if unknown. */
  tankMl: number | null
}

export const DEFAULT_PARAMETERS: Parameters = {
  gapMs: 300_000,
  impliedSpeedMax: 250_000,
  jumpConfirm: 3,
  speedSpanMs: 2000,
  movingOn: 5000,
  movingOff: 3000,
  engineOnVolts: 13.2,
  tripMinMm: 200_000,
  tripMinMs: 60_000,
  driftMaxMs: 600_000,
  stopMinMs: 180_000,
  ignitionOffMs: 30_000,
  stopRadiusMm: 100_000,
  fuelRateMaxMs: 60_000,
  tankMl: null,
}
