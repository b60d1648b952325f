import type { Sql } from '../../sql/connect.ts'
import { fromUs } from './columns.ts'

export interface NewDeviceToken {
  jti: string
  /** key of the device */
  device: string
}

/** Remembers tokens of devices, all or none; `unknown` are the keys that no device has. */
export function insertDeviceTokens(
  sql: Sql,
  tokens: NewDeviceToken[],
  times: { issuedUs: number; expiresUs: number },
): Promise<{ unknown: string[] }> {
  return sql.begin(async (tx) => {
    const unknown = new Set(tokens.map(({ device }) => device))
    // Locked, so that none is deleted before its token is there.
    const known = await tx<{ key: string }[]>`
      select key from devices where key = any (${[...unknown]}::text[]) order by id for key share
    `
    for (const { key } of known) unknown.delete(key)
    if (unknown.size > 0) return { unknown: [...unknown] }

    await tx`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select given.jti, devices.id, ${fromUs(sql, times.issuedUs)}, ${fromUs(sql, times.expiresUs)}
      from jsonb_to_recordset(${tx.json(tokens as never)}) as given (jti uuid, device text)
      join devices on devices.key = given.device
    `
    return { unknown: [] }
  })
}

/** Revokes a token; the first time counts. False when the device has no such token. */
export async function revokeDeviceToken(sql: Sql, token: NewDeviceToken): Promise<boolean> {
  const rows = await sql`
    update device_tokens set revoked_at = coalesce(revoked_at, now())
    from devices
    where jti = ${token.jti} and devices.id = device_id and devices.key = ${token.device}
    returning 1
  `
  return rows.length > 0
}
