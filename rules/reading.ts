import type { Reading } from '../contract/telemetry.ts'

/**
 * A stored reading. `timeMs`: integer milliseconds since 1970; microseconds are cut. Columns that are null are absent.
 */
export type TimedReading = Omit<Reading, 'time'> & { timeMs: number }
