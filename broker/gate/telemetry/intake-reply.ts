import { setTimeout as delay } from 'node:timers/promises'
import type { IntakeRefusal, IntakeReply } from '../../../contract/intake.ts'
import { NOTICE_REJECTIONS_MAX } from '../../../contract/problems.ts'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'
import type { Outcome } from '../../accept.ts'

/**
 * A message that is not settled in this time is not acknowledged, as when neither the database nor the spool takes it.
 * @limit a message over HTTP until it is settled | 503 with `Retry-After`
 */
const SETTLE_MS_MAX = 10_000
export const TOO_LARGE = `a message has at most ${PAYLOAD_BYTES_MAX} bytes`
/** The pause before a request is sent again, without a better estimate. */
const RETRY_AFTER_S = 2

/** The reply for a delivery, unless it takes too long. */
export async function settle(delivery: Promise<Outcome | undefined>): Promise<IntakeReply | IntakeRefusal> {
  const ended = new AbortController()
  const late = delay(SETTLE_MS_MAX, undefined, { ref: false, signal: ended.signal }).catch(() => undefined)
  const outcome = await Promise.race([delivery, late])
  ended.abort()
  if (outcome === undefined)
    return refuse('unavailable', 'the message could be neither stored nor spooled in time')
  const { stored, duplicates, spooled, rejected } = outcome
  const shown = rejected.slice(0, NOTICE_REJECTIONS_MAX)
  return { stored, duplicates, spooled, refused: rejected.length, rejected: shown }
}

export function refuse(code: IntakeRefusal['code'], detail: string): IntakeRefusal {
  return { code, detail, ...(code === 'unavailable' && { retryAfterS: RETRY_AFTER_S }) }
}
