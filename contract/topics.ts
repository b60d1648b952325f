/** A vehicle's or device's key: the `{v}` of a topic, a client id, a segment of a URL. */
export const KEY_PATTERN = '^[A-Za-z0-9_-]{1,64}$'
const key = new RegExp(KEY_PATTERN)

/**
 * The last segment of `fleet/{vehicle}/...`; `commands/ack` is the one with two.
 *
 * To `session` a device publishes a new token, as its bytes, with QoS 0 or 1, to stay connected beyond the `exp` of the one
 * that it logged in with. From then on the connection is the new token's: it ends with the new one's `exp`, or when the
 * new one is revoked, and no longer with the old one. The PUBACK says that it was taken. MQTT 3.1.1 has no negative
 * acknowledgement: a token that is refused ends the connection (`renewal_refused`), and the device logs in anew. Nobody
 * can subscribe to it, and it is never forwarded, retained or stored.
 */
export const VEHICLE_TOPICS = [
  'telemetry',
  'status',
  'rejected',
  'commands',
  'commands/ack',
  'alerts',
  'session',
] as const
export type VehicleTopic = (typeof VEHICLE_TOPICS)[number]

export function isKey(value: string): boolean {
  return key.test(value)
}

/** `fleet/{vehicle}/{kind}` */
export function vehicleTopic(vehicle: string, kind: VehicleTopic): string {
  return `fleet/${vehicle}/${kind}`
}

/**
 * The parts of a vehicle's topic or of a subscription to one, e.g. `fleet/+/telemetry`. The vehicle is a key or '+'.
 * Undefined for anything that is not in the table of topics, `#` included.
 */
export function parseVehicleTopic(topic: string): { vehicle: string; kind: VehicleTopic } | undefined {
  if (!topic.startsWith('fleet/')) return undefined
  const end = topic.indexOf('/', 6)
  if (end < 0) return undefined
  const vehicle = topic.slice(6, end)
  const kind = VEHICLE_TOPICS.find((it) => it === topic.slice(end + 1))
  if (kind === undefined || (vehicle !== '+' && !isKey(vehicle))) return undefined
  return { vehicle, kind }
}

/** The client ids that a user may take: `ui/{sub}/...` */
export function userClientIdPrefix(sub: string): string {
  return `ui/${sub}/`
}
