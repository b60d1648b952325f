/**
 * The extent of the chaos tests. The defaults fit the time of CI; `FULL`, for `CHAOS_FULL=1`, has the values of
 * docs/reliability.md. Each can be set separately.
 */
const QUICK = {
  /** kills or outages in one test */
  CHAOS_ROUNDS: 3,
  /** kills of a broker whose vehicles have several readings of the same instants */
  CHAOS_KILLS: 14,
  /** messages a second of the whole fleet */
  CHAOS_RATE: 5000,
  /** the longest outage of the database, in seconds */
  CHAOS_DOWN_MAX_S: 8,
  /** devices that are cut off at the same time */
  CHAOS_STORM_DEVICES: 2000,
  /** how long the soak lasts, in minutes */
  CHAOS_SOAK_MIN: 3,
  /** how long the memory is watched with a full spool, in seconds */
  CHAOS_FULL_WATCH_S: 20,
}
const FULL: typeof QUICK = {
  CHAOS_ROUNDS: 20,
  CHAOS_KILLS: 20,
  CHAOS_RATE: 5000,
  CHAOS_DOWN_MAX_S: 60,
  CHAOS_STORM_DEVICES: 10_000,
  CHAOS_SOAK_MIN: 30,
  CHAOS_FULL_WATCH_S: 20,
}

export type ChaosSetting = keyof typeof QUICK

/** Whether all tests run at full length, on an otherwise idle machine. */
export const isFull = process.env['CHAOS_FULL'] === '1'

export function chaosSetting(name: ChaosSetting): number {
  const defaults = isFull ? FULL : QUICK
  const value = Number(process.env[name] ?? defaults[name])
  if (value > 0) return value
  throw new Error(`${name} must be a number more than 0`)
}

/** The database under test: `embedded`, or `timescaledb`, which needs root. */
export function chaosDatabase(): 'embedded' | 'timescaledb' {
  const name = process.env['CHAOS_DATABASE'] ?? 'embedded'
  if (name === 'embedded' || name === 'timescaledb') return name
  throw new Error('CHAOS_DATABASE must be embedded or timescaledb')
}
