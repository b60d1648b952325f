import { formatTime } from '../../contract/time.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import type { Sql } from '../../sql/connect.ts'
import type { RepeatedRows } from './duplicates.ts'

export interface SharedReadings extends PeriodicWrite {
  /** Looks up later which device has sent these duplicates first. `nths` has the `nth` of each stored reading, 0 if absent. */
  note: (rows: RepeatedRows, duplicates: Iterable<number>, nths: ReadonlyMap<number, number>) => void
}

export interface SharedReadingsOptions {
  sql: Sql
  log: Log
  intervalMs?: number
  waitingMax?: number
  ofDeviceMax?: number
}

interface Duplicate {
  deviceId: number
  vehicleId: number
  timeUs: number
  nth: number
}

const INTERVAL_MS = 250
/**
 * Duplicates that wait for the look-up, about 100 bytes each. Beyond that, completeness may call them missing.
 * @limit duplicates whose first sender must be looked up | completeness may report them as missing
 */
const WAITING_MAX = 5000
/**
 * The same of one device: it may send its whole backlog again.
 * @limit the same of one device | completeness may report them as missing
 */
const OF_DEVICE_MAX = 1000
const DUPLICATES_PER_STATEMENT = 1000
const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Keeps the table `shared_readings`. Equal readings of one vehicle and instant are one reading, from whichever devices, and its
 * row has the id of the first device. The other device has sent it as well, and its count has no gap there.
 */
export function createSharedReadings(options: SharedReadingsOptions): SharedReadings {
  const { sql, log, intervalMs = INTERVAL_MS } = options
  const { waitingMax = WAITING_MAX, ofDeviceMax = OF_DEVICE_MAX } = options
  let waiting: Duplicate[] = []
  let ofDevice = new Map<number, number>()
  const { close } = startPeriodicWrite({
    write,
    intervalMs,
    log,
    failedEvent: 'shared_readings_not_written',
  })

  function keep(duplicate: Duplicate): void {
    const count = ofDevice.get(duplicate.deviceId) ?? 0
    if (waiting.length >= waitingMax || count >= ofDeviceMax) return
    ofDevice.set(duplicate.deviceId, count + 1)
    waiting.push(duplicate)
  }

  async function write(): Promise<void> {
    // In the same order in every broker, so that two brokers never wait for each other.
    const taken = waiting.toSorted((a, b) => a.deviceId - b.deviceId || a.timeUs - b.timeUs)
    waiting = []
    ofDevice = new Map()
    try {
      while (taken.length > 0) {
        await add(taken.slice(0, DUPLICATES_PER_STATEMENT))
        taken.splice(0, DUPLICATES_PER_STATEMENT)
      }
    } catch (error) {
      for (const it of taken) keep(it)
      // A device was deleted at this moment: the next attempt does not join it.
      if (codeOf(error) !== FOREIGN_KEY_VIOLATION) throw error
    }
  }

  /** The limit keeps the planner from a join that reads partitions from end to end. */
  async function add(duplicates: Duplicate[]): Promise<void> {
    const times = duplicates.map(({ timeUs }) => timeUs)
    await sql`
      insert into shared_readings (device_id, vehicle_id, time, seq)
      select distinct devices.id, given.vehicle_id, first.time, first.seq
      from unnest(
        ${duplicates.map(({ deviceId }) => deviceId)}::bigint[],
        ${duplicates.map(({ vehicleId }) => vehicleId)}::bigint[],
        ${duplicates.map(({ timeUs }) => formatTime(timeUs))}::text[],
        ${duplicates.map(({ nth }) => nth)}::bigint[]
      ) as given (device_id, vehicle_id, time, nth)
      join devices on devices.id = given.device_id
      cross join lateral (
        select time, seq, device_id from telemetry
        where telemetry.vehicle_id = given.vehicle_id and telemetry.time = given.time::timestamptz
          and telemetry.nth = given.nth
          and telemetry.time between ${formatTime(Math.min(...times))}::timestamptz
            and ${formatTime(Math.max(...times))}::timestamptz
        limit 1
      ) as first
      where first.device_id is distinct from given.device_id and first.seq is not null
      order by 1, 3, 2
      on conflict do nothing
    `
  }

  return {
    note(rows, duplicates, nths) {
      for (const row of duplicates)
        keep({
          deviceId: rows.deviceIdOf(row),
          vehicleId: rows.vehicleIdOf(row),
          timeUs: rows.timeUsOf(row),
          nth: nths.get(row) ?? 0,
        })
    },
    close,
  }
}
