import { codeOf, messageOf } from '../../kit/errors.ts'
import { VERSION } from '../../kit/version.ts'
import type { Outcome } from '../outcome.ts'
import { createGuardedLookup, type Resolve } from './guarded-lookup.ts'
import { post } from './post.ts'
import { signWebhook } from './signature.ts'

export interface WebhookSender {
  send(message: { id: string; url: string; secret: string; body: string }): Promise<Outcome>
}

interface WebhookOptions {
  /** private, loopback and link-local addresses as well */
  allowPrivate: boolean
  now: () => number
  /** for tests */
  resolve?: Resolve
  /** for tests */
  timeoutMs?: number
}

/** @limit a request to a webhook, from the look-up of its name to the status of the reply | the attempt has failed */
const TIMEOUT_MS = 10_000
/** @limit the body of a webhook | the delivery is dead */
export const WEBHOOK_BYTES_MAX = 16_384
/** The receiver has said that it does not want any more (RFC 9110, section 15.5.11). */
const GONE = 410

/** Sends webhooks by Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`. */
export function createWebhookSender({
  allowPrivate,
  now,
  resolve,
  timeoutMs = TIMEOUT_MS,
}: WebhookOptions): WebhookSender {
  const lookup = createGuardedLookup(allowPrivate, resolve)
  return {
    async send({ id, url, secret, body }) {
      const bytes = Buffer.byteLength(body)
      if (bytes > WEBHOOK_BYTES_MAX) {
        const result = `the body would have ${bytes} bytes, more than ${WEBHOOK_BYTES_MAX}`
        return { ok: false, result, isFinal: true }
      }
      const timestamp = Math.floor(now() / 1000)
      const headers = {
        'content-type': 'application/json',
        'user-agent': `fleetwire/${VERSION}`,
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook(secret, { id, timestamp, body }),
      }
      try {
        const target = new URL(url)
        const statusCode = await post({
          url: target,
          headers,
          body,
          lookup,
          allowPrivate,
          timeoutMs,
        })
        return outcomeOf(statusCode)
      } catch (error) {
        return { ok: false, result: messageOf(error), isFinal: codeOf(error) === 'private_address' }
      }
    },
  }
}

function outcomeOf(statusCode: number): Outcome {
  if (statusCode >= 200 && statusCode < 300) return { ok: true, result: 'ok', statusCode }
  const isRedirect = statusCode >= 300 && statusCode < 400
  const result = isRedirect
    ? `redirects (${statusCode}) are not followed`
    : `the reply has status ${statusCode}`
  return { ok: false, result, statusCode, isFinal: statusCode === GONE }
}
