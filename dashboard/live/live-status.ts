/** The state of the live feed. */
export type LiveStatus =
  | { state: 'connecting' }
  /** `lastFrameMs`: `performance.now()` of the last frame or snapshot */
  | { state: 'live'; lastFrameMs: number }
  /** connected, but frames that are due do not come */
  | { state: 'stale'; lastFrameMs: number }
  /** `attempt` counts from 1; `retryAtMs` is on the clock of `performance.now()` */
  | { state: 'reconnecting'; attempt: number; retryAtMs: number; reason: string }
