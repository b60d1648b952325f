import type { DeliveryReason, QuietHours, Severity } from '../contract/notifications.ts'
import { isQuiet } from './quiet-hours.ts'

/** A delivery of which it is not decided yet how it is sent. */
export interface NewDelivery {
  reason: DeliveryReason
  severity: Severity
  /** time of what it reports, milliseconds since 1970; `null` if it is never too late */
  eventMs: number | null
  /** The channel's owner may see what happened to this vehicle. */
  mayBeTold: boolean
  /** How the event was reported on this channel before: on its own, in a digest that was sent or is waiting, or not at all. */
  told: 'alone' | 'digest' | 'held' | 'no'
}

/** What a channel allows at the moment. */
export interface ChannelLimits {
  quietHours: QuietHours | null
  zone: string
  stormMax: number
  /** deliveries of events that were sent on their own within the channel's window */
  released: number
  /** milliseconds since 1970 */
  stormUntilMs: number | null
}

export interface Held {
  route: 'hold'
  because: 'late' | 'quiet' | 'storm' | 'as_before'
}
export type Decision = { route: 'alone' } | { route: 'cancel' } | Held

/**
 * How a delivery is sent: on its own, in the next digest, or not at all.
 * @param ageMaxMs An older event is too late to be sent on its own.
 */
export function decide(
  delivery: NewDelivery,
  channel: ChannelLimits,
  { nowMs, ageMaxMs }: { nowMs: number; ageMaxMs: number },
): Decision {
  const { reason, severity, eventMs, mayBeTold, told } = delivery
  if (reason === 'test' || reason === 'digest') return { route: 'alone' }
  if (!mayBeTold) return { route: 'cancel' }
  // Nobody has heard of it: there is nothing to take back.
  if (reason === 'retracted' && (told === 'no' || told === 'held')) return { route: 'cancel' }
  // The end of an event and its retraction do not come before its beginning.
  if ((reason === 'ended' && told === 'held') || (reason === 'retracted' && told === 'digest'))
    return { route: 'hold', because: 'as_before' }
  if (reason !== 'retracted' && eventMs !== null && nowMs - eventMs > ageMaxMs)
    return { route: 'hold', because: 'late' }
  if (isQuiet(channel.quietHours, { zone: channel.zone, severity, nowMs }))
    return { route: 'hold', because: 'quiet' }
  const isStorm =
    (channel.stormUntilMs !== null && nowMs < channel.stormUntilMs) || channel.released >= channel.stormMax
  return isStorm ? { route: 'hold', because: 'storm' } : { route: 'alone' }
}
