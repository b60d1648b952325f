import {
  COMMAND_BYTES_MAX,
  COMMAND_DEPTH_MAX,
  COMMAND_LIFETIME_S_DEFAULT,
  COMMAND_LIFETIME_S_MAX,
  COMMAND_NAME_PATTERN,
  COMMAND_STATES,
  OPEN_COMMANDS_MAX,
  writeCommand,
} from '../../contract/commands.ts'
import { isDeeperThan } from '../../contract/depth.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { readNumberCursor, toPage, writeCursor } from '../schema/cursor.ts'
import {
  cancelCommand,
  findCommand,
  findCommandedVehicle,
  insertCommand,
  listCommands,
  type CommandRow,
} from './queries.ts'
import { findVisibleVehicle } from '../access/visible.ts'
import { isRefusal, refuse, refuseFaults } from '../http/refusal.ts'
import { keyOrNull, pageOf, replyObject, timeReply } from '../schema/reply-schemas.ts'
import { route, type Route } from '../http/route.ts'
import { cursorSchema, idSchema, keyParams, keySchema, limitSchema, object } from '../schema/fields.ts'
import { noVehicle } from '../vehicles/routes.ts'

/** Allows for white space and for unnecessarily escaped text. */
const BODY_BYTES_MAX = 4 * COMMAND_BYTES_MAX

const newCommand = object(
  {
    name: {
      type: 'string',
      pattern: COMMAND_NAME_PATTERN,
      description: '1 to 64 letters, digits, _ . and -',
    },
    params: { type: 'object' },
    expires_in_s: {
      type: 'integer',
      minimum: 1,
      maximum: COMMAND_LIFETIME_S_MAX,
      default: COMMAND_LIFETIME_S_DEFAULT,
    },
  },
  ['name'],
)
const listQuery = object({
  state: { enum: COMMAND_STATES },
  limit: limitSchema(1000, 100),
  cursor: cursorSchema,
})
const commandParams = object({ key: keySchema, id: idSchema }, ['key', 'id'])

const timeOrNull = { type: ['string', 'null'] } as const
const commandReply = replyObject('Command', {
  id: { type: 'integer', minimum: 1 },
  name: { type: 'string' },
  params: { type: 'object' },
  state: { enum: COMMAND_STATES },
  created_at: timeReply,
  expires_at: timeReply,
  delivered_at: timeOrNull,
  settled_at: { ...timeOrNull, description: 'time of the answer or cancellation' },
  device: { ...keyOrNull, description: 'the device that received the command' },
  result: { description: 'result that the device reported' },
})

interface CommandRoutesOptions {
  sql: Sql
}

/**
 * POST and GET /api/vehicles/{key}/commands, GET and DELETE /api/vehicles/{key}/commands/{id}; a command is {id, name,
 * params, state, created_at, expires_at, delivered_at, settled_at, device, result}.
 */
export function commandRoutes(options: CommandRoutesOptions): Route[] {
  return [
    sendCommandRoute(options),
    listCommandsRoute(options),
    readCommandRoute(options),
    cancelCommandRoute(options),
  ]
}

function sendCommandRoute({ sql }: CommandRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/vehicles/{key}/commands',
    summary: 'Send a command to a vehicle; it waits for the device until it expires',
    access: ['admin', 'service', 'user'],
    scope: 'commands:write',
    tag: 'commands',
    replies: {
      201: {
        description: 'The command',
        schema: commandReply,
        headers: { location: 'path of the new resource' },
      },
    },
    problems: ['not_found', 'too_many_requests'],
    params: keyParams,
    body: newCommand,
    bodyBytesMax: BODY_BYTES_MAX,
    async handle({ params, body, ...actor }) {
      const { caller } = actor
      const read = readParams(body.params ?? {}, body.name)
      if (isRefusal(read)) return read
      const vehicle = await findCommandedVehicle(sql, caller, params.key)
      if (!vehicle) return noVehicle(params.key)
      if (!vehicle.mayCommand) return notYours(params.key)

      const given = { name: body.name, params: read.json, lifetimeS: body.expires_in_s }
      const id = await insertCommand(sql, { id: vehicle.id, key: params.key }, given, actor)
      if (id === undefined) return noVehicle(params.key)
      if (id === 'too_many') return tooManyOpen(params.key)
      const command = await findCommand(sql, vehicle, id)
      if (!command) return noVehicle(params.key)
      const headers = { location: `/api/vehicles/${params.key}/commands/${id}` }
      return { status: 201, body: toCommand(command), headers }
    },
  })
}

function listCommandsRoute({ sql }: CommandRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/vehicles/{key}/commands',
    summary: 'List commands of a vehicle, newest first',
    access: ['admin', 'service', 'user'],
    scope: 'commands:read',
    tag: 'commands',
    replies: { 200: { description: 'A page of commands', schema: pageOf(commandReply) } },
    problems: ['not_found'],
    params: keyParams,
    query: listQuery,
    async handle({ params, query, caller }) {
      const cursor = readNumberCursor('command', query.cursor)
      if (isRefusal(cursor)) return cursor
      const vehicle = await findVisibleVehicle(sql, caller, params.key)
      if (vehicle === undefined) return noVehicle(params.key)
      const { state, limit } = query
      const rows = await listCommands(sql, vehicle, { state, beforeId: cursor.after, limit: limit + 1 })
      const { items, next_cursor } = toPage(rows, limit, (last) => writeCursor('command', last.id))
      return { status: 200, body: { items: items.map(toCommand), next_cursor } }
    },
  })
}

function readCommandRoute({ sql }: CommandRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/vehicles/{key}/commands/{id}',
    summary: 'Get a command and its state',
    access: ['admin', 'service', 'user'],
    scope: 'commands:read',
    tag: 'commands',
    replies: { 200: { description: 'The command', schema: commandReply } },
    problems: ['not_found'],
    params: commandParams,
    async handle({ params, caller }) {
      const vehicle = await findVisibleVehicle(sql, caller, params.key)
      if (vehicle === undefined) return noVehicle(params.key)
      const command = await findCommand(sql, vehicle, Number(params.id))
      return command ? { status: 200, body: toCommand(command) } : noCommand(params)
    },
  })
}

function cancelCommandRoute({ sql }: CommandRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/vehicles/{key}/commands/{id}',
    summary: 'Cancel a queued command',
    access: ['admin', 'service', 'user'],
    scope: 'commands:write',
    tag: 'commands',
    replies: { 200: { description: 'The command, cancelled', schema: commandReply } },
    problems: ['not_found', 'conflict'],
    params: commandParams,
    async handle({ params, ...actor }) {
      const { caller } = actor
      const vehicle = await findCommandedVehicle(sql, caller, params.key)
      if (!vehicle) return noVehicle(params.key)
      if (!vehicle.mayCommand) return notYours(params.key)
      const id = Number(params.id)
      const isCancelled = await cancelCommand(sql, { id: vehicle.id, key: params.key }, id, actor)
      const command = await findCommand(sql, vehicle, id)
      if (!command) return noCommand(params)
      if (isCancelled) return { status: 200, body: toCommand(command) }
      return refuse('conflict', `command ${id} is ${command.state}; only queued commands can be cancelled`)
    },
  })
}

/** `params` as JSON, or a refusal if no device could receive them. */
function readParams(params: unknown, name: string) {
  if (isDeeperThan(params, COMMAND_DEPTH_MAX)) {
    const detail = `is nested more than ${COMMAND_DEPTH_MAX} deep`
    return refuseFaults('invalid_request', [{ code: 'too_deep', pointer: '/params', detail }])
  }
  if (hasInfinity(params)) {
    const detail = 'has a number that is too large for a double'
    return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/params', detail }])
  }
  const json = JSON.stringify(params)
  const longest = {
    id: Number.MAX_SAFE_INTEGER,
    name,
    expires_at: formatTime(Date.UTC(2255, 0, 1) * 1000 - 1),
  }
  const bytes = Buffer.byteLength(writeCommand(longest, json))
  if (bytes <= COMMAND_BYTES_MAX) return { json }
  const detail = `the message to the device would have ${bytes} bytes, more than ${COMMAND_BYTES_MAX}`
  return refuse('payload_too_large', detail)
}

/** Such a number would be sent as null. */
function hasInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInfinity)
}

function notYours(key: string) {
  return refuse('forbidden', `you may see vehicle ${key}, but not send commands to it`)
}

function noCommand({ key, id }: { key: string; id: string }) {
  return refuse('not_found', `vehicle ${key} has no command ${id}`)
}

function tooManyOpen(key: string) {
  const detail = `${OPEN_COMMANDS_MAX} commands of ${key} are open: wait until they are answered or expire, or cancel some`
  return refuse('too_many_requests', detail)
}

function toCommand(row: CommandRow) {
  const { id, name, params, state, createdUs, expiresUs, deliveredUs, settledUs, device, result } = row
  return {
    id,
    name,
    params,
    state,
    created_at: formatTime(createdUs),
    expires_at: formatTime(expiresUs),
    delivered_at: deliveredUs === null ? null : formatTime(deliveredUs),
    settled_at: settledUs === null ? null : formatTime(settledUs),
    device,
    result,
  }
}
