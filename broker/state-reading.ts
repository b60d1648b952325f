/** The values of a reading that the live feed makes a position and a state of, as ingest stores them. */
export interface StateReading {
  /** `undefined` if it has no position */
  lat: number | undefined
  lon: number | undefined
  speed: number | undefined
  heading: number | undefined
  ignition: boolean | undefined
  status: string | undefined
}
