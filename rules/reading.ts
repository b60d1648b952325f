import type { Reading } from '../contract/telemetry.ts'

/**
 * A stored reading. `timeMs`: integer milliseconds since 1970; microseconds are cut. Columns that are null are absent.
 */
export type TimedReading = Omit<Reading, 'time'> & { timeMs: number }

/** A value of a reading, exactly as it was stored; `null` if the reading had none. */
export type StoredValue = number | string | boolean | null
