import { messageOf } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { SecretSeal } from '../kit/sealed-secret.ts'
import type { Sql } from '../sql/connect.ts'
import { deleteOld, readBacklog, type Backlog } from './delivery-queries.ts'
import type { MailSender } from './mail/mail.ts'
import { createNotifyMetrics } from './metrics.ts'
import { createSender } from './sender.ts'
import { createSorter } from './sorter.ts'
import { renewSecrets } from './renew-secrets.ts'
import type { WebhookSender } from './webhook/webhook.ts'

export interface Notify {
  /** why nothing can be sent; `undefined` if it can */
  problem(): string | undefined
  /** Takes nothing new, and waits until what is being sent is noted. The caller closes `sql`. */
  close(): Promise<void>
}

interface NotifyOptions {
  sql: Sql
  log: Log
  metrics: Metrics
  seal: SecretSeal
  webhooks: WebhookSender
  mails: MailSender
  ageMaxMs: number
  digestMs: number
  now?: () => number
}

/** For retries, digests and leases, which nothing announces. */
const INTERVAL_MS = 1000
const BACKLOG_INTERVAL_MS = 5000
const CLEAN_INTERVAL_MS = 3_600_000
const CLEAN_MAX = 10_000
/** @limit days for which a settled delivery is kept | it is deleted */
const KEPT_DAYS = 90
const NO_BACKLOG: Backlog = { waiting: 0, held: 0, dead: 0, oldestS: 0 }

/**
 * Sends the deliveries in the database: sorts new ones (on their own, in a digest, or not at all), sends what is due, and notes each
 * attempt. Several processes may do so at once: rows are locked while they are taken, and leased.
 */
export async function openNotify(options: NotifyOptions): Promise<Notify> {
  const { sql, log, seal, webhooks, mails, ageMaxMs, digestMs, now = Date.now } = options
  let problem: string | undefined
  let backlog = NO_BACKLOG
  let [backlogMs, cleanedMs] = [0, now()]
  let turn: Promise<void> | undefined
  const closing = new AbortController()
  let isWanted = false

  const metrics = createNotifyMetrics(options.metrics, { backlog: () => backlog, onError: fail })
  const sorter = createSorter({ sql, ageMaxMs, digestMs })
  const sender = createSender({ sql, seal, webhooks, mails, metrics, now, onSettled: wake })

  function fail(error: unknown): void {
    if (problem === undefined) log.error({ event: 'notify_failed', err: error }, messageOf(error))
    problem = messageOf(error)
  }

  /** One turn at a time; another one follows if something was announced meanwhile. */
  function wake(): void {
    isWanted = true
    if (closing.signal.aborted) return
    turn ??= takeTurns().finally(() => (turn = undefined))
  }

  async function takeTurns(): Promise<void> {
    while (isWanted && !closing.signal.aborted) {
      isWanted = false
      try {
        await sorter.sortNew()
        await sender.dispatch()
        await lookAfter()
        if (problem !== undefined) log.info({ event: 'notify_works_again' })
        problem = undefined
      } catch (error) {
        fail(error)
      }
    }
  }

  async function lookAfter(): Promise<void> {
    const nowMs = now()
    if (nowMs - backlogMs >= BACKLOG_INTERVAL_MS) {
      backlogMs = nowMs
      backlog = await readBacklog(sql)
    }
    if (nowMs - cleanedMs < CLEAN_INTERVAL_MS) return
    // After a full step the next one follows in the next turn.
    if ((await deleteOld(sql, KEPT_DAYS, CLEAN_MAX)) < CLEAN_MAX) cleanedMs = nowMs
  }

  await renewSecrets(sql, seal, log)
  // After each reconnect as well: announcements sent meanwhile are lost.
  const listening = await sql.listen('deliveries', wake, wake)
  const timer = setInterval(wake, INTERVAL_MS)
  return {
    problem: () => problem,
    async close() {
      closing.abort()
      clearInterval(timer)
      await listening.unlisten().catch(() => {})
      await turn
      await sender.idle()
    },
  }
}
