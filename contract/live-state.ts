import type { LiveState } from './live-frame.ts'

/** Values of a reading's `status`, in any case, that need immediate attention. */
export const ALERT_STATUSES = ['alert', 'alarm', 'sos', 'panic', 'emergency', 'crash'] as const
/** km/h. Up to this speed a vehicle counts as standing: a GPS receiver at rest shows 1 or 2. */
export const STANDING_SPEED_MAX = 3

const alerts: ReadonlySet<string> = new Set(ALERT_STATUSES)

export function isAlert(status: string): boolean {
  return alerts.has(status.toLowerCase())
}

/** The newest value of each field, with its own time in milliseconds since 1970; the time is 0 without a value. */
export interface NewestOfVehicle {
  positionMs: number
  isAlert: boolean
  statusMs: number
  /** km/h */
  speed: number
  speedMs: number
  ignition: boolean
  ignitionMs: number
}

/** The state of a vehicle by its newest values. */
export interface LastState {
  state: Exclude<LiveState, 'offline' | 'stale'>
  /** of the value that decides, milliseconds since 1970; 0 without any value */
  timeMs: number
  /** all of the values are stale */
  isStale: boolean
}

/**
 * The state by the values that are newer than `freshSinceMs`, or by all of them if all are older: then it is stale. An
 * old value never outweighs a fresh one. `broker/live/` and `api/live/queries.ts` follow the same rule.
 */
export function lastStateOf(of: NewestOfVehicle, freshSinceMs: number): LastState {
  const { positionMs, statusMs, speedMs, ignitionMs } = of
  const newestMs = Math.max(positionMs, statusMs, speedMs, ignitionMs)
  const isStale = newestMs > 0 && newestMs <= freshSinceMs
  const sinceMs = isStale ? 0 : Math.max(freshSinceMs, 0)
  const isKnown = (timeMs: number) => timeMs > sinceMs
  if (of.isAlert && isKnown(statusMs)) return { state: 'alert', timeMs: statusMs, isStale }
  if (of.speed > STANDING_SPEED_MAX && isKnown(speedMs)) return { state: 'moving', timeMs: speedMs, isStale }
  if (of.ignition && isKnown(ignitionMs)) return { state: 'idling', timeMs: ignitionMs, isStale }
  const standingMs = Math.max(isKnown(speedMs) ? speedMs : 0, isKnown(ignitionMs) ? ignitionMs : 0)
  if (standingMs > 0) return { state: 'stopped', timeMs: standingMs, isStale }
  return { state: 'unknown', timeMs: newestMs, isStale }
}

/**
 * The state that is shown. A fresh alert stays an alert if the vehicle goes offline: after a crash it matters most.
 * Otherwise a vehicle without an online device is offline, and one whose values are all stale is stale.
 */
export function liveStateOf({ state, isStale }: LastState, isOnline: boolean): LiveState {
  if (state === 'alert' && !isStale) return 'alert'
  if (!isOnline) return 'offline'
  return isStale ? 'stale' : state
}
