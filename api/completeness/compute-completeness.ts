import type { Sql } from '../../sql/connect.ts'
import { mergeByTime } from './merge-by-time.ts'
import type { Period } from './period.ts'
import { sinceSeen } from '../history/filter-sql.ts'
import { readArrivals, readShared } from './arrivals.ts'
import { countNotStored, type DeviceInVehicles } from './queries.ts'
import { refuseFaults, type Refusal } from '../http/refusal.ts'
import { createSequence } from './sequence.ts'
import type { SequenceReport } from './sequence-report.ts'

/**
 * Maximum of readings for one reply: 31 days of nearly two a second, about four seconds' work.
 * @limit readings of a device that completeness counts | 400
 */
const READINGS_MAX = 5_000_000
/** Time before and after the period in which readings may fill a gap of the period, and their maximum on each side. */
const AROUND_US = 86_400_000_000
/** @limit readings a day before and a day after the period, which may fill its gaps | further ones do not fill gaps */
const AROUND_READINGS_MAX = 500_000
/**
 * Maximum length of `missing` in a reply.
 * @limit missing ranges that completeness lists | older ones are left out (`missing_cut`); the sums include all
 */
export const MISSING_RANGES_MAX = 1000

export interface DeviceCompleteness extends SequenceReport {
  stored: number
  late: number
  duplicates: number
  rejected: number
}

/**
 * Counts the outcomes of a device's readings. They are read in order of time, whichever vehicle they were stored for
 * and whenever they arrived, because the device counts them in that order. Readings up to a day before and after the
 * period can fill its gaps: after a jump of the clock, a reading's time is far from its neighbours' times.
 */
export async function computeCompleteness(
  sql: Sql,
  device: DeviceInVehicles,
  period: Period,
  lateAfterS: number,
  readingsMax = READINGS_MAX,
): Promise<DeviceCompleteness | Refusal> {
  const { fromUs, toUs } = period
  const notStored = await countNotStored(sql, device, period)
  const isWithin = (timeUs: number) => timeUs >= fromUs && timeUs < toUs
  const sequence = createSequence({ rangesMax: MISSING_RANGES_MAX, isWithin })
  let late = 0
  let shared = 0

  /** @returns the number of readings; counting stops beyond `max` */
  async function follow(part: Period, max: number): Promise<number> {
    const walks = device.vehicles.flatMap((vehicle) => {
      const query = { deviceId: device.deviceId, period: sinceSeen(part, vehicle) }
      return [readArrivals(sql, vehicle.id, query), readShared(sql, vehicle.id, query)]
    })
    let count = 0
    for await (const arrivals of mergeByTime(walks)) {
      count += arrivals.length
      if (count > max) break
      for (const { timeUs, seq, receivedUs, isShared } of arrivals) {
        if (isWithin(timeUs) && isShared) shared++
        if (isWithin(timeUs) && receivedUs - timeUs > lateAfterS * 1_000_000) late++
        if (seq !== undefined) sequence.add(timeUs, seq, receivedUs)
      }
    }
    return count
  }

  await follow({ fromUs: fromUs - AROUND_US, toUs: fromUs }, AROUND_READINGS_MAX)
  const stored = await follow(period, readingsMax)
  if (stored > readingsMax) {
    const detail = `gives more than ${readingsMax} readings; shorten the period`
    return refuseFaults('invalid_request', [{ code: 'out_of_range', pointer: '/from', detail }])
  }
  await follow({ fromUs: toUs, toUs: toUs + AROUND_US }, AROUND_READINGS_MAX)
  return { stored: stored - shared, late, ...notStored, ...sequence.report() }
}
