import type { Sql } from '../../sql/connect.ts'

/** Sets or, with null, removes the key that a device signs its own tokens with. False when there is no such device. */
export async function setPublicKey(sql: Sql, device: string, pem: string | null): Promise<boolean> {
  const rows = await sql`update devices set public_key = ${pem} where key = ${device} returning 1`
  return rows.length > 0
}
