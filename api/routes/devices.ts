import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { duplicateFaults, keyFaults, refuseTaken, toList } from '../bulk.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { publicKeySchema, readPublicKeys } from '../public-keys.ts'
import { findDevice, insertDevices, listDevices, type DeviceRow } from '../queries/devices.ts'
import { isRefusal, refuse, refuseFaults } from '../refusal.ts'
import { keyOrNull, oneOrManyOf, pageOf, replyObject, timeReply } from '../reply-schemas.ts'
import { route, type Route } from '../route.ts'
import { keyParams, keySchema, nameSchema, object, oneOrMany, pageQuery } from '../schemas.ts'

const newDevice = object(
  { key: keySchema, name: nameSchema, vehicle: keySchema, public_key: publicKeySchema },
  ['key'],
)

export const deviceReply = replyObject('Device', {
  key: keySchema,
  name: nameSchema,
  vehicle: keyOrNull,
  public_key: { type: ['string', 'null'], description: 'PEM' },
  created_at: timeReply,
})

/** POST /api/devices, GET /api/devices, GET /api/devices/{key}; a device is {key, name, vehicle, public_key, created_at}. */
export function deviceRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/devices',
      summary: 'Create a device, or all of an array',
      tag: 'devices',
      access: ['admin'],
      replies: {
        201: {
          description: 'All of them were created',
          schema: oneOrManyOf(deviceReply),
          headers: { location: 'where it is, if it is one' },
        },
      },
      problems: ['conflict'],
      body: oneOrMany(newDevice),
      async handle({ body }) {
        const read = readPublicKeys(body)
        if ('faults' in read) return refuseFaults('invalid_request', read.faults)
        const devices = toList(body).map(({ key, name = '', vehicle = null }, index) => {
          return { key, name, vehicle, publicKey: read.pems[index] ?? null }
        })
        const duplicates = duplicateFaults(body)
        if (duplicates.length > 0) return refuseFaults('conflict', duplicates)

        const result = await insertDevices(sql, devices)
        if ('taken' in result) return refuseTaken(body, result.taken)
        if ('unknownVehicles' in result) {
          const faults = keyFaults(body, 'vehicle', result.unknownVehicles, 'is no vehicle')
          return refuseFaults('invalid_request', faults)
        }
        const createdUs = new Map(result.created.map((row) => [row.key, row.createdUs]))
        const created = devices.map((it) => toDevice({ ...it, createdUs: createdUs.get(it.key) ?? 0 }))
        if (Array.isArray(body)) return { status: 201, body: created }
        return { status: 201, body: created[0], headers: { location: `/api/devices/${body.key}` } }
      },
    }),
    route({
      method: 'get',
      path: '/api/devices',
      summary: 'List devices in order of their keys',
      tag: 'devices',
      access: ['admin'],
      replies: { 200: { description: 'A page of them', schema: pageOf(deviceReply) } },
      query: pageQuery,
      async handle({ query }) {
        const cursor = readCursor('device', query.cursor, keyPattern)
        if (isRefusal(cursor)) return cursor
        const rows = await listDevices(sql, { after: cursor.after, limit: query.limit + 1 })
        const page = toPage(rows, query.limit, (last) => writeCursor('device', last.key))
        return { status: 200, body: { ...page, items: page.items.map(toDevice) } }
      },
    }),
    route({
      method: 'get',
      path: '/api/devices/{key}',
      summary: 'One device',
      tag: 'devices',
      access: ['admin'],
      replies: { 200: { description: 'The device', schema: deviceReply } },
      problems: ['not_found'],
      params: keyParams,
      async handle({ params }) {
        const device = await findDevice(sql, params.key)
        return device ? { status: 200, body: toDevice(device) } : noDevice(params.key)
      },
    }),
  ]
}

export function noDevice(key: string) {
  return refuse('not_found', `there is no device with the key ${key}`)
}

const keyPattern = new RegExp(keySchema.pattern)

export function toDevice({ key, name, vehicle, publicKey: public_key, createdUs }: DeviceRow) {
  return { key, name, vehicle, public_key, created_at: formatTime(createdUs) }
}
