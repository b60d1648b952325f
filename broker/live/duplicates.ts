import { formatTime } from '../../contract/time.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import type { Sql } from '../../sql/connect.ts'

/** Committed rows, of which some were stored before. */
export interface RepeatedRows {
  vehicleIdOf(row: number): number
  deviceIdOf(row: number): number
  /** microseconds since 1970 */
  timeUsOf(row: number): number
}

export interface Duplicates extends PeriodicWrite {
  /** Counts the duplicates. Keeps nothing of the rows. */
  note: (rows: RepeatedRows, duplicates: Iterable<number>) => void
}

export interface DuplicatesOptions {
  sql: Sql
  log: Log
  /** default 10 s: the counts that a killed broker may lose */
  intervalMs?: number
  /** maximum of counts in memory; duplicates beyond it are not counted */
  countsMax?: number
}

/** The count of a device in a vehicle, in one hour of the readings' own time. */
interface Count {
  deviceId: number
  vehicleId: number
  /** hours since 1970 */
  hour: number
  count: number
}

/**
 * About 200 bytes each. So many devices would have to resend at the same time. Beyond that, duplicates are not counted,
 * which is logged.
 * @limit counts of duplicates in memory (device, vehicle, hour) | further ones are only logged
 */
const COUNTS_MAX = 100_000
const COUNTS_PER_STATEMENT = 1000
const HOUR_US = 3_600_000_000
const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Keeps the table `duplicate_counts`: readings that were received again leave no other trace. Counts are added to the stored
 * counts, so that several brokers may count for one device. Counts that cannot be written are tried again with the next ones.
 * A count is never exact. A broker that is killed loses ten seconds of it. A batch that must be written twice, because its commit
 * was lost on the way or its dead letters were not stored, counts as received twice.
 */
export function createDuplicates(options: DuplicatesOptions): Duplicates {
  const { sql, log, intervalMs = 10_000, countsMax = COUNTS_MAX } = options
  let pending = new Map<string, Count>()
  let uncounted = 0
  const { close } = startPeriodicWrite({ write, intervalMs, log, failedEvent: 'duplicates_not_written' })

  /** `undefined` if there is no room for another count. */
  function countOf(deviceId: number, vehicleId: number, hour: number): Count | undefined {
    const key = `${deviceId} ${vehicleId} ${hour}`
    const known = pending.get(key)
    if (known !== undefined || pending.size >= countsMax) return known
    const count = { deviceId, vehicleId, hour, count: 0 }
    pending.set(key, count)
    return count
  }

  async function write(): Promise<void> {
    if (uncounted > 0) {
      log.warn({ event: 'duplicates_not_counted', readings: uncounted }, 'too many devices resend at once')
      uncounted = 0
    }
    // In the same order in every broker, so that two brokers never wait for each other.
    const counts = [...pending.values()].toSorted(
      (a, b) => a.deviceId - b.deviceId || a.hour - b.hour || a.vehicleId - b.vehicleId,
    )
    pending = new Map()
    try {
      while (counts.length > 0) {
        await add(counts.slice(0, COUNTS_PER_STATEMENT))
        counts.splice(0, COUNTS_PER_STATEMENT)
      }
    } catch (error) {
      for (const it of counts) keep(it, it.count)
      // A device was deleted at this moment: the next attempt does not join it.
      if (codeOf(error) !== FOREIGN_KEY_VIOLATION) throw error
    }
  }

  function keep({ deviceId, vehicleId, hour }: Omit<Count, 'count'>, readings: number): void {
    const count = countOf(deviceId, vehicleId, hour)
    if (count === undefined) uncounted += readings
    else count.count += readings
  }

  async function add(counts: Count[]): Promise<void> {
    await sql`
      insert into duplicate_counts (device_id, vehicle_id, hour, count)
      select devices.id, given.vehicle_id, given.hour::timestamptz, given.count
      from unnest(
        ${counts.map(({ deviceId }) => deviceId)}::bigint[],
        ${counts.map(({ vehicleId }) => vehicleId)}::bigint[],
        ${counts.map(({ hour }) => formatTime(hour * HOUR_US))}::text[],
        ${counts.map(({ count }) => count)}::bigint[]
      ) as given (device_id, vehicle_id, hour, count)
      join devices on devices.id = given.device_id
      order by 1, 3, 2
      on conflict (device_id, hour, vehicle_id) do update set
        count = duplicate_counts.count + excluded.count
    `
  }

  return {
    note(rows, duplicates) {
      let last: Count | undefined
      for (const row of duplicates) {
        const deviceId = rows.deviceIdOf(row)
        const vehicleId = rows.vehicleIdOf(row)
        const hour = Math.floor(rows.timeUsOf(row) / HOUR_US)
        // The readings of a message are of one device, and most of the same hour.
        if (last?.deviceId !== deviceId || last.vehicleId !== vehicleId || last.hour !== hour)
          last = countOf(deviceId, vehicleId, hour)
        if (last === undefined) uncounted++
        else last.count++
      }
    },
    close,
  }
}
