import { randomUUID } from 'node:crypto'
import { makeClaims } from '../../contract/claims.ts'
import { formatTime } from '../../contract/time.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Claims } from '../../contract/claims.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import type { Actor } from '../audit/queries.ts'
import {
  insertDeviceTokens,
  listDeviceTokens,
  ownsDevice,
  revokeDeviceTokens,
  type DeviceTokenRow,
} from './queries.ts'
import { findDevice } from '../devices/queries.ts'
import { isRefusal, refuse, refuseFaults } from '../http/refusal.ts'
import { arrayOf, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { BULK_MAX, keyParams, keySchema, lifetimeDaysSchema, object, pageQuery } from '../schema/fields.ts'
import { noDevice } from '../devices/routes.ts'
import { refuseNotChanged } from '../http/not-changed.ts'

const UUID_PATTERN = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'

const manyTokens = object(
  {
    devices: { type: 'array', minItems: 1, maxItems: BULK_MAX, items: keySchema },
    lifetime_days: lifetimeDaysSchema,
  },
  ['devices'],
)
/** End of a page: when the last token was issued, in microseconds, and its id. */
const PLACE = new RegExp(String.raw`^\d{1,16}\.${UUID_PATTERN.slice(1)}`)

const tokenParams = object(
  { key: keySchema, jti: { type: 'string', pattern: UUID_PATTERN, description: 'a UUID' } },
  ['key', 'jti'],
)

const tokenReply = replyObject('DeviceToken', {
  device: keySchema,
  token: { type: 'string', description: 'a JWT, shown only here: the password of the MQTT connection' },
  jti: { type: 'string', format: 'uuid' },
  expires_at: timeReply,
})

const knownTokenReply = replyObject('KnownDeviceToken', {
  device: keySchema,
  jti: { type: 'string', format: 'uuid' },
  issued_at: timeReply,
  expires_at: timeReply,
  revoked_at: { type: ['string', 'null'], description: 'null if it was not revoked' },
  last_used_at: {
    type: ['string', 'null'],
    description: 'last login with this token, accurate to a minute; null if never',
  },
})
const revokedReply = replyObject('RevokedTokens', { revoked: { type: 'integer', minimum: 0 } })

type Issue = ReturnType<typeof createIssue>

interface DeviceTokenRoutesOptions {
  sql: Sql
  jwt: Jwt
  deviceTokenDays: number
  now: () => number
}

/**
 * POST, GET and DELETE /api/devices/{key}/tokens, POST /api/device-tokens, DELETE /api/devices/{key}/tokens/{jti}; a new
 * token is {device, token, jti, expires_at}, and `token` is shown only once.
 */
export function deviceTokenRoutes(options: DeviceTokenRoutesOptions): Route[] {
  const issue = createIssue(options)
  return [
    issueTokenRoute(options, issue),
    issueManyRoute(issue),
    revokeTokenRoute(options),
    listTokensRoute(options),
    revokeAllRoute(options),
  ]
}

function issueTokenRoute({ sql }: DeviceTokenRoutesOptions, issue: Issue): Route {
  return route({
    method: 'post',
    path: '/api/devices/{key}/tokens',
    summary: 'Issue an MQTT token to a device',
    hasSecretReply: true,
    access: ['admin', 'service', 'user'],
    scope: 'device-tokens:write',
    tag: 'devices',
    replies: { 201: { description: 'The token', schema: tokenReply } },
    problems: ['not_found'],
    params: keyParams,
    body: object({ lifetime_days: lifetimeDaysSchema }),
    async handle({ params, body, ...actor }) {
      const { unknown, issued } = await issue([params.key], actor, body.lifetime_days)
      if (unknown.size > 0) return notOwned(sql, actor.caller, params.key)
      return { status: 201, body: issued[0] }
    },
  })
}

function issueManyRoute(issue: Issue): Route {
  return route({
    method: 'post',
    path: '/api/device-tokens',
    summary: 'Issue MQTT tokens to many devices, in the order of the request',
    hasSecretReply: true,
    access: ['admin', 'service', 'user'],
    scope: 'device-tokens:write',
    tag: 'devices',
    // Its generated name would be that of the operation above.
    operationId: 'postManyDeviceTokens',
    replies: {
      201: {
        description: 'A token for each device',
        schema: replyObject('DeviceTokens', { items: arrayOf(tokenReply) }),
      },
    },
    body: manyTokens,
    async handle({ body, ...actor }) {
      const { unknown, issued } = await issue(body.devices, actor, body.lifetime_days)
      if (unknown.size === 0) return { status: 201, body: { items: issued } }
      const faults = body.devices.flatMap((key, index) =>
        unknown.has(key) ? [{ pointer: `/devices/${index}`, detail: `device "${key}" does not exist` }] : [],
      )
      return refuseFaults('invalid_request', faults)
    },
  })
}

function revokeTokenRoute({ sql }: DeviceTokenRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/devices/{key}/tokens/{jti}',
    summary: 'Revoke a token of a device; its connection ends',
    access: ['admin', 'service', 'user'],
    scope: 'device-tokens:write',
    tag: 'devices',
    replies: { 204: { description: 'The token is revoked' } },
    problems: ['not_found'],
    params: tokenParams,
    async handle({ params: { key, jti }, ...actor }) {
      const revoked = await revokeDeviceTokens(sql, { device: key, jti }, actor)
      if (revoked > 0) return { status: 204 }
      if (!(await ownsDevice(sql, actor.caller, key))) return notOwned(sql, actor.caller, key)
      return refuse('not_found', `device ${key} has no token ${jti}`)
    },
  })
}

function listTokensRoute({ sql }: DeviceTokenRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/devices/{key}/tokens',
    summary: 'List the tokens of a device without their secrets, newest first',
    access: ['admin', 'service', 'user'],
    scope: 'device-tokens:read',
    tag: 'devices',
    replies: { 200: { description: 'A page of tokens', schema: pageOf(knownTokenReply) } },
    problems: ['not_found'],
    params: keyParams,
    query: pageQuery,
    async handle({ params: { key }, query, caller }) {
      const cursor = readCursor('token', query.cursor, PLACE)
      if (isRefusal(cursor)) return cursor
      if (!(await findDevice(sql, caller, key))) return noDevice(key)
      const page = { device: key, behind: toPageStart(cursor.after), limit: query.limit + 1 }
      const rows = await listDeviceTokens(sql, caller, page)
      const { items, next_cursor } = toPage(rows, query.limit, (last) =>
        writeCursor('token', `${last.issuedUs}.${last.jti}`),
      )
      return { status: 200, body: { items: items.map(toToken), next_cursor } }
    },
  })
}

function revokeAllRoute({ sql }: DeviceTokenRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/devices/{key}/tokens',
    summary: 'Revoke all tokens of a device; its connection ends',
    access: ['admin', 'service', 'user'],
    scope: 'device-tokens:write',
    tag: 'devices',
    replies: { 200: { description: 'Number of revoked tokens', schema: revokedReply } },
    problems: ['not_found'],
    params: keyParams,
    async handle({ params: { key }, ...actor }) {
      if (!(await ownsDevice(sql, actor.caller, key))) return notOwned(sql, actor.caller, key)
      const revoked = await revokeDeviceTokens(sql, { device: key, jti: undefined }, actor)
      return { status: 200, body: { revoked } }
    },
  })
}

/** Returns a function that issues a token to each device, or to none if keys are unknown. */
function createIssue({ sql, jwt, deviceTokenDays, now }: DeviceTokenRoutesOptions) {
  return async (devices: string[], actor: Actor & { caller: Claims }, lifetimeDays = deviceTokenDays) => {
    const nowS = Math.floor(now() / 1000)
    const lifetimeS = lifetimeDays * 86_400
    const times = { issuedUs: nowS * 1_000_000, expiresUs: (nowS + lifetimeS) * 1_000_000 }
    const tokens = devices.map((device) => ({ device, jti: randomUUID() as string }))
    const { unknown, deviceIds } = await insertDeviceTokens(sql, tokens, times, actor)
    const issued = tokens.map(({ device, jti }) => {
      const deviceId = deviceIds.get(device) ?? 0
      const claims = makeClaims({ sub: device, role: 'device', aud: 'mqtt', jti, nowS, lifetimeS, deviceId })
      return { device, token: jwt.sign(claims), jti, expires_at: formatTime(times.expiresUs) }
    })
    return { unknown: new Set(unknown), issued }
  }
}

/** The refusal: the device does not exist, or the caller has read-only access. */
async function notOwned(sql: Sql, caller: Claims, key: string) {
  return refuseNotChanged('device', key, (await findDevice(sql, caller, key)) ? 'read_only' : 'missing')
}

function toToken({ device, jti, issuedUs, expiresUs, revokedUs, lastUsedUs }: DeviceTokenRow) {
  return {
    device,
    jti,
    issued_at: formatTime(issuedUs),
    expires_at: formatTime(expiresUs),
    revoked_at: revokedUs === null ? null : formatTime(revokedUs),
    last_used_at: lastUsedUs === null ? null : formatTime(lastUsedUs),
  }
}

function toPageStart(after: string | undefined): { issuedUs: number; jti: string } | undefined {
  const [issuedUs, jti] = after?.split('.') ?? []
  return jti === undefined ? undefined : { issuedUs: Number(issuedUs), jti }
}
