/** What joins the gate, which knows who is connected, to the presence, which writes it down. */

/** A connection of a device. */
export interface PresenceLink {
  readonly deviceId: number
  /** of its last packet, milliseconds since 1970 */
  readonly lastPacketMs: number
}

export interface PresenceBook {
  connected(link: PresenceLink): void
  /** The connection is over; the device may have another one by now. */
  disconnected(link: PresenceLink): void
}
