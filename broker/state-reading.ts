/** The values of a reading from which the live feed makes a position and a state, as ingest stores them. */
export interface StateReading {
  /** `undefined` if the reading has no position */
  lat: number | undefined
  lon: number | undefined
  speed: number | undefined
  heading: number | undefined
  ignition: boolean | undefined
  status: string | undefined
}
