import { randomUUID } from 'node:crypto'
import { makeClaims } from '../../contract/claims.ts'
import { formatTime } from '../../contract/time.ts'
import { clientIdPrefixOf, scopeOf } from '../../contract/topics.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { AccessLog } from '../audit/access-log.ts'
import { nameOfActor } from '../audit/queries.ts'
import { replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'

/** Long enough for an open page; a page that stays open requests a new token. */
const LIFETIME_S = 3600

const tokenReply = replyObject('MqttToken', {
  token: { type: 'string', description: 'a JWT: the password of the MQTT connection' },
  client_id_prefix: { type: 'string', description: 'required beginning of the MQTT client id' },
  scope: {
    type: 'string',
    description:
      'the scope of the live feed it may subscribe to, at `live/{scope}`: `all`, the id of the user, or a name for a service token',
  },
  expires_at: timeReply,
})

/** POST /api/mqtt-tokens -> 201 {token, client_id_prefix, scope, expires_at} */
export function mqttTokenRoutes(options: { jwt: Jwt; now: () => number; accessLog: AccessLog }): Route[] {
  const { jwt, now, accessLog } = options
  return [
    route({
      method: 'post',
      path: '/api/mqtt-tokens',
      summary: "Issue a token for an MQTT client with the caller's rights",
      hasSecretReply: true,
      tag: 'login',
      access: ['admin', 'service', 'user'],
      scope: 'mqtt:read',
      replies: { 201: { description: 'The token', schema: tokenReply } },
      async handle(actor) {
        const { caller } = actor
        const { sub, role, iat, exp, scopes, groups } = caller
        const detail = { aud: 'mqtt' }
        await accessLog.note(actor, { action: 'token.issue', subject: nameOfActor(actor), detail })
        // With the `iat` and login of the caller's token, so that both tokens end together.
        const sid = scopes === undefined ? caller.sid : caller.jti
        const asLongS = Math.max(Math.floor(now() / 1000) - iat, 0) + LIFETIME_S
        const lifetimeS = scopes === undefined ? asLongS : Math.min(asLongS, exp - iat)
        const rights = { sub, role, scopes, groups, sid }
        const claims = makeClaims({ ...rights, aud: 'mqtt', jti: randomUUID(), nowS: iat, lifetimeS })
        const expires_at = formatTime(claims.exp * 1_000_000)
        const client_id_prefix = clientIdPrefixOf(claims)
        const scope = scopeOf(claims) ?? sub
        return { status: 201, body: { token: jwt.sign(claims), client_id_prefix, scope, expires_at } }
      },
    }),
  ]
}
