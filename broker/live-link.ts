import type { LiveFormat } from '../contract/topics.ts'

/** Joins the gate, which knows connections and subscriptions, to the live feed, which knows where vehicles are. */

/** The connections that are subscribed to the live feed. */
export interface LiveSubscribers {
  /** Number of connections that are subscribed to this feed. */
  count(scope: string, format: LiveFormat): number
  /**
   * Sends messages in their order to all subscribers, except subscribers that have not read the previous messages yet. Keeps
   * nothing after that.
   */
  send(scope: string, format: LiveFormat, messages: readonly Uint8Array[]): void
}

/** Reports of the gate to the live feed. */
export interface LiveFeedInput {
  /** Called once, before the other functions. */
  open(subscribers: LiveSubscribers): void
  /** Called when a scope gets another subscriber, which needs the changes of the last moments. */
  joined(scope: string): void
  /** Called when a subscriber of a scope leaves. */
  left(scope: string): void
  /** Called when the first device of a vehicle connects or the last one disconnects. */
  online(vehicleId: number, isOnline: boolean): void
  /** Called when a device of the vehicle has reported over HTTP; milliseconds since 1970. */
  reported(vehicleId: number, reportedMs: number): void
}
