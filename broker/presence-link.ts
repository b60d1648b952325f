/** What joins the gate, which knows who is connected, to the presence, which writes it down. */

/** A connection of a device. */
export interface PresenceLink {
  readonly deviceId: number
  /** of its last packet, milliseconds since 1970 */
  readonly lastPacketMs: number
}

/** Where a device had logged in before: `unknown` if it never did, or if the database does not say in time. */
export type LastLogin = 'here' | 'elsewhere' | 'unknown'

export interface LoginBook {
  /** Notes that a device logs in at this broker. */
  note(deviceId: number): Promise<LastLogin>
}

export interface PresenceBook {
  connected(link: PresenceLink): void
  /** The connection is over; the device may have another one by now. */
  disconnected(link: PresenceLink): void
}
