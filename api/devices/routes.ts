import type { Claims } from '../../contract/claims.ts'
import { hasServiceScope } from '../../contract/service-scopes.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { duplicateFaults, keyedFaults, keyFaults, refuseTaken, toList } from '../schema/bulk.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { etagHeader, etagOf, readIfMatch } from '../http/etag.ts'
import { WITHOUT_VEHICLE } from '../imports/import-rows.ts'
import { mergePatch } from '../http/merge-patch.ts'
import { publicKeySchema, readPublicKeys } from '../public-keys/public-keys.ts'
import {
  deleteDevice,
  findDevice,
  insertDevices,
  listDevices,
  updateDevice,
  type DeviceFields,
  type DeviceRow,
} from './queries.ts'
import { overQuotaDetail, type Quotas } from '../access/quota.ts'
import { refuseNotChanged } from '../http/not-changed.ts'
import { isRefusal, refuse, refuseFaults } from '../http/refusal.ts'
import { keyOrNull, oneOrManyOf, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import {
  cursorSchema,
  keyParams,
  keySchema,
  limitSchema,
  nameSchema,
  object,
  oneOrMany,
  orNull,
  searchSchema,
  textSchema,
} from '../schema/fields.ts'

export const newDevice = object(
  {
    key: keySchema,
    name: nameSchema,
    serial: textSchema,
    firmware: textSchema,
    vehicle: keySchema,
    public_key: publicKeySchema,
  },
  ['key'],
)
const devicePatch = object({
  key: keySchema,
  name: orNull(nameSchema),
  serial: orNull(textSchema),
  firmware: orNull(textSchema),
  vehicle: orNull(keySchema),
})
const listQuery = object({
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
  vehicle: keySchema,
  search: searchSchema,
})

/** Anyone who has the private key can act as the device, as can the bearer of its token. */
const KEYS_SCOPE = 'device-tokens:write'

function mayGiveKeys(caller: Claims): boolean {
  return caller.role !== 'service' || hasServiceScope(caller, KEYS_SCOPE)
}

/** Default values of a device. */
export const NO_DEVICE = { name: '', serial: '', firmware: '', vehicle: null, publicKey: null }

export const deviceReply = replyObject('Device', {
  key: keySchema,
  name: nameSchema,
  serial: { type: 'string' },
  firmware: { type: 'string' },
  vehicle: keyOrNull,
  public_key: { type: ['string', 'null'], description: 'PEM' },
  created_at: timeReply,
})

interface DeviceRoutesOptions {
  sql: Sql
  quotas: Quotas
}

/**
 * POST and GET /api/devices, GET, PATCH and DELETE /api/devices/{key}; a device is {key, name, serial, firmware, vehicle,
 * public_key, created_at}.
 */
export function deviceRoutes(options: DeviceRoutesOptions): Route[] {
  return [
    createDeviceRoute(options),
    listDevicesRoute(options),
    readDeviceRoute(options),
    changeDeviceRoute(options),
    deleteDeviceRoute(options),
  ]
}

function createDeviceRoute({ sql, quotas }: DeviceRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/devices',
    summary: 'Create a device, or an array of devices',
    access: ['admin', 'service', 'user'],
    scope: 'devices:write',
    tag: 'devices',
    replies: {
      201: {
        description: 'All were created',
        schema: oneOrManyOf(deviceReply),
        headers: { location: 'path of the new resource, if it is a single one', ...etagHeader },
      },
    },
    problems: ['conflict'],
    body: oneOrMany(newDevice),
    async handle({ body, ...actor }) {
      const read = readPublicKeys(body)
      if ('faults' in read) return refuseFaults('invalid_request', read.faults)
      if (read.pems.some((it) => it !== null) && !mayGiveKeys(actor.caller))
        return refuse('forbidden', `a public key requires the scope ${KEYS_SCOPE}`)
      const devices = toList(body).map(
        ({ key, name = '', serial = '', firmware = '', vehicle = null }, index) => {
          return { key, name, serial, firmware, vehicle, publicKey: read.pems[index] ?? null }
        },
      )
      const duplicates = duplicateFaults(body)
      if (duplicates.length > 0) return refuseFaults('conflict', duplicates)

      const result = await insertDevices(sql, devices, actor, { max: quotas.devicesMax })
      if ('taken' in result) return refuseTaken(body, result.taken)
      if ('overQuota' in result) return refuse('forbidden', overQuotaDetail(result.overQuota, 'devices'))
      if ('unknownVehicles' in result) {
        const faults = keyFaults(body, 'vehicle', result.unknownVehicles, 'does not exist')
        return refuseFaults('invalid_request', faults)
      }
      if ('withoutVehicle' in result) {
        const faults = keyedFaults(body, result.withoutVehicle, 'vehicle', WITHOUT_VEHICLE)
        return refuseFaults('invalid_request', faults)
      }
      const [first] = result.created
      if (Array.isArray(body) || first === undefined)
        return { status: 201, body: result.created.map(toDevice) }
      const headers = { location: `/api/devices/${first.key}`, ...etagOf(first) }
      return { status: 201, body: toDevice(first), headers }
    },
  })
}

function listDevicesRoute({ sql }: DeviceRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/devices',
    summary: 'List the devices that the caller may see, ordered by key',
    access: ['admin', 'service', 'user'],
    scope: 'devices:read',
    tag: 'devices',
    replies: { 200: { description: 'A page of devices', schema: pageOf(deviceReply) } },
    query: listQuery,
    async handle({ query, caller }) {
      const cursor = readCursor('device', query.cursor, keyPattern)
      if (isRefusal(cursor)) return cursor
      const { vehicle, search } = query
      const page = { vehicle, search, after: cursor.after, limit: query.limit + 1 }
      const rows = await listDevices(sql, caller, page)
      const { items, next_cursor } = toPage(rows, query.limit, (last) => writeCursor('device', last.key))
      return { status: 200, body: { items: items.map(toDevice), next_cursor } }
    },
  })
}

function readDeviceRoute({ sql }: DeviceRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/devices/{key}',
    summary: 'Get a device',
    access: ['admin', 'service', 'user'],
    scope: 'devices:read',
    tag: 'devices',
    replies: { 200: { description: 'The device', schema: deviceReply, headers: etagHeader } },
    problems: ['not_found'],
    params: keyParams,
    async handle({ params, caller }) {
      const device = await findDevice(sql, caller, params.key)
      if (!device) return noDevice(params.key)
      return { status: 200, body: toDevice(device), headers: etagOf(device) }
    },
  })
}

function changeDeviceRoute({ sql }: DeviceRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/devices/{key}',
    summary:
      'Change a device, including its key, by a JSON Merge Patch (RFC 7396); with If-Match only if it is unchanged',
    access: ['admin', 'service', 'user'],
    scope: 'devices:write',
    tag: 'devices',
    replies: { 200: { description: 'The changed device', schema: deviceReply, headers: etagHeader } },
    problems: ['conflict', 'not_found', 'precondition_failed'],
    params: keyParams,
    body: devicePatch,
    async handle({ params, body, headers, ...actor }) {
      const etags = readIfMatch(headers['if-match'])
      const patch = (before: DeviceFields): DeviceFields => ({
        ...NO_DEVICE,
        ...(mergePatch(before, body) as DeviceFields),
      })
      const result = await updateDevice(sql, params.key, etags, patch, actor)
      if (result === 'unknown_vehicle') {
        const detail = `vehicle "${body.vehicle ?? ''}" does not exist`
        return refuseFaults('invalid_request', [{ pointer: '/vehicle', detail }])
      }
      if (result === 'taken') return refuseTaken(body, [body.key ?? ''])
      if (typeof result === 'string') return refuseNotChanged('device', params.key, result)
      return { status: 200, body: toDevice(result), headers: etagOf(result) }
    },
  })
}

function deleteDeviceRoute({ sql }: DeviceRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/devices/{key}',
    summary: 'Delete a device and its tokens; its connection ends',
    access: ['admin', 'service', 'user'],
    scope: 'devices:write',
    tag: 'devices',
    replies: { 204: { description: 'The device is deleted' } },
    problems: ['not_found', 'precondition_failed'],
    params: keyParams,
    async handle({ params, headers, ...actor }) {
      const etags = readIfMatch(headers['if-match'])
      const result = await deleteDevice(sql, params.key, etags, actor)
      return result === 'deleted' ? { status: 204 } : refuseNotChanged('device', params.key, result)
    },
  })
}

export function noDevice(key: string) {
  return refuse('not_found', `device ${key} does not exist`)
}

const keyPattern = new RegExp(keySchema.pattern)

export function toDevice({ key, name, serial, firmware, vehicle, publicKey, createdUs }: DeviceRow) {
  const created_at = formatTime(createdUs)
  return { key, name, serial, firmware, vehicle, public_key: publicKey, created_at }
}
