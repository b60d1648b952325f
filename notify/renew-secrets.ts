import { messageOf } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { SecretSeal } from '../kit/sealed-secret.ts'
import type { Sql } from '../sql/connect.ts'

/** Encrypts secrets again that were encrypted before JWT_SECRET was changed, so that JWT_SECRET_PREVIOUS may be removed. */
export async function renewSecrets(sql: Sql, seal: SecretSeal, log: Log): Promise<void> {
  const channels = await sql<{ id: number; key: string; secret: Uint8Array }[]>`
    select id, key, secret from channels where secret is not null order by id
  `
  for (const { id, key, secret } of channels) {
    try {
      const renewed = seal.renew(secret)
      // Unless it was replaced meanwhile.
      if (renewed)
        await sql`update channels set secret = ${renewed} where id = ${id} and secret = ${Buffer.from(secret)}`
    } catch (error) {
      log.error({ event: 'channel_secret_unreadable', channel: key }, messageOf(error))
    }
  }
}
