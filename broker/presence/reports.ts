import type { Log } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import type { Sql } from '../../sql/connect.ts'
import type { ReportRecorder } from '../presence-link.ts'
import { writeReports } from './queries.ts'

export type Reports = ReportRecorder & PeriodicWrite

interface ReportsOptions {
  sql: Sql
  log: Log
  /** time without a report after which a device is offline */
  staleAfterS: number
  /** default 1 s */
  intervalMs?: number
}

/** A device is written at most this often, and its last report at most so much later. */
const REST_MS_MAX = 10_000
/** The rest is at most `staleAfterS` divided by this. */
const REST_PART = 4
/** Devices in one statement. */
const AT_ONCE_MAX = 1000
/** Devices whose last writing is known, 100 bytes each; beyond that the oldest is forgotten, and written again. */
const WRITTEN_MAX = 100_000

/**
 * Keeps the table `device_reports`: the last report of each device over HTTP, where no connection shows whether it is online.
 * Reports that cannot be written are tried again a second later.
 */
export function createReports(options: ReportsOptions): Reports {
  const { sql, log, staleAfterS, intervalMs = 1000 } = options
  const restMs = Math.min(REST_MS_MAX, (staleAfterS * 1000) / REST_PART)
  /** by device: milliseconds since 1970 of its last report; and below, of its last written report */
  const waiting = new Map<number, number>()
  const written = new Map<number, number>()
  let isClosing = false
  const { close } = startPeriodicWrite({ write, intervalMs, log, failedEvent: 'reports_not_written' })

  async function write(): Promise<void> {
    const nowMs = Date.now()
    const isDue = ([deviceId]: [number, number]) =>
      isClosing || nowMs - (written.get(deviceId) ?? -Infinity) >= restMs
    const due = [...waiting].filter(isDue)
    for (let at = 0; at < due.length; at += AT_ONCE_MAX) {
      const part = due.slice(at, at + AT_ONCE_MAX)
      await writeReports(sql, part, staleAfterS)
      for (const [deviceId, seenMs] of part) noteWritten(deviceId, seenMs, nowMs)
    }
  }

  function noteWritten(deviceId: number, seenMs: number, nowMs: number): void {
    if (waiting.get(deviceId) === seenMs) waiting.delete(deviceId)
    written.delete(deviceId)
    written.set(deviceId, nowMs)
    const [oldest] = written.keys()
    if (written.size > WRITTEN_MAX && oldest !== undefined) written.delete(oldest)
  }

  return {
    // At most one entry for each device.
    reported: (deviceId, seenMs) => void waiting.set(deviceId, seenMs),
    close() {
      isClosing = true
      return close()
    },
  }
}
