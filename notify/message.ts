import type { Digest, NotifiedEvent, WebhookBody } from '../contract/notifications.ts'
import { writeDigest, writeText, type Text } from '../contract/notification-text.ts'
import { formatTime } from '../contract/time.ts'
import type { DueDelivery } from './delivery-queries.ts'
import { WEBHOOK_BYTES_MAX } from './webhook/webhook.ts'

/** Subject and text of a delivery. */
export function textOf({ reason, payload, templates, zone }: DueDelivery): Text {
  if (reason === 'digest') return writeDigest(payload as Digest, { templates, zone })
  return writeText(payload as NotifiedEvent, { reason, templates, zone })
}

/** The body of a webhook. A digest has as many of its events as fit. */
export function webhookBodyOf(delivery: DueDelivery): string {
  const { reason, payload, createdUs } = delivery
  const body = { type: typeOf(reason), timestamp: formatTime(createdUs), data: payload, ...textOf(delivery) }
  if (reason !== 'digest') return JSON.stringify(body satisfies WebhookBody)
  const { events, ...digest } = payload as Digest
  let kept = events
  for (;;) {
    const text = JSON.stringify({ ...body, data: { ...digest, events: kept } } satisfies WebhookBody)
    if (kept.length === 0 || Buffer.byteLength(text) <= WEBHOOK_BYTES_MAX) return text
    kept = kept.slice(0, -1)
  }
}

function typeOf(reason: DueDelivery['reason']): string {
  if (reason === 'digest') return 'events.digest'
  return reason === 'test' ? 'channel.test' : `event.${reason}`
}
