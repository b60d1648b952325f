import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { nameOfActor, recordChanges, type Actor } from '../audit/queries.ts'
import { asUs, fromUs } from '../database/columns.ts'
import { deviceSeenFrom, ownedDevices, visibleDevices } from '../access/visible.ts'

export interface NewDeviceToken {
  jti: string
  /** key of the device */
  device: string
}

export interface DeviceTokenRow extends NewDeviceToken {
  issuedUs: number
  expiresUs: number
  /** `null` if it was not revoked */
  revokedUs: number | null
  /** last login with it at a broker, accurate to a minute; `null` if never used */
  lastUsedUs: number | null
}

type Issuer = Actor & { caller: Claims }

/**
 * Stores tokens of devices, all or none. `unknown` are the keys of devices that do not exist or are not the caller's,
 * and `deviceIds` the ids of the others by key.
 */
export function insertDeviceTokens(
  sql: Sql,
  tokens: NewDeviceToken[],
  times: { issuedUs: number; expiresUs: number },
  actor: Issuer,
): Promise<{ unknown: string[]; deviceIds: Map<string, number> }> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const unknown = new Set(tokens.map(({ device }) => device))
    // Locked, so that no device is deleted or changes owner before its token is inserted.
    const known = await tx<{ key: string; id: number }[]>`
      select key, id from devices where key = any (${[...unknown]}::text[]) and ${ownedDevices(tx, actor.caller)}
      order by id for share
    `
    for (const { key } of known) unknown.delete(key)
    const deviceIds = new Map(known.map(({ key, id }) => [key, id]))
    if (unknown.size > 0) return { unknown: [...unknown], deviceIds }

    await tx`
      insert into device_tokens (jti, device_id, issued_at, expires_at, issued_by)
      select given.jti, devices.id, ${fromUs(sql, times.issuedUs)}, ${fromUs(sql, times.expiresUs)},
        ${userIdOf(actor.caller)}::bigint
      from jsonb_to_recordset(${tx.json(tokens as never)}) as given (jti uuid, device text)
      join devices on devices.key = given.device
    `
    const issued = tokens.map(({ device, jti }) => {
      return { action: 'token.issue', subject: `device:${device}`, after: { jti } }
    })
    await recordChanges(tx, actor, issued)
    return { unknown: [], deviceIds }
  })
}

/** The user id of the caller; `null` for a service. */
function userIdOf({ role, sub }: Claims): number | null {
  return role === 'service' ? null : Number(sub)
}

/** Tokens of a device, the newest first. */
export async function listDeviceTokens(
  sql: Sql,
  caller: Claims,
  page: { device: string; behind: { issuedUs: number; jti: string } | undefined; limit: number },
): Promise<DeviceTokenRow[]> {
  const { behind } = page
  return sql<DeviceTokenRow[]>`
    select jti, devices.key as device, ${asUs(sql, 'issued_at')} as "issuedUs",
      ${asUs(sql, 'expires_at')} as "expiresUs", ${asUs(sql, 'revoked_at')} as "revokedUs",
      case when last_used_at >= ${deviceSeenFrom(sql, caller)} then ${asUs(sql, 'last_used_at')} end as "lastUsedUs"
    from device_tokens
    join devices on devices.id = device_tokens.device_id
    left join vehicles on vehicles.id = devices.vehicle_id
    where devices.key = ${page.device} and ${visibleDevices(sql, caller)}
      ${behind === undefined ? sql`` : sql`and (issued_at, ${behind.jti}::uuid) < (${fromUs(sql, behind.issuedUs)}, jti)`}
    order by issued_at desc, jti
    limit ${page.limit}
  `
}

/** Whether the caller may issue and revoke tokens of a device. */
export async function ownsDevice(sql: Sql, caller: Claims, key: string): Promise<boolean> {
  const rows = await sql`select from devices where key = ${key} and ${ownedDevices(sql, caller)}`
  return rows.length > 0
}

/**
 * Revokes the device tokens that a user issued, and records it for each device. Returns their number. It is one
 * statement, because there may be ten thousand.
 */
export async function revokeTokensIssuedBy(tx: Sql, userId: number, actor: Actor): Promise<number> {
  const { count } = await tx`
    with revoked as (
      update device_tokens set revoked_at = now()
      where issued_by = ${userId} and revoked_at is null and expires_at > now()
      returning jti, device_id
    )
    insert into audit_log (actor, action, subject, before, request_id, address)
    select ${nameOfActor(actor)}, 'token.revoke', 'device:' || devices.key, jsonb_build_object('jti', jti),
      ${actor.requestId}, ${actor.address}
    from revoked join devices on devices.id = device_id`
  return count
}

/**
 * Revokes tokens of a device that is the caller's own: one, or all if `jti` is `undefined`. The first revocation of a
 * token counts. Returns their number.
 */
export function revokeDeviceTokens(
  sql: Sql,
  tokens: { device: string; jti: string | undefined },
  actor: Issuer,
): Promise<number> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const rows = await tx<{ jti: string }[]>`
      update device_tokens set revoked_at = coalesce(revoked_at, now())
      from devices
      where devices.id = device_id and devices.key = ${tokens.device} and ${ownedDevices(tx, actor.caller)}
        ${tokens.jti === undefined ? tx`and revoked_at is null and expires_at > now()` : tx`and jti = ${tokens.jti}`}
      returning jti
    `
    const revoked = rows.map(({ jti }) => {
      return { action: 'token.revoke', subject: `device:${tokens.device}`, before: { jti } }
    })
    await recordChanges(tx, actor, revoked)
    return rows.length
  })
}
