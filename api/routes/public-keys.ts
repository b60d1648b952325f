import type { Sql } from '../../sql/connect.ts'
import { publicKeySchema, readPublicKeys } from '../public-keys.ts'
import { findDevice } from '../queries/devices.ts'
import { setPublicKey } from '../queries/public-keys.ts'
import { refuseFaults } from '../refusal.ts'
import { route, type Route } from '../route.ts'
import { keyParams, object } from '../schemas.ts'
import { deviceReply, noDevice, toDevice } from './devices.ts'

/** PUT and DELETE /api/devices/{key}/public-key; PUT takes {public_key} and answers with the device. */
export function publicKeyRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'put',
      path: '/api/devices/{key}/public-key',
      summary: 'Let a device sign its own tokens; connections that its former key was used for end',
      tag: 'devices',
      access: ['admin'],
      replies: { 200: { description: 'The device', schema: deviceReply } },
      problems: ['not_found'],
      params: keyParams,
      body: object({ public_key: publicKeySchema }, ['public_key']),
      async handle({ params: { key }, body }) {
        const read = readPublicKeys(body)
        if ('faults' in read) return refuseFaults('invalid_request', read.faults)
        if (!(await setPublicKey(sql, key, read.pems[0] ?? null))) return noDevice(key)
        const device = await findDevice(sql, key)
        return device ? { status: 200, body: toDevice(device) } : noDevice(key)
      },
    }),
    route({
      method: 'delete',
      path: '/api/devices/{key}/public-key',
      summary: 'Remove the public key of a device; connections that it was used for end',
      tag: 'devices',
      access: ['admin'],
      replies: { 204: { description: 'It has no public key' } },
      problems: ['not_found'],
      params: keyParams,
      async handle({ params: { key } }) {
        return (await setPublicKey(sql, key, null)) ? { status: 204 } : noDevice(key)
      },
    }),
  ]
}
