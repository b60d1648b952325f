import { NOTICE_TIME_LENGTH_MAX } from '../../contract/problems.ts'

/** The time of a reading as the device sent it; `null` if that is absent, or neither text nor a number. */
export function sentTimeOf(reading: unknown): string | number | null {
  if (typeof reading !== 'object' || reading === null || !Object.hasOwn(reading, 'time')) return null
  const { time } = reading as { time?: unknown }
  if (typeof time === 'string') return time.slice(0, NOTICE_TIME_LENGTH_MAX)
  return typeof time === 'number' && Number.isFinite(time) ? time : null
}
