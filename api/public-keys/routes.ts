import type { Sql } from '../../sql/connect.ts'
import { publicKeySchema, readPublicKeys } from './public-keys.ts'
import { updateDevice } from '../devices/queries.ts'
import type { Actor } from '../audit/queries.ts'
import type { Claims } from '../../contract/claims.ts'
import { refuseFaults } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { keyParams, object } from '../schema/fields.ts'
import { refuseNotChanged } from '../http/not-changed.ts'
import { deviceReply, noDevice, toDevice } from '../devices/routes.ts'

/** PUT and DELETE /api/devices/{key}/public-key; PUT takes {public_key} and returns the device. */
export function publicKeyRoutes({ sql }: { sql: Sql }): Route[] {
  async function setPublicKey(key: string, publicKey: string | null, actor: Actor & { caller: Claims }) {
    const result = await updateDevice(sql, key, undefined, (before) => ({ ...before, publicKey }), actor)
    if (result === 'unknown_vehicle') return noDevice(key)
    return typeof result === 'string' ? refuseNotChanged('device', key, result) : result
  }

  return [
    route({
      method: 'put',
      path: '/api/devices/{key}/public-key',
      summary: 'Let a device sign its own tokens; connections that use its former key end',
      access: ['admin', 'service', 'user'],
      scope: 'device-tokens:write',
      tag: 'devices',
      replies: { 200: { description: 'The device', schema: deviceReply } },
      problems: ['not_found'],
      params: keyParams,
      body: object({ public_key: publicKeySchema }, ['public_key']),
      async handle({ params: { key }, body, ...actor }) {
        const read = readPublicKeys(body)
        if ('faults' in read) return refuseFaults('invalid_request', read.faults)
        const device = await setPublicKey(key, read.pems[0] ?? null, actor)
        return 'refused' in device ? device : { status: 200, body: toDevice(device) }
      },
    }),
    route({
      method: 'delete',
      path: '/api/devices/{key}/public-key',
      summary: 'Remove the public key of a device; connections that use it end',
      access: ['admin', 'service', 'user'],
      scope: 'device-tokens:write',
      tag: 'devices',
      replies: { 204: { description: 'The device has no public key' } },
      problems: ['not_found'],
      params: keyParams,
      async handle({ params: { key }, ...actor }) {
        const device = await setPublicKey(key, null, actor)
        return 'refused' in device ? device : { status: 204 }
      },
    }),
  ]
}
