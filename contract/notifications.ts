/** Notifications as rules, deliveries and receivers see them. */

export const CHANNEL_KINDS = ['webhook', 'email', 'mqtt'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** `digest` and `test` have no event. */
export const DELIVERY_REASONS = ['raised', 'escalated', 'ended', 'retracted', 'digest', 'test'] as const
export type DeliveryReason = (typeof DELIVERY_REASONS)[number]

export const DELIVERY_STATES = ['waiting', 'sending', 'sent', 'dead', 'digested', 'cancelled'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** The event in the payload of a delivery: as the API shows it, with names for texts. Further members are passed on. */
export interface NotifiedEvent {
  id: number
  /** keys, and names that may be empty */
  vehicle: string
  vehicle_name?: string
  plate?: string
  group?: string | null
  rule: string
  rule_name?: string
  kind: string
  severity: Severity
  state: 'open' | 'ended' | 'retracted'
  /** RFC 3339 */
  started_at: string
  ended_at: string | null
  value?: number | string | null
  limit?: number | string | null
  unit?: string
  place?: string | null
  lat?: number | null
  lon?: number | null
  note?: string | null
}

/** The payload of a digest: the oldest of `count` events. */
export interface Digest {
  count: number
  severities: Partial<Record<Severity, number>>
  events: (NotifiedEvent & { reason: DeliveryReason })[]
}

/** The body of a webhook, as Standard Webhooks recommends it. */
export interface WebhookBody {
  /** `event.raised`, `event.ended`, ..., `events.digest` or `channel.test` */
  type: string
  /** creation of the delivery, RFC 3339 */
  timestamp: string
  /** the event, or the digest */
  data: object
  subject: string
  text: string
}

/** The texts of a channel; an absent one has a default. */
export interface Templates {
  subject?: string
  text?: string
}

/** Times of day as `22:00`, in the channel's zone. Events of these severities are held meanwhile. */
export interface QuietHours {
  from: string
  to: string
  severities: readonly Severity[]
}
