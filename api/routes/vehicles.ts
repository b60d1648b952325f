import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { duplicateFaults, refuseTaken, toList } from '../bulk.ts'
import { findVehicle, insertVehicles, listVehicles, type VehicleRow } from '../queries/vehicles.ts'
import { isRefusal, refuse, refuseFaults } from '../refusal.ts'
import { oneOrManyOf, pageOf, replyObject, timeReply } from '../reply-schemas.ts'
import { route, type Route } from '../route.ts'
import { keyParams, keySchema, nameSchema, object, oneOrMany, pageQuery } from '../schemas.ts'

const newVehicle = object({ key: keySchema, name: nameSchema }, ['key'])

const vehicleReply = replyObject('Vehicle', { key: keySchema, name: nameSchema, created_at: timeReply })

/** POST /api/vehicles, GET /api/vehicles, GET /api/vehicles/{key}; a vehicle is {key, name, created_at}. */
export function vehicleRoutes({ sql }: { sql: Sql }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/vehicles',
      summary: 'Create a vehicle, or all of an array',
      tag: 'vehicles',
      access: ['admin'],
      replies: {
        201: {
          description: 'All of them were created',
          schema: oneOrManyOf(vehicleReply),
          headers: { location: 'where it is, if it is one' },
        },
      },
      problems: ['conflict'],
      body: oneOrMany(newVehicle),
      async handle({ body }) {
        const vehicles = toList(body).map(({ key, name = '' }) => ({ key, name }))
        const duplicates = duplicateFaults(body)
        if (duplicates.length > 0) return refuseFaults('conflict', duplicates)

        const result = await insertVehicles(sql, vehicles)
        if ('taken' in result) return refuseTaken(body, result.taken)
        const created = new Map(result.created.map((row) => [row.key, toVehicle(row)]))
        if (Array.isArray(body)) return { status: 201, body: vehicles.map(({ key }) => created.get(key)) }
        const headers = { location: `/api/vehicles/${body.key}` }
        return { status: 201, body: created.get(body.key), headers }
      },
    }),
    route({
      method: 'get',
      path: '/api/vehicles',
      summary: 'List vehicles in order of their keys',
      tag: 'vehicles',
      access: ['admin'],
      replies: { 200: { description: 'A page of them', schema: pageOf(vehicleReply) } },
      query: pageQuery,
      async handle({ query }) {
        const cursor = readCursor('vehicle', query.cursor, keyPattern)
        if (isRefusal(cursor)) return cursor
        const rows = await listVehicles(sql, { after: cursor.after, limit: query.limit + 1 })
        const page = toPage(rows, query.limit, (last) => writeCursor('vehicle', last.key))
        return { status: 200, body: { ...page, items: page.items.map(toVehicle) } }
      },
    }),
    route({
      method: 'get',
      path: '/api/vehicles/{key}',
      summary: 'One vehicle',
      tag: 'vehicles',
      access: ['admin'],
      replies: { 200: { description: 'The vehicle', schema: vehicleReply } },
      problems: ['not_found'],
      params: keyParams,
      async handle({ params }) {
        const vehicle = await findVehicle(sql, params.key)
        return vehicle ? { status: 200, body: toVehicle(vehicle) } : noVehicle(params.key)
      },
    }),
  ]
}

export function noVehicle(key: string) {
  return refuse('not_found', `there is no vehicle with the key ${key}`)
}

const keyPattern = new RegExp(keySchema.pattern)

function toVehicle({ key, name, createdUs }: VehicleRow) {
  return { key, name, created_at: formatTime(createdUs) }
}
