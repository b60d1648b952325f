/** Joins the gate, which knows the connected devices, to the presence, which stores them. */

/** A connection of a device. */
export interface PresenceLink {
  readonly deviceId: number
  /** of its last packet, milliseconds since 1970 */
  readonly lastPacketMs: number
}

/** Where a device had logged in before: `unknown` if it never did, or if the database does not answer in time. */
export type LastLogin = 'here' | 'elsewhere' | 'unknown'

/** Records on which broker each device logged in. */
export interface LoginRecorder {
  /** Notes that a device logs in at this broker. */
  note(deviceId: number): Promise<LastLogin>
}

/** Whether a vehicle has a device that is connected to another broker or reports over HTTP, and since when. */
export interface VehicleStatus {
  vehicleId: number
  vehicleKey: string
  online: boolean
  /** milliseconds since 1970 */
  sinceMs: number
  /** when it becomes offline without another report, milliseconds since 1970; `null` if no device of it reports over HTTP */
  untilMs: number | null
}

/** Stores which devices are connected to this broker, and reads which are connected to other brokers. */
export interface PresenceStore {
  /** The statuses of these vehicles, or of every vehicle with a device that ever was connected or reported over HTTP. */
  statuses(vehicleIds?: readonly number[]): Promise<readonly VehicleStatus[]>
  /** Called once a heartbeat with the statuses that have changed within the last minute. */
  onStatuses(listener: (statuses: readonly VehicleStatus[]) => void): void
  connected(link: PresenceLink): void
  /** The connection is over; the device may have another one by now. */
  disconnected(link: PresenceLink): void
}

/** Records when devices reported over HTTP. */
export interface ReportRecorder {
  /** A device has reported over HTTP; milliseconds since 1970. */
  reported(deviceId: number, seenMs: number): void
}
