import { bitOf } from './field-bits.ts'
import { KnownValues, type Instant } from './known-values.ts'

/** Rows that were committed just now. */
export interface StoredRows {
  readonly count: number
  /** A bit for each field that row `row` has; see `bitOf`. */
  fieldsOf(row: number): number
  /** The names in the `extra` of a row. */
  extraNamesOf(row: number): readonly string[]
  vehicleIdOf(row: number): number
  /** microseconds since 1970 */
  timeUsOf(row: number): number
}

/** Rows of a batch, by their number, that were not simply stored. */
export interface StoredResult {
  /** The `nth` of each row; a row that is not in the map has 0. */
  nths: ReadonlyMap<number, number>
  /** Rows that the database refuses. */
  refused: ReadonlyMap<number, unknown>
}

/** Newest values that are not written yet, in shares of the vehicles. Keeps ids and times only, no values. */
export interface PendingValues {
  note(rows: StoredRows, result: StoredResult): void
  /** Takes the noted values of a share, in the order of their vehicles. Later notes belong to the next turn. */
  take(share: number): { positions: ReadonlyMap<number, number>; instants: Instant[] }
  /** Notes a position again that was not written, unless a newer one is noted. */
  giveBackPosition(vehicleId: number, timeUs: number): void
  giveBackValues(instants: readonly Instant[]): void
  forget(vehicleIds: readonly number[]): void
}

const EXTRA = bitOf('extra')
const NO_NAMES: readonly string[] = []

/** Pending writes of the vehicles whose ids have the same remainder. */
interface Share {
  /** by vehicle id: the time of its newest reading with a position */
  positions: Map<number, number>
  /** ids of vehicles with newest values that their newest reading with a position does not have */
  dirty: Set<number>
}

export function createPendingValues(shareCount: number): PendingValues {
  const known = new KnownValues()
  const shares = Array.from({ length: shareCount }, createShare)

  function shareOf(vehicleId: number): Share {
    return (shares[vehicleId % shareCount] ??= createShare())
  }

  function keep(vehicleId: number, timeUs: number): void {
    const { positions } = shareOf(vehicleId)
    const before = positions.get(vehicleId)
    if (before === undefined || before < timeUs) positions.set(vehicleId, timeUs)
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
    take(share) {
      const { positions, dirty } = shareOf(share)
      shares[share] = createShare()
      const instants = [...dirty].toSorted((a, b) => a - b).flatMap((id) => known.take(id))
      return { positions, instants }
    },
    giveBackPosition: keep,
    giveBackValues(instants) {
      for (const instant of instants) {
        known.giveBack(instant)
        shareOf(instant.vehicleId).dirty.add(instant.vehicleId)
      }
    },
    forget(vehicleIds) {
      for (const id of vehicleIds) known.forget(id)
    },
  }
}

function createShare(): Share {
  return { positions: new Map<number, number>(), dirty: new Set<number>() }
}
