import { randomUUID } from 'node:crypto'
import { makeClaims } from '../../contract/claims.ts'
import { SERVICE_GROUPS_MAX, SERVICE_SCOPES } from '../../contract/service-scopes.ts'
import { formatTime } from '../../contract/time.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Callers } from '../access/callers.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import {
  insertServiceToken,
  listServiceTokens,
  revokeServiceToken,
  SERVICE_TOKENS_MAX,
  type ServiceTokenRow,
} from './queries.ts'
import { isRefusal, refuse, refuseFaults } from '../http/refusal.ts'
import { arrayOf, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { idParams, keySchema, object, pageQuery } from '../schema/fields.ts'

const DAY_S = 86_400
/**
 * Maximum lifetime: a key that is not replaced within a year is probably forgotten.
 * @limit the lifetime of a service token, in days | 400
 */
const LIFETIME_DAYS_MAX = 365
const LIFETIME_DAYS = 90

const newToken = object(
  {
    name: keySchema,
    scopes: {
      type: 'array',
      minItems: 1,
      maxItems: SERVICE_SCOPES.length,
      uniqueItems: true,
      items: { enum: SERVICE_SCOPES },
      description: 'permissions of the token; `write` does not include `read`',
    },
    groups: {
      type: ['array', 'null'],
      minItems: 1,
      maxItems: SERVICE_GROUPS_MAX,
      uniqueItems: true,
      items: keySchema,
      description: 'the groups whose vehicles the token may see; null for all vehicles',
    },
    lifetime_days: {
      type: 'integer',
      minimum: 1,
      maximum: LIFETIME_DAYS_MAX,
      default: LIFETIME_DAYS,
    },
  },
  ['name', 'scopes', 'groups'],
)

const known = {
  id: { type: 'integer', minimum: 1 },
  name: keySchema,
  scopes: arrayOf({ type: 'string' }),
  groups: { type: ['array', 'null'], items: keySchema, description: 'null for all vehicles' },
  created_at: timeReply,
  created_by: { type: ['integer', 'null'], description: 'the administrator; null: deleted since' },
  expires_at: timeReply,
} as const
const tokenReply = replyObject('ServiceToken', {
  ...known,
  token: { type: 'string', description: 'a JWT, shown only here: `Authorization: Bearer`' },
})
const knownTokenReply = replyObject('KnownServiceToken', {
  ...known,
  revoked_at: { type: ['string', 'null'], description: 'null if it was not revoked' },
  last_used_at: {
    type: ['string', 'null'],
    description: 'last call with this token, accurate to a minute; null if never',
  },
})

interface ServiceTokenRoutesOptions {
  sql: Sql
  jwt: Jwt
  callers: Pick<Callers, 'forgetService'>
  now: () => number
}

/**
 * POST and GET /api/service-tokens, DELETE /api/service-tokens/{id}: API keys of programs. A token is {id, name,
 * scopes, groups, created_at, created_by, expires_at}, with {token} when it is new, and with {revoked_at, last_used_at}
 * in the list.
 */
export function serviceTokenRoutes(options: ServiceTokenRoutesOptions): Route[] {
  return [issueServiceTokenRoute(options), listServiceTokensRoute(options), revokeServiceTokenRoute(options)]
}

function issueServiceTokenRoute({ sql, jwt, now }: ServiceTokenRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/service-tokens',
    summary: 'Issue a service token to a program',
    hasSecretReply: true,
    access: ['admin'],
    tag: 'accounts',
    replies: { 201: { description: 'The token', schema: tokenReply } },
    problems: ['conflict'],
    body: newToken,
    async handle({ body, ...actor }) {
      const { name, lifetime_days } = body
      const [scopes, groups] = [[...body.scopes], body.groups && [...body.groups]]
      const nowS = Math.floor(now() / 1000)
      const lifetimeS = lifetime_days * DAY_S
      const times = { issuedUs: nowS * 1_000_000, expiresUs: (nowS + lifetimeS) * 1_000_000 }
      const jti = randomUUID()
      const result = await insertServiceToken(sql, { jti, name, scopes, groups }, times, actor)
      if (result === 'name_taken') return nameTaken()
      if (result === 'too_many') return tooMany()
      if ('unknownGroups' in result) {
        const faults = result.unknownGroups.map((key) => ({
          pointer: `/groups/${groups?.indexOf(key)}`,
          detail: `group "${key}" does not exist`,
        }))
        return refuseFaults('invalid_request', faults)
      }
      const limit = groups === null ? {} : { groups }
      const claims = makeClaims({
        sub: name,
        role: 'service',
        aud: 'api',
        jti,
        nowS,
        lifetimeS,
        scopes,
        ...limit,
      })
      return { status: 201, body: { ...toKnown(result.created), token: jwt.sign(claims) } }
    },
  })
}

function listServiceTokensRoute({ sql }: ServiceTokenRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/service-tokens',
    summary: 'List service tokens without their secrets, in order of issue',
    access: ['admin'],
    tag: 'accounts',
    replies: { 200: { description: 'A page of tokens', schema: pageOf(knownTokenReply) } },
    query: pageQuery,
    async handle({ query }) {
      const cursor = readNumberCursor('service-token', query.cursor)
      if (isRefusal(cursor)) return cursor
      const rows = await listServiceTokens(sql, { afterId: cursor.after ?? 0, limit: query.limit + 1 })
      const page = toPage(rows, query.limit, (last) => writeCursor('service-token', last.id))
      return { status: 200, body: { ...page, items: page.items.map(toListed) } }
    },
  })
}

function revokeServiceTokenRoute({ sql, callers }: ServiceTokenRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/service-tokens/{id}',
    summary: 'Revoke a service token; its MQTT connections end',
    access: ['admin'],
    tag: 'accounts',
    replies: { 204: { description: 'The token is revoked' } },
    problems: ['not_found'],
    params: idParams,
    async handle({ params, ...actor }) {
      const jti = await revokeServiceToken(sql, Number(params.id), actor)
      if (jti === undefined) return refuse('not_found', `service token ${params.id} does not exist`)
      callers.forgetService(jti)
      return { status: 204 }
    },
  })
}

function toKnown({ id, name, scopes, groups, createdUs, createdBy, expiresUs }: ServiceTokenRow) {
  const times = {
    created_at: formatTime(createdUs),
    created_by: createdBy,
    expires_at: formatTime(expiresUs),
  }
  return { id, name, scopes, groups, ...times }
}

function toListed(row: ServiceTokenRow) {
  const { revokedUs, lastUsedUs } = row
  return {
    ...toKnown(row),
    revoked_at: revokedUs === null ? null : formatTime(revokedUs),
    last_used_at: lastUsedUs === null ? null : formatTime(lastUsedUs),
  }
}

function nameTaken() {
  return refuseFaults('conflict', [
    { pointer: '/name', detail: 'is the name of another token that is in use' },
  ])
}

function tooMany() {
  return refuse(
    'conflict',
    `the maximum of ${SERVICE_TOKENS_MAX} service tokens, or of unexpired ones including revoked, is reached: wait until some expire`,
  )
}
