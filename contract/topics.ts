import { ROW_ID, UUID } from './ids.ts'
import type { Role } from './claims.ts'

/** A vehicle's or device's key: the `{v}` of a topic, a client id, a segment of a URL. */
export const KEY_PATTERN = '^[A-Za-z0-9_-]{1,64}$'
const key = new RegExp(KEY_PATTERN)

/**
 * The last segment of `fleet/{vehicle}/...`; only `commands/ack` has two.
 *
 * To `session` a device publishes a new token, as its bytes, with QoS 0 or 1, to stay connected beyond the `exp` of its
 * login's token. From then on the connection depends on the new token: it ends with the new token's `exp` or
 * revocation, and no longer with the old one's. The PUBACK confirms the new token. MQTT 3.1.1 has no negative
 * acknowledgement: a refused token ends the connection (`renewal_refused`), and the device logs in again. Nobody can
 * subscribe to this topic, and its messages are never forwarded, retained or stored.
 */
export const VEHICLE_TOPICS = [
  'telemetry',
  'status',
  'rejected',
  'commands',
  'commands/ack',
  'alerts',
  'events',
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
 * `undefined` for anything that is not in the table of topics, `#` included.
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

/** The client ids that a token allows, except for a device, which has only its key. */
export function clientIdPrefixOf({ role, sub }: { role: Role; sub: string }): string {
  return role === 'service' ? `service/${sub}/` : userClientIdPrefix(sub)
}

/**
 * The scope of a live feed: `all`, a user's id, or `service-` and the id of a service token that sees only some groups.
 * Only the broker publishes to `live/{scope}`, and to `live/{scope}/json` with the same content as JSON (see
 * live-frame.ts).
 */
export const SCOPE_ALL = 'all'
export type LiveFormat = 'binary' | 'json'

const liveScope = new RegExp(`^(?:all|${ROW_ID}|service-${UUID})$`)

/** The scope of a service token that sees only some groups. @param id its `jti` */
export function serviceScope(id: string): string {
  return `service-${id}`
}

/** The one scope that an identity may subscribe to; `undefined` if there is no such scope. */
export function scopeOf(who: {
  role: Role
  sub: string
  sid?: string | undefined
  groups?: readonly string[] | undefined
}): string | undefined {
  const { role, sub, sid, groups } = who
  if (role === 'service' && groups !== undefined) return sid === undefined ? undefined : serviceScope(sid)
  if (role === 'admin' || role === 'service') return SCOPE_ALL
  return role === 'user' && sub !== SCOPE_ALL && liveScope.test(sub) ? sub : undefined
}

export function liveTopic(scope: string, format: LiveFormat): string {
  return format === 'json' ? `live/${scope}/json` : `live/${scope}`
}

/** `undefined` for any other topic, including those with wildcards. */
export function parseLiveTopic(topic: string): { scope: string; format: LiveFormat } | undefined {
  if (!topic.startsWith('live/')) return undefined
  const isJson = topic.endsWith('/json')
  const scope = isJson ? topic.slice(5, -5) : topic.slice(5)
  return liveScope.test(scope) ? { scope, format: isJson ? 'json' : 'binary' } : undefined
}
