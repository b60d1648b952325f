import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { asUs, fromUs } from '../database/columns.ts'

/** The actor of a change: the fields of a request that go into the audit log. */
export interface Actor {
  caller: Claims | undefined
  requestId: string
  address: string
}

/** `before` is absent for a created subject, `after` for a deleted one. Neither contains a secret. */
export interface Change {
  /** e.g. `vehicle.update` */
  action: string
  /** e.g. `vehicle:truck-7` */
  subject: string
  before?: object | undefined
  after?: object | undefined
}

export interface AuditRow {
  id: number
  atUs: number
  actor: string
  action: string
  subject: string
  before: object | null
  after: object | null
  requestId: string
  address: string
}

/** Writes changes to the audit log, in the transaction that makes them. */
export async function recordChanges(tx: Sql, actor: Actor, changes: Change[]): Promise<void> {
  if (changes.length === 0) return
  const { requestId, address } = actor
  await tx`
    insert into audit_log (actor, action, subject, before, after, request_id, address)
    select ${nameOfActor(actor)}, action, subject, before, after, ${requestId}, ${address}
    from jsonb_to_recordset(${tx.json(changes as never)})
      as given (action text, subject text, before jsonb, after jsonb)
  `
}

/** The actor in the format of the audit log: `user:1`, `service:NAME` or `anonymous`. */
export function nameOfActor({ caller }: Pick<Actor, 'caller'>): string {
  if (caller === undefined) return 'anonymous'
  return `${caller.role === 'service' ? 'service' : 'user'}:${caller.sub}`
}

/** Records an event that changes nothing, once; returns its id. */
export async function insertAccess(
  sql: Sql,
  { requestId, address }: Pick<Actor, 'requestId' | 'address'>,
  access: { actor: string; action: string; subject: string; detail: object },
): Promise<number> {
  const { actor, action, subject, detail } = access
  const [row] = await sql<{ id: number }[]>`
    insert into audit_log (actor, action, subject, after, request_id, address)
    values (${actor}, ${action}, ${subject}, ${sql.json({ ...detail, count: 1 })}, ${requestId}, ${address})
    returning id`
  return row?.id ?? 0
}

/** @param count number of times in its minute */
export async function updateAccessCount(sql: Sql, id: number, count: number): Promise<void> {
  await sql`
    update audit_log set after = jsonb_set(after, '{count}', to_jsonb(${count}::int)) where id = ${id}`
}

/** Lists changes, the newest first. */
export async function listChanges(
  sql: Sql,
  filter: {
    subject: string | undefined
    actor: string | undefined
    /** from inclusive, to exclusive, microseconds since 1970 */
    fromUs: number | undefined
    toUs: number | undefined
    /** only ids smaller than this */
    beforeId: number | undefined
    limit: number
  },
): Promise<AuditRow[]> {
  const { subject, actor, fromUs: from, toUs: to, beforeId, limit } = filter
  return sql<AuditRow[]>`
    select id, ${asUs(sql, 'at')} as "atUs", actor, action, subject, before, after, request_id as "requestId", address
    from audit_log
    where true
      ${subject === undefined ? sql`` : sql`and subject = ${subject}`}
      ${actor === undefined ? sql`` : sql`and actor = ${actor}`}
      ${from === undefined ? sql`` : sql`and at >= ${fromUs(sql, from)}`}
      ${to === undefined ? sql`` : sql`and at < ${fromUs(sql, to)}`}
      ${beforeId === undefined ? sql`` : sql`and id < ${beforeId}`}
    order by id desc
    limit ${limit}
  `
}
