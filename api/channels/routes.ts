import { randomBytes } from 'node:crypto'
import { writeText } from '../../contract/notification-text.ts'
import {
  DELIVERY_REASONS,
  type NotifiedEvent,
  type QuietHours,
  type Templates,
} from '../../contract/notifications.ts'
import { formatTime } from '../../contract/time.ts'
import type { SecretSeal } from '../../kit/sealed-secret.ts'
import type { Sql } from '../../sql/connect.ts'
import { isLimitedToGroups } from '../access/visible.ts'
import { overQuotaDetail } from '../access/quota.ts'
import { etagHeader, etagOf, readIfMatch } from '../http/etag.ts'
import { mergePatch } from '../http/merge-patch.ts'
import { refuseNotChanged } from '../http/not-changed.ts'
import { isRefusal, refuse, refuseFaults } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { refuseTaken } from '../schema/bulk.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { keyParams, keySchema, object, pageQuery } from '../schema/fields.ts'
import { pageOf, replyObject } from '../schema/reply-schemas.ts'
import { checkChannel, isZone, templatesFaults } from './check-channel.ts'
import {
  channelPatch,
  channelReply,
  newChannel,
  newChannelReply,
  previewEvent,
  previewReply,
  templatesSchema,
  zoneSchema,
} from './fields.ts'
import {
  CHANNELS_MAX,
  deleteChannel,
  findChannel,
  findOwnAddress,
  insertChannel,
  insertTest,
  listChannels,
  TESTS_MAX,
  updateChannel,
  type ChannelFields,
  type ChannelRow,
} from './queries.ts'
import { SAMPLE_EVENT } from './sample-event.ts'

interface ChannelRoutesOptions {
  sql: Sql
  seal: Pick<SecretSeal, 'seal'>
  /** Webhooks may go to private addresses. */
  allowPrivate: boolean
}

const SECRET_BYTES = 32
const preview = object({
  templates: templatesSchema,
  zone: zoneSchema,
  reason: { enum: DELIVERY_REASONS.filter((it) => it !== 'digest'), default: 'raised' },
  event: previewEvent,
})
const testReply = replyObject('ChannelTest', {
  delivery: { type: 'string', description: 'id of the delivery, which shows what became of it' },
})
const keyPattern = new RegExp(keySchema.pattern)
const access = ['admin', 'service', 'user'] as const

/**
 * POST and GET /api/channels, GET, PATCH and DELETE /api/channels/{key}, POST /api/channels/{key}/test and
 * /api/channels/{key}/preview. Secrets are never returned, except for a new one that was created here.
 */
export function channelRoutes(options: ChannelRoutesOptions): Route[] {
  return [
    createChannelRoute(options),
    listChannelsRoute(options),
    readChannelRoute(options),
    changeChannelRoute(options),
    deleteChannelRoute(options),
    testChannelRoute(options),
    previewChannelRoute(options),
  ]
}

function createChannelRoute({ sql, seal, allowPrivate }: ChannelRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/channels',
    summary: 'Create a channel of notifications: a webhook, e-mail addresses, or MQTT',
    access,
    scope: 'channels:write',
    tag: 'notifications',
    hasSecretReply: true,
    replies: {
      201: {
        description: 'The channel',
        schema: newChannelReply,
        headers: { location: 'path of the new resource', ...etagHeader },
      },
    },
    problems: ['conflict'],
    body: newChannel,
    async handle({ body, ...actor }) {
      if (isLimitedToGroups(actor.caller))
        return refuse('forbidden', 'a service token that is limited to groups cannot create channels')
      const fields = readFields({ ...DEFAULTS, ...body } as GivenChannel)
      const ownAddress = await findOwnAddress(sql, actor.caller)
      const faults = checkChannel(fields, { hasSecret: body.secret !== undefined, allowPrivate, ownAddress })
      if (faults.length > 0) return refuseFaults('invalid_request', faults)
      const isWebhook = fields.kind === 'webhook'
      const created = isWebhook && body.secret === undefined ? newSecret() : undefined
      const secret = created ?? body.secret
      const sealed = secret === undefined ? undefined : seal.seal(secret)
      const result = await insertChannel(sql, fields, sealed, actor)
      if (result === 'taken') return refuseTaken(body, [body.key])
      if (result === 'too_many') return refuse('conflict', `there are ${CHANNELS_MAX} channels already`)
      if ('overQuota' in result) return refuse('forbidden', overQuotaDetail(result.overQuota, 'channels'))
      const headers = { location: `/api/channels/${body.key}`, ...etagOf(result.created) }
      const reply = toChannel(result.created)
      return { status: 201, body: created === undefined ? reply : { ...reply, secret: created }, headers }
    },
  })
}

function listChannelsRoute({ sql }: ChannelRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/channels',
    summary: "List the caller's channels, ordered by key; administrators see all",
    access,
    scope: 'channels:read',
    tag: 'notifications',
    replies: { 200: { description: 'A page of channels', schema: pageOf(channelReply) } },
    query: pageQuery,
    async handle({ query, caller }) {
      const cursor = readCursor('channel', query.cursor, keyPattern)
      if (isRefusal(cursor)) return cursor
      const rows = await listChannels(sql, caller, { after: cursor.after, limit: query.limit + 1 })
      const { items, next_cursor } = toPage(rows, query.limit, (last) => writeCursor('channel', last.key))
      return { status: 200, body: { items: items.map(toChannel), next_cursor } }
    },
  })
}

function readChannelRoute({ sql }: ChannelRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/channels/{key}',
    summary: 'Get a channel, without its secret',
    access,
    scope: 'channels:read',
    tag: 'notifications',
    replies: { 200: { description: 'The channel', schema: channelReply, headers: etagHeader } },
    problems: ['not_found'],
    params: keyParams,
    async handle({ params, caller }) {
      const channel = await findChannel(sql, caller, params.key)
      if (!channel) return noChannel(params.key)
      return { status: 200, body: toChannel(channel), headers: etagOf(channel) }
    },
  })
}

function changeChannelRoute({ sql, seal, allowPrivate }: ChannelRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/channels/{key}',
    summary:
      'Change a channel by a JSON Merge Patch (RFC 7396); its kind stays. With If-Match only if it is unchanged',
    access,
    scope: 'channels:write',
    tag: 'notifications',
    replies: { 200: { description: 'The changed channel', schema: channelReply, headers: etagHeader } },
    problems: ['conflict', 'not_found', 'precondition_failed'],
    params: keyParams,
    body: channelPatch,
    async handle({ params, body, headers, ...actor }) {
      const { secret, ...others } = body
      const patch = (before: ChannelFields) =>
        readFields({ ...DEFAULTS, ...(mergePatch(toPatched(before), others) as GivenChannel) })
      const ownAddress = await findOwnAddress(sql, actor.caller)
      const check = (after: ChannelFields) =>
        checkChannel(after, { hasSecret: secret !== undefined, allowPrivate, ownAddress })
      const sealed = secret === undefined ? undefined : seal.seal(secret)
      const etags = readIfMatch(headers['if-match'])
      const result = await updateChannel(sql, params.key, etags, { patch, check, secret: sealed }, actor)
      if (result === 'taken') return refuseTaken(body, [body.key ?? ''])
      if (typeof result === 'string') return refuseNotChanged('channel', params.key, result)
      if ('faults' in result) return refuseFaults('invalid_request', result.faults)
      return { status: 200, body: toChannel(result), headers: etagOf(result) }
    },
  })
}

function deleteChannelRoute({ sql }: ChannelRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/channels/{key}',
    summary: 'Delete a channel with its deliveries',
    access,
    scope: 'channels:write',
    tag: 'notifications',
    replies: { 204: { description: 'The channel is deleted' } },
    problems: ['not_found', 'precondition_failed'],
    params: keyParams,
    async handle({ params, headers, ...actor }) {
      const result = await deleteChannel(sql, params.key, readIfMatch(headers['if-match']), actor)
      return result === 'deleted' ? { status: 204 } : refuseNotChanged('channel', params.key, result)
    },
  })
}

function testChannelRoute({ sql }: ChannelRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/channels/{key}/test',
    summary: 'Send an example to a channel; its delivery shows the outcome',
    access,
    scope: 'channels:write',
    tag: 'notifications',
    replies: { 202: { description: 'It is sent soon', schema: testReply } },
    problems: ['not_found', 'conflict', 'too_many_requests'],
    params: keyParams,
    async handle({ params, ...actor }) {
      const channel = await findChannel(sql, actor.caller, params.key)
      if (!channel) return noChannel(params.key)
      if (channel.kind === 'mqtt') return refuse('conflict', 'MQTT has no address that could be tested')
      if (!channel.enabled) return refuse('conflict', `channel ${params.key} is disabled; enable it first`)
      const delivery = await insertTest(sql, channel, SAMPLE_EVENT, actor)
      if (delivery === undefined)
        return refuse(
          'too_many_requests',
          `channel ${params.key} had ${TESTS_MAX} tests in 10 min; try again later`,
        )
      return { status: 202, body: { delivery } }
    },
  })
}

function previewChannelRoute({ sql }: ChannelRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/channels/{key}/preview',
    summary: "Show the text of an example with a channel's templates, or with others before they are saved",
    access,
    scope: 'channels:read',
    tag: 'notifications',
    replies: { 200: { description: 'Subject and text', schema: previewReply } },
    problems: ['not_found'],
    params: keyParams,
    body: preview,
    async handle({ params, body, caller }) {
      const channel = await findChannel(sql, caller, params.key)
      if (!channel) return noChannel(params.key)
      const { templates = {}, zone = channel.zone, reason, event = {} } = body
      const faults = templatesFaults(templates)
      if (!isZone(zone)) faults.push({ pointer: '/zone', detail: `unknown time zone "${zone}"` })
      if (faults.length > 0) return refuseFaults('invalid_request', faults)
      const shown = { ...SAMPLE_EVENT, ...(event as Partial<NotifiedEvent>) }
      const text = writeText(shown, { reason, templates: { ...channel.templates, ...templates }, zone })
      return { status: 200, body: text }
    },
  })
}

const DEFAULTS = { name: '', zone: 'UTC', quiet_hours: null, enabled: true }
const STORM = { max: 30, window_s: 600 }
const QUIET_SEVERITIES = ['info', 'warning'] as const

/** A channel as a request has it, with default values. */
interface GivenChannel extends Pick<ChannelFields, 'key' | 'name' | 'kind' | 'zone' | 'enabled'> {
  url?: string
  to?: string[]
  templates?: Templates
  quiet_hours: (Omit<QuietHours, 'severities'> & Partial<QuietHours>) | null
  storm?: { max?: number; window_s?: number }
}

function readFields({ key, name, kind, zone, enabled, ...given }: GivenChannel): ChannelFields {
  const { url = null, to = [], templates = {}, quiet_hours: quietHours } = given
  const storm = { ...STORM, ...given.storm }
  return {
    key,
    name,
    kind,
    url,
    to,
    templates: { ...templates },
    zone,
    quietHours: quietHours && { severities: QUIET_SEVERITIES, ...quietHours },
    storm: { max: storm.max, windowS: storm.window_s },
    enabled,
  }
}

/** A channel in the shape that a patch is applied to. */
function toPatched({ url, to, quietHours, storm, ...others }: ChannelFields): object {
  const { key, name, kind, templates, zone, enabled } = others
  return {
    key,
    name,
    kind,
    ...(url !== null && { url }),
    ...(to.length > 0 && { to }),
    templates,
    zone,
    quiet_hours: quietHours,
    storm: { max: storm.max, window_s: storm.windowS },
    enabled,
  }
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

export function noChannel(key: string) {
  return refuse('not_found', `channel ${key} does not exist`)
}

function toChannel(row: ChannelRow) {
  const { key, name, kind, url, to, templates, zone, quietHours, storm, enabled, owner, held } = row
  return {
    key,
    name,
    kind,
    url,
    to,
    templates: { subject: templates.subject ?? null, text: templates.text ?? null },
    zone,
    quiet_hours: quietHours,
    storm: { max: storm.max, window_s: storm.windowS },
    enabled,
    owner,
    held,
    digest_due_at: row.digestDueUs === null ? null : formatTime(row.digestDueUs),
    created_at: formatTime(row.createdUs),
  }
}
