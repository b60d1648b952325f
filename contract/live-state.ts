import type { LiveState } from './live-frame.ts'

/** Values of a reading's `status`, in any case, that need immediate attention. */
export const ALERT_STATUSES = ['alert', 'alarm', 'sos', 'panic', 'emergency', 'crash'] as const
/** km/h. Up to this a vehicle counts as standing: a GPS receiver that does not move shows 1 or 2. */
export const STANDING_SPEED_MAX = 3

const alerts: ReadonlySet<string> = new Set(ALERT_STATUSES)

/**
 * What a vehicle does, by its newest reading with a position. An alert stays one when the vehicle is cut off: after a
 * crash that is when it matters. `broker/live/` and the API's queries/live.ts reckon with this.
 */
export function liveStateOf(of: {
  status: string | undefined
  /** km/h */
  speed: number | undefined
  ignition: boolean | undefined
  /** whether one of its devices is connected */
  isOnline: boolean
}): LiveState {
  if (of.status !== undefined && alerts.has(of.status.toLowerCase())) return 'alert'
  if (!of.isOnline) return 'offline'
  if (of.speed !== undefined && of.speed > STANDING_SPEED_MAX) return 'moving'
  if (of.ignition === true) return 'idling'
  return of.speed === undefined && of.ignition === undefined ? 'unknown' : 'stopped'
}
