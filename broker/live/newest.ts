import { formatTime } from '../../contract/time.ts'
import { codeOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import type { Sql } from '../../sql/connect.ts'

/** Rows that were committed just now. */
export interface StoredRows {
  readonly count: number
  /** Whether row `row` has a latitude and a longitude. */
  hasPosition(row: number): boolean
  vehicleIdOf(row: number): number
  /** microseconds since 1970 */
  timeUsOf(row: number): number
}

export interface NewestPositions extends PeriodicWrite {
  /** Remembers which vehicles have a newer position. Keeps nothing of the rows. */
  note: (rows: StoredRows) => void
}

export interface NewestPositionsOptions {
  /** with `max: 1` */
  sql: Sql
  log: Log
  /** in which each vehicle is written once; default 1 s */
  intervalMs?: number
}

/** Vehicles in one statement: few enough to hold its locks for milliseconds only. */
const VEHICLES_PER_STATEMENT = 1000
/** A tenth of the vehicles is written at a time, in turn, so that ten thousand do not come as one burst. */
const SHARES = 10
const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Keeps the table `positions`: a vehicle that has sent a newer position since is written there once a second, however
 * many readings it has sent. Only a vehicle's id and the time of the reading are kept for that, so there are no more
 * entries than vehicles; the values are taken from the committed reading. The table never goes backward, whoever
 * else writes it. What cannot be written is tried again a second later; a broker that is killed loses at most
 * the last second, and the vehicle's next position makes up for it.
 */
export function createNewestPositions(options: NewestPositionsOptions): NewestPositions {
  const { sql, log, intervalMs = 1000 } = options
  /** by vehicle id modulo SHARES: ids, and the time of the newest reading */
  const pending = Array.from({ length: SHARES }, () => new Map<number, number>())
  let turn = 0
  let isClosing = false
  let notBeforeMs = 0
  const { close } = startPeriodicWrite({
    write,
    intervalMs: intervalMs / SHARES,
    log,
    failedEvent: 'positions_not_written',
  })

  async function write(): Promise<void> {
    if (isClosing) return writeAll()
    if (performance.now() < notBeforeMs) return
    turn = (turn + 1) % SHARES
    await writeShare(turn).catch((error: unknown) => {
      notBeforeMs = performance.now() + intervalMs
      throw error
    })
  }

  async function writeAll(): Promise<void> {
    for (let share = 0; share < SHARES; share++) await writeShare(share)
  }

  async function writeShare(share: number): Promise<void> {
    const changed = pending[share]
    if (changed === undefined || changed.size === 0) return
    pending[share] = new Map()
    // In this order in every broker, so that two never wait for each other.
    const vehicleIds = [...changed.keys()].toSorted((a, b) => a - b)
    try {
      while (vehicleIds.length > 0) {
        const part = vehicleIds.slice(0, VEHICLES_PER_STATEMENT)
        await upsert(
          part,
          part.map((id) => formatTime(changed.get(id) ?? 0)),
        )
        vehicleIds.splice(0, part.length)
      }
    } catch (error) {
      for (const id of vehicleIds) keep(id, changed.get(id) ?? 0)
      // A vehicle was deleted at this very moment: the next time it is not there to be joined.
      if (codeOf(error) !== FOREIGN_KEY_VIOLATION) throw error
    }
  }

  function keep(vehicleId: number, timeUs: number): void {
    const share = pending[vehicleId % SHARES]
    const known = share?.get(vehicleId)
    if (known === undefined || known < timeUs) share?.set(vehicleId, timeUs)
  }

  /**
   * The vehicles are not locked for it: that would write to each of their rows and cost a third more. One that was
   * deleted meanwhile, or a reading that the database refused, is not there to be joined.
   */
  async function upsert(vehicleIds: number[], times: string[]): Promise<void> {
    await sql`
      insert into positions (vehicle_id, time, nth, received_at, device_id, lat, lon, altitude, speed, heading, ignition,
        status)
      select vehicles.id, reading.*
      from unnest(${vehicleIds}::bigint[], ${times}::text[]) as given (vehicle_id, time)
      join vehicles on vehicles.id = given.vehicle_id
      cross join lateral (
        select time, nth, received_at, device_id, lat, lon, altitude, speed, heading, ignition, status
        from telemetry
        where telemetry.vehicle_id = given.vehicle_id and telemetry.time = given.time::timestamptz
          and lat is not null and lon is not null
        order by nth desc
        limit 1
      ) as reading
      order by vehicles.id
      on conflict (vehicle_id) do update set
        time = excluded.time, nth = excluded.nth, received_at = excluded.received_at, device_id = excluded.device_id,
        lat = excluded.lat, lon = excluded.lon, altitude = excluded.altitude, speed = excluded.speed,
        heading = excluded.heading, ignition = excluded.ignition, status = excluded.status
      where (positions.time, positions.nth) < (excluded.time, excluded.nth)
    `
  }

  return {
    note(rows) {
      for (let row = rows.count - 1; row >= 0; row--)
        if (rows.hasPosition(row)) keep(rows.vehicleIdOf(row), rows.timeUsOf(row))
    },
    close() {
      isClosing = true
      return close()
    },
  }
}
