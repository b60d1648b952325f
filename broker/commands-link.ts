/**
 * Joins the gate, which knows MQTT and no SQL, to the commands, which know SQL and no MQTT.
 */

/** A connection of a device that has subscribed to the commands of its vehicle. */
export interface CommandLink {
  readonly vehicleId: number
  readonly deviceId: number
  /**
   * Sends a command, and calls back when the device has confirmed its receipt, which may be never. Returns false if nothing
   * further can be sent on this connection for now.
   */
  send(commandId: number, payload: Buffer, onReceived: () => void): boolean
}

/** A device's answer to a command. */
export interface CommandAnswer {
  vehicleId: number
  deviceId: number
  payload: Buffer
}

/** The commands as the gate sees them. */
export interface CommandDispatcher {
  /** Starts sending the vehicle's commands to this connection, waiting commands first. */
  attach(link: CommandLink): void
  detach(link: CommandLink): void
  /**
   * Resolves with true when the answer is committed, or if it is malformed. Resolves with false if it could not be stored in
   * time: then it must not be acknowledged. Never rejects.
   */
  answer(answer: CommandAnswer): Promise<boolean>
}
