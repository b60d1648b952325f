import type { LiveFormat } from '../contract/topics.ts'

/** What joins the gate, which knows who is connected and who listens, to the live feed, which knows where vehicles are. */

/** Who listens. */
export interface LiveAudience {
  /** How many connections listen to this. */
  count(scope: string, format: LiveFormat): number
  /**
   * Gives these, one after the other, to all who listen; to those that still have to read what they were given before
   * none of them. Keeps nothing but what is on its way.
   */
  send(scope: string, format: LiveFormat, messages: readonly Uint8Array[]): void
}

export interface LiveDesk {
  /** Called once, before everything else. */
  open(audience: LiveAudience): void
  /** Somebody listens to this scope from now on, and has to be told what happened just before. */
  joined(scope: string): void
  /** Somebody listens to it no more. */
  left(scope: string): void
  /** Whether one of the vehicle's devices is connected, from now on. */
  online(vehicleId: number, isOnline: boolean): void
  /** One of the vehicle's devices has reported over HTTP; milliseconds since 1970. */
  reported(vehicleId: number, reportedMs: number): void
}
