import type { Sql } from '../sql/connect.ts'
import { mergeByTime } from './merge-by-time.ts'
import type { Period } from './period.ts'
import { readArrivals } from './queries/arrivals.ts'
import { countNotStored, type DeviceInVehicles } from './queries/completeness.ts'
import { refuseFaults, type Refusal } from './refusal.ts'
import { createSequence, type SequenceReport } from './sequence.ts'

/** Readings that are looked at for one reply: 31 days of nearly two a second, some four seconds' work. */
const READINGS_MAX = 5_000_000
/** Of `missing` in a reply. */
export const MISSING_RANGES_MAX = 1000

export interface DeviceCompleteness extends SequenceReport {
  stored: number
  late: number
  duplicates: number
  rejected: number
}

/**
 * What became of a device's readings. They are walked through in order of time, whichever vehicle they were stored for
 * and whenever they came, because the device counts them in that order.
 */
export async function reckonCompleteness(
  sql: Sql,
  device: DeviceInVehicles,
  period: Period,
  lateAfterS: number,
  readingsMax = READINGS_MAX,
): Promise<DeviceCompleteness | Refusal> {
  const notStored = await countNotStored(sql, device, period)
  const query = { deviceId: device.deviceId, period, lateAfterS }
  const walks = device.vehicleIds.map((vehicleId) => readArrivals(sql, vehicleId, query))
  const sequence = createSequence({ rangesMax: MISSING_RANGES_MAX })
  let stored = 0
  let late = 0
  for await (const arrivals of mergeByTime(walks)) {
    stored += arrivals.length
    if (stored > readingsMax) {
      const detail = `gives more than ${readingsMax} readings to look at; ask for less time`
      return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/from', detail }])
    }
    for (const { timeUs, seq, isLate } of arrivals) {
      if (isLate) late++
      if (seq !== undefined) sequence.add(timeUs, seq)
    }
  }
  return { stored, late, ...notStored, ...sequence.report() }
}
