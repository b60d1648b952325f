/**
 * The scopes of a service token, each independent: `write` does not include `read`. A route names its scope; a route
 * without one, such as every route for administrators, is closed to service tokens. `mqtt:read` is a connection to
 * the broker:
 * telemetry, status, rejections, alerts and the live feed of the vehicles that the token sees. With `commands:read` it
 * includes their commands.
 */
export const SERVICE_SCOPES = [
  'vehicles:read',
  'vehicles:write',
  'devices:read',
  'devices:write',
  'device-tokens:read',
  'device-tokens:write',
  'commands:read',
  'commands:write',
  'positions:read',
  'history:read',
  'exports:read',
  'imports:write',
  'rules:read',
  'rules:write',
  'events:read',
  'events:write',
  'geofences:read',
  'geofences:write',
  'dead-letters:read',
  'dead-letters:write',
  'overview:read',
  'mqtt:read',
] as const
export type ServiceScope = (typeof SERVICE_SCOPES)[number]

/**
 * Maximum of groups of one service token: they are part of the token, a JWT of at most 4 KiB.
 * @limit groups of a service token | 400
 */
export const SERVICE_GROUPS_MAX = 20

/** Scopes of hand-signed tokens with the role `service`, which have no scopes of their own. */
const BY_HAND: ReadonlySet<ServiceScope> = new Set(
  SERVICE_SCOPES.filter((it) => it.endsWith(':read') && it !== 'device-tokens:read'),
)

/** Whether a service may use a route that requires `scope`. */
export function hasServiceScope(
  { scopes }: { scopes?: readonly string[] | undefined },
  scope: ServiceScope | undefined,
): boolean {
  if (scope === undefined) return false
  return scopes === undefined ? BY_HAND.has(scope) : scopes.includes(scope)
}
