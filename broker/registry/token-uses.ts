import type { Log } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import type { Sql } from '../../sql/connect.ts'
import { UUID } from '../../contract/ids.ts'

export interface TokenUses extends PeriodicWrite {
  /** A device was accepted with this token now. */
  note: (jti: string) => void
}

interface TokenUsesOptions {
  sql: Sql
  log: Log
  /** default 3 s */
  intervalMs?: number
  /** tokens in memory, and in one statement; beyond that uses are not noted */
  tokensMax?: number
}

/**
 * No broker accepts more logins in three seconds; about 100 bytes each.
 * @limit tokens whose use is noted at once | further uses are not noted
 */
const TOKENS_MAX = 20_000
/** A token's use is written once in so long, however often it is used. */
const WRITTEN_EVERY_S = 60
/** Anyone who knows the secret may sign tokens with other ids, which are in no table. */
const TOKEN_ID = new RegExp(`^${UUID}$`, 'i')

/**
 * Keeps `device_tokens.last_used_at`: the uses of some seconds are one statement. It is for display only and not awaited:
 * uses that cannot be written are dropped, also those of a token that is being changed at that moment.
 */
export function createTokenUses(options: TokenUsesOptions): TokenUses {
  const { sql, log, intervalMs = 3000, tokensMax = TOKENS_MAX } = options
  /** milliseconds since 1970, by jti */
  let pending = new Map<string, number>()
  const { close } = startPeriodicWrite({ write, intervalMs, log, failedEvent: 'token_uses_not_written' })

  async function write(): Promise<void> {
    if (pending.size === 0) return
    const uses = pending
    pending = new Map()
    const [jtis, usedMs] = [[...uses.keys()], [...uses.values()]]
    await sql`
      update device_tokens set last_used_at = used.at
      from (
        select device_tokens.jti, to_timestamp(given.ms / 1000.0) as at
        from unnest(${jtis}::text[], ${usedMs}::bigint[]) as given (jti, ms)
        join device_tokens on device_tokens.jti = given.jti::uuid
        where last_used_at is null or last_used_at <= to_timestamp(given.ms / 1000.0 - ${WRITTEN_EVERY_S})
        for no key update of device_tokens skip locked
      ) as used
      where device_tokens.jti = used.jti
    `
  }

  return {
    note(jti) {
      if (TOKEN_ID.test(jti) && (pending.size < tokensMax || pending.has(jti))) pending.set(jti, Date.now())
    },
    close,
  }
}
