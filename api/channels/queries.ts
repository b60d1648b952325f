import type { Claims } from '../../contract/claims.ts'
import type { ChannelKind, QuietHours, Templates } from '../../contract/notifications.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { checkQuota, type OverQuota } from '../access/quota.ts'
import { isLimitedToGroups, ownerOf } from '../access/visible.ts'
import { recordChanges, type Actor, type Change } from '../audit/queries.ts'
import { asUs, UNIQUE_VIOLATION } from '../database/columns.ts'
import { changeVersioned, orTaken, renamed, type NotChanged } from '../database/versioned.ts'
import type { Fault } from '../http/refusal.ts'

export interface ChannelFields {
  key: string
  name: string
  kind: ChannelKind
  /** `null` if it is not a webhook */
  url: string | null
  /** empty if it is not e-mail */
  to: string[]
  templates: Templates
  zone: string
  quietHours: QuietHours | null
  storm: { max: number; windowS: number }
  enabled: boolean
}

export interface ChannelRow extends ChannelFields {
  id: number
  /** id of a user; `null` if it belongs to the administrators */
  owner: number | null
  /** deliveries that are held for a digest */
  held: number
  digestDueUs: number | null
  createdUs: number
  version: number
}

type Editor = Actor & { caller: Claims }

/** @limit channels of a user | 403 */
export const CHANNELS_PER_USER_MAX = 20
/**
 * Each is looked at when notifications are sorted.
 * @limit channels of all users together | 409
 */
export const CHANNELS_MAX = 1000
/** @limit tests of a channel in 10 min | 429 */
export const TESTS_MAX = 10

/**
 * A condition on `channels`: those that the caller may see, use in rules and change. Users see their own ones, because a channel
 * has addresses and URLs, and what is sent there. A service that is limited to groups sees none.
 */
export function visibleChannels(sql: Sql, caller: Claims) {
  if (caller.role === 'user') return sql`channels.created_by = ${Number(caller.sub)}`
  return isLimitedToGroups(caller) ? sql`false` : sql`true`
}

/** @param secret sealed; `undefined` if it is not a webhook */
export async function insertChannel(
  sql: Sql,
  fields: ChannelFields,
  secret: Buffer | undefined,
  actor: Editor,
): Promise<{ created: ChannelRow } | { overQuota: OverQuota } | 'taken' | 'too_many'> {
  try {
    return await sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql
      const quota = { count: 1, max: CHANNELS_PER_USER_MAX }
      const overQuota = await checkQuota(tx, actor.caller, 'channels', quota)
      if (overQuota !== undefined) return { overQuota }
      const [count] = await tx<{ count: number }[]>`select count(*)::int as count from channels`
      if ((count?.count ?? 0) >= CHANNELS_MAX) return 'too_many' as const
      const { key, name, kind, templates, zone, quietHours, storm, enabled } = fields
      await tx`
        insert into channels (
          key, name, kind, config, secret, templates, zone, quiet_hours, storm_max, storm_window_s, enabled, created_by
        ) values (
          ${key}, ${name}, ${kind}, ${tx.json(configOf(fields))}, ${secret ?? null}, ${tx.json(templates as never)}, ${zone},
          ${quietHours && tx.json(quietHours as never)}, ${storm.max}, ${storm.windowS}, ${enabled},
          ${ownerOf(actor.caller)}
        )
      `
      const created = await findChannel(tx, actor.caller, key)
      if (created === undefined) return 'taken' as const
      await recordChanges(tx, actor, [change('create', key, undefined, created)])
      return { created }
    })
  } catch (error) {
    if (codeOf(error) === UNIQUE_VIOLATION) return 'taken'
    throw error
  }
}

/** Lists channels that the caller may see, in order of their keys, after the key `after`. */
/** The only address that the caller's e-mails may go to; `undefined` for any. */
export async function findOwnAddress(sql: Sql, caller: Claims): Promise<string | undefined> {
  if (caller.role !== 'user') return undefined
  const [user] = await sql<{ email: string }[]>`select email from users where id = ${Number(caller.sub)}`
  return user?.email ?? ''
}

export async function listChannels(
  sql: Sql,
  caller: Claims,
  page: { after: string | undefined; limit: number },
): Promise<ChannelRow[]> {
  return sql<ChannelRow[]>`
    select ${columns(sql)} from channels
    where key > ${page.after ?? ''} and ${visibleChannels(sql, caller)}
    order by key
    limit ${page.limit}
  `
}

export async function findChannel(sql: Sql, caller: Claims, key: string): Promise<ChannelRow | undefined> {
  const [channel] = await sql<ChannelRow[]>`
    select ${columns(sql)} from channels where key = ${key} and ${visibleChannels(sql, caller)}
  `
  return channel
}

/**
 * Applies `patch` to a channel that has one of `etags`, or any ETag if `etags` is `undefined`.
 * @param change.secret sealed; `undefined` to keep it
 * @param change.check faults of the result
 */
export async function updateChannel(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  {
    patch,
    check,
    secret,
  }: {
    patch: (before: ChannelFields) => ChannelFields
    check: (after: ChannelFields) => Fault[]
    secret: Buffer | undefined
  },
  actor: Editor,
): Promise<ChannelRow | NotChanged | { faults: Fault[] }> {
  const changing = changeVersioned(sql, etags, lock(key, actor.caller), async (tx, before: ChannelRow) => {
    const fields = patch(before)
    const faults = check(fields)
    if (faults.length > 0) return { faults }
    const { key: newKey, name, templates, zone, quietHours, storm, enabled } = fields
    await tx`
      update channels set
        key = ${newKey}, name = ${name}, config = ${tx.json(configOf(fields))}, templates = ${tx.json(templates as never)},
        zone = ${zone}, quiet_hours = ${quietHours && tx.json(quietHours as never)}, storm_max = ${storm.max},
        storm_window_s = ${storm.windowS}, enabled = ${enabled}, secret = coalesce(${secret ?? null}, secret),
        version = version + 1
      where key = ${key}
    `
    const after = await findChannel(tx, actor.caller, newKey)
    const changed = change('update', key, before, after)
    const noted =
      secret === undefined ? changed : { ...changed, after: { ...changed.after, secret: 'changed' } }
    await recordChanges(tx, actor, [noted, ...renamed('channel', key, newKey)])
    return after ?? ('missing' as const)
  })
  return orTaken(changing)
}

/** Deletes a channel with its deliveries. */
export async function deleteChannel(
  sql: Sql,
  key: string,
  etags: readonly string[] | undefined,
  actor: Editor,
): Promise<'deleted' | NotChanged> {
  return changeVersioned(sql, etags, lock(key, actor.caller), async (tx, before: ChannelRow) => {
    await tx`delete from channels where key = ${key}`
    await recordChanges(tx, actor, [change('delete', key, before)])
    return 'deleted' as const
  })
}

/** Adds a delivery that tests a channel, and returns its id; `undefined` if there were too many. */
export function insertTest(
  sql: Sql,
  channel: Pick<ChannelRow, 'id' | 'key'>,
  payload: object,
  actor: Editor,
): Promise<string | undefined> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    // One at a time. Otherwise two tests could both be the last one.
    await tx`select from channels where id = ${channel.id} for no key update`
    const [row] = await tx<{ id: string }[]>`
      insert into deliveries (channel_id, reason, payload)
      select ${channel.id}, 'test', ${tx.json(payload as never)}
      where (
        select count(*) from deliveries
        where channel_id = ${channel.id} and reason = 'test' and created_at > now() - interval '10 min'
      ) < ${TESTS_MAX}
      returning id
    `
    if (row === undefined) return undefined
    const after = { delivery: row.id }
    await recordChanges(tx, actor, [{ action: 'channel.test', subject: `channel:${channel.key}`, after }])
    return row.id
  })
}

function lock(key: string, caller: Claims) {
  return async (tx: Sql) => {
    await tx`select from channels where key = ${key} for update`
    const channel = await findChannel(tx, caller, key)
    return channel && { ...channel, isOwn: true }
  }
}

function configOf({ kind, url, to }: ChannelFields) {
  if (kind === 'webhook') return { url }
  return kind === 'email' ? { to } : {}
}

function change(verb: string, key: string, before?: ChannelRow, after?: ChannelRow): Change {
  return { action: `channel.${verb}`, subject: `channel:${key}`, before: shown(before), after: shown(after) }
}

function shown(row: ChannelRow | undefined): ChannelFields | undefined {
  if (row === undefined) return undefined
  const { key, name, kind, url, to, templates, zone, quietHours, storm, enabled } = row
  return { key, name, kind, url, to, templates, zone, quietHours, storm, enabled }
}

function columns(sql: Sql) {
  return sql`
    id, key, name, kind, config ->> 'url' as url, coalesce(config -> 'to', '[]') as "to", templates, zone,
    quiet_hours as "quietHours", jsonb_build_object('max', storm_max, 'windowS', storm_window_s) as storm, enabled,
    created_by as owner, ${asUs(sql, 'digest_due_at')} as "digestDueUs",
    (
      select count(*)::int from deliveries
      where channel_id = channels.id and state = 'digested' and digest_id is null
    ) as held,
    ${asUs(sql, 'channels.created_at')} as "createdUs", version
  `
}
