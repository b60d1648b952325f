import { messageOf } from '../kit/errors.ts'
import type { SecretSeal } from '../kit/sealed-secret.ts'
import type { Sql } from '../sql/connect.ts'
import { claimDue, noteAttempt, type DueDelivery } from './delivery-queries.ts'
import type { MailSender } from './mail/mail.ts'
import { textOf, webhookBodyOf } from './message.ts'
import type { NotifyMetrics } from './metrics.ts'
import type { Outcome } from './outcome.ts'
import { nextAttemptMs } from './retry-delays.ts'
import type { WebhookSender } from './webhook/webhook.ts'

export interface Sender {
  /** Starts to send what is due. */
  dispatch(): Promise<void>
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>
}

interface SenderOptions {
  sql: Sql
  seal: Pick<SecretSeal, 'open'>
  webhooks: WebhookSender
  mails: MailSender
  metrics: NotifyMetrics
  now: () => number
  /** Called when something was sent or has failed: further deliveries may be due. */
  onSettled: () => void
}

/** @limit notifications that are sent at once | further ones wait */
const AT_ONCE_MAX = 32
/** A receiver that does not answer holds back its own channel only. */
const PER_CHANNEL_MAX = 4
/** Longer than any attempt. After it the process that had the delivery has ended, and the delivery is sent again. */
const LEASE_MS = 60_000

export function createSender(options: SenderOptions): Sender {
  const { sql, seal, webhooks, mails, metrics, now, onSettled } = options
  /** by channel */
  const sending = new Map<number, number>()
  const running = new Set<Promise<void>>()

  async function attempt(delivery: DueDelivery): Promise<void> {
    const startedMs = now()
    const outcome = await sendNow(delivery).catch((error: unknown): Outcome => {
      return { ok: false, result: messageOf(error) }
    })
    const endedMs = now()
    const durationMs = Math.max(0, endedMs - startedMs)
    const { kind, attempts, releasedMs } = delivery
    const nextMs = outcome.isFinal ? undefined : nextAttemptMs(attempts, releasedMs, endedMs)
    metrics.attempts.inc({ kind, outcome: outcome.ok ? 'sent' : nextMs === undefined ? 'dead' : 'failed' })
    metrics.seconds.observe({ kind }, durationMs / 1000)
    await noteAttempt(sql, delivery, { ...outcome, startedMs, durationMs, nextMs })
  }

  async function sendNow(delivery: DueDelivery): Promise<Outcome> {
    const { id, kind, config, secret } = delivery
    if (kind === 'email') return mails.send({ id, to: config.to ?? [], ...textOf(delivery) })
    const body = webhookBodyOf(delivery)
    return webhooks.send({ id, url: config.url ?? '', secret: seal.open(secret ?? new Uint8Array()), body })
  }

  function start(delivery: DueDelivery): void {
    const { channelId } = delivery
    sending.set(channelId, (sending.get(channelId) ?? 0) + 1)
    const run = attempt(delivery)
      // Without its note the delivery is sent again when its lease is over.
      .catch((error: unknown) => metrics.onError(error))
      .finally(() => {
        running.delete(run)
        const left = (sending.get(channelId) ?? 1) - 1
        if (left === 0) sending.delete(channelId)
        else sending.set(channelId, left)
        onSettled()
      })
    running.add(run)
  }

  return {
    async dispatch() {
      const max = AT_ONCE_MAX - running.size
      if (max <= 0) return
      const busy = [...sending.keys()]
      const due = await claimDue(sql, { busy, perChannel: PER_CHANNEL_MAX, max, leaseMs: LEASE_MS })
      due.forEach(start)
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
