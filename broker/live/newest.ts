import { codeOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Instant } from './known-values.ts'
import { writePositions, writeValues } from './newest-queries.ts'
import { createPendingValues, type StoredResult, type StoredRows } from './pending-values.ts'

export interface NewestValues extends PeriodicWrite {
  /** Remembers which vehicles have newer values. Keeps nothing of the rows. */
  note: (rows: StoredRows, result: StoredResult) => void
  /** Forgets vehicles that were deleted. */
  forget: (vehicleIds: readonly number[]) => void
}

export interface NewestValuesOptions {
  /** with `max: 1` */
  sql: Sql
  log: Log
  /** time in which each vehicle is written once; default 1 s */
  intervalMs?: number
}

/** Vehicles in one statement: few enough to hold its locks for milliseconds only. */
const VEHICLES_PER_STATEMENT = 1000
/** A tenth of the vehicles is written at a time, in turn, so that ten thousand are not written in one burst. */
const SHARES = 10
const FOREIGN_KEY_VIOLATION = '23503'

/**
 * Keeps the tables `positions` and `latest_values`. A vehicle that has sent something newer is written there once a second,
 * however many readings it has sent. Only ids and times are kept for that, at most one entry for each vehicle; the values are
 * read from the committed readings. The tables never go backward, even if other brokers write them. Values that cannot be
 * written are tried again a second later. A broker that is killed leaves at most the last second to the next start.
 */
export function createNewestValues(options: NewestValuesOptions): NewestValues {
  const { sql, log, intervalMs = 1000 } = options
  const pending = createPendingValues(SHARES)
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
    const { positions, instants } = pending.take(share)
    try {
      await writeAllPositions(positions)
    } catch (error) {
      pending.giveBackValues(instants)
      throw error
    }
    await writeAllValues(instants)
  }

  async function writeAllPositions(changed: ReadonlyMap<number, number>): Promise<void> {
    // In the same order in every broker, so that two brokers never wait for each other.
    const positions = [...changed]
      .map(([vehicleId, timeUs]) => ({ vehicleId, timeUs }))
      .toSorted((a, b) => a.vehicleId - b.vehicleId)
    try {
      while (positions.length > 0) {
        const part = positions.slice(0, VEHICLES_PER_STATEMENT)
        await writePositions(sql, part)
        positions.splice(0, part.length)
      }
    } catch (error) {
      for (const { vehicleId, timeUs } of positions) pending.giveBackPosition(vehicleId, timeUs)
      // A vehicle was deleted at this very moment: the next statement does not join it.
      if (codeOf(error) !== FOREIGN_KEY_VIOLATION) throw error
    }
  }

  async function writeAllValues(instants: Instant[]): Promise<void> {
    try {
      while (instants.length > 0) {
        const part = instants.slice(0, VEHICLES_PER_STATEMENT)
        await writeValues(sql, part)
        instants.splice(0, part.length)
      }
    } catch (error) {
      pending.giveBackValues(instants)
      throw error
    }
  }

  return {
    note: (rows, result) => pending.note(rows, result),
    forget: (vehicleIds) => pending.forget(vehicleIds),
    close() {
      isClosing = true
      return close()
    },
  }
}
