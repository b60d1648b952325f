/**
 * Joins the events, which know SQL and no MQTT, to the gate, which knows MQTT and no SQL: publishes a message about an event on
 * `fleet/{vehicle}/events`, to the subscribers that are connected to this broker.
 */
export type PublishEvent = (vehicleKey: string, payload: Buffer) => void
