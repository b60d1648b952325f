import type { Reading } from '../contract/telemetry.ts'

/** A stored reading. `timeMs`: integer milliseconds since 1970; microseconds are cut. A column that is null is absent here. */
export type TimedReading = Omit<Reading, 'time'> & { timeMs: number }
