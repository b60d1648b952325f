import type { Sql } from '../../sql/connect.ts'

export interface KeyedRequest {
  actor: string
  key: string
  /** SHA-256 of the request */
  fingerprint: Buffer
}

export interface KeptReply {
  status: number
  headers: Record<string, string>
  /** `undefined` if the reply had a secret, and was not stored */
  body: string | undefined
}

/** Keys older than this are deleted, a few with each new one. */
const KEPT = '1 day'
const FORGOTTEN_AT_ONCE = 100
/** A request that has not ended by then never will, because its process is gone. */
const UNFINISHED = '2 minutes'

/** Takes a key: `new` if it is the first request, otherwise the state of the earlier one. */
export async function takeKey(
  sql: Sql,
  { actor, key, fingerprint }: KeyedRequest,
): Promise<'new' | 'other' | 'running' | KeptReply> {
  await sql`
    delete from idempotency_keys
    where (actor, key) in (
      (select actor, key from idempotency_keys where created_at < now() - ${KEPT}::interval limit ${FORGOTTEN_AT_ONCE})
      union all
      select actor, key from idempotency_keys
      where actor = ${actor} and key = ${key} and status is null and created_at < now() - ${UNFINISHED}::interval
    )
  `
  const taken = await sql`
    insert into idempotency_keys (actor, key, fingerprint) values (${actor}, ${key}, ${fingerprint})
    on conflict do nothing returning 1
  `
  if (taken.length > 0) return 'new'
  const [row] = await sql<
    { isSame: boolean; status: number | null; headers: Record<string, string>; body: string | null }[]
  >`
    select fingerprint = ${fingerprint} as "isSame", status, headers, body
    from idempotency_keys where actor = ${actor} and key = ${key}
  `
  if (row === undefined) return 'running'
  if (!row.isSame) return 'other'
  return row.status === null
    ? 'running'
    : { status: row.status, headers: row.headers, body: row.body ?? undefined }
}

export async function keepReply(sql: Sql, { actor, key }: KeyedRequest, reply: KeptReply): Promise<void> {
  await sql`
    update idempotency_keys
    set status = ${reply.status}, headers = ${sql.json(reply.headers)}, body = ${reply.body ?? null}
    where actor = ${actor} and key = ${key}
  `
}

/** Removes a key of a request that changed nothing, so that it may be tried again. */
export async function giveKeyBack(sql: Sql, { actor, key }: KeyedRequest): Promise<void> {
  await sql`delete from idempotency_keys where actor = ${actor} and key = ${key}`
}
