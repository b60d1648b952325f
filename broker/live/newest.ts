import { codeOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import type { Sql } from '../../sql/connect.ts'
import { bitOf } from './field-bits.ts'
import { KnownValues, type Instant } from './known-values.ts'
import { writePositions, writeValues } from './newest-queries.ts'

/** Rows that were committed just now. */
export interface StoredRows {
  readonly count: number
  /** A bit for each field that row `row` has; see `bitOf`. */
  fieldsOf(row: number): number
  /** The names in the `extra` of a row that has one. */
  extraNamesOf(row: number): readonly string[]
  vehicleIdOf(row: number): number
  /** microseconds since 1970 */
  timeUsOf(row: number): number
}

/** Rows of a batch, by their number, that were not simply stored. */
export interface StoredResult {
  /** The `nth` of each row; a row that is not in it has 0. */
  nths: ReadonlyMap<number, number>
  /** The database does not take them. */
  refused: ReadonlyMap<number, unknown>
}

export interface NewestValues extends PeriodicWrite {
  /** Remembers which vehicles have newer values. Keeps nothing of the rows. */
  note: (rows: StoredRows, result: StoredResult) => void
  /** Vehicles that were deleted. */
  forget: (vehicleIds: readonly number[]) => void
}

export interface NewestValuesOptions {
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
const EXTRA = bitOf('extra')
const NO_NAMES: readonly string[] = []

/** Pending writes of the vehicles whose ids have the same remainder. */
interface Share {
  /** by vehicle id: the time of its newest reading with a position */
  positions: Map<number, number>
  /** ids of vehicles with newest values that this reading does not have */
  dirty: Set<number>
}

/**
 * Keeps the tables `positions` and `latest_values`: a vehicle that has sent something newer since is written there once a second,
 * however many readings it has sent. Only ids and times are kept for that, so there are no more entries than vehicles; the
 * values are taken from the committed readings. The tables never go backward, even if other brokers write them. What cannot be
 * written is tried again a second later. A broker that is killed leaves at most the last second to the next start.
 */
export function createNewestValues(options: NewestValuesOptions): NewestValues {
  const { sql, log, intervalMs = 1000 } = options
  const known = new KnownValues()
  const pending = Array.from({ length: SHARES }, createShare)
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
    if (changed === undefined) return
    pending[share] = createShare()
    // Taken before the first wait: what is noted meanwhile belongs to the next turn.
    const instants = [...changed.dirty].toSorted((a, b) => a - b).flatMap((id) => known.take(id))
    try {
      await writeAllPositions(changed.positions)
    } catch (error) {
      giveBack(instants)
      throw error
    }
    await writeAllValues(instants)
  }

  async function writeAllPositions(changed: ReadonlyMap<number, number>): Promise<void> {
    // In this order in every broker, so that two never wait for each other.
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
      for (const { vehicleId, timeUs } of positions) keep(vehicleId, timeUs)
      // A vehicle was deleted at this very moment: the next time it is not there to be joined.
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
      giveBack(instants)
      throw error
    }
  }

  function giveBack(instants: readonly Instant[]): void {
    for (const instant of instants) {
      known.giveBack(instant)
      shareOf(instant.vehicleId).dirty.add(instant.vehicleId)
    }
  }

  function keep(vehicleId: number, timeUs: number): void {
    const { positions } = shareOf(vehicleId)
    const before = positions.get(vehicleId)
    if (before === undefined || before < timeUs) positions.set(vehicleId, timeUs)
  }

  function shareOf(vehicleId: number): Share {
    return (pending[vehicleId % SHARES] ??= createShare())
  }

  return {
    note(rows, { nths, refused }) {
      // From the last row back: the readings of a message are in order, so that mostly the last one is newer.
      for (let row = rows.count - 1; row >= 0; row--) {
        if (refused.has(row)) continue
        const fields = rows.fieldsOf(row)
        const names = (fields & EXTRA) === 0 ? NO_NAMES : rows.extraNamesOf(row)
        const vehicleId = rows.vehicleIdOf(row)
        const timeUs = rows.timeUsOf(row)
        const newer = known.note(vehicleId, timeUs, nths.get(row) ?? 0, fields, names)
        if (newer === 'position' || newer === 'both') keep(vehicleId, timeUs)
        if (newer === 'values' || newer === 'both') shareOf(vehicleId).dirty.add(vehicleId)
      }
    },
    forget(vehicleIds) {
      for (const id of vehicleIds) known.forget(id)
    },
    close() {
      isClosing = true
      return close()
    },
  }
}

function createShare(): Share {
  return { positions: new Map<number, number>(), dirty: new Set<number>() }
}
