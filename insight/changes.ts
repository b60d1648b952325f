import type { Sql } from '../sql/connect.ts'

/** Changed readings of a vehicle. Times in microseconds since 1970; `-Infinity` and `Infinity` are allowed. */
export interface Change {
  vehicleId: number
  fromUs: number
  toUs: number
}

export interface TakenChanges {
  changes: Change[]
  readings: number
  /** rows of the feed */
  rows: number
  /** since the oldest of them was written, ms; 0 without rows */
  lagMs: number
  isComplete: boolean
  /** Deletes them from the feed, in the same transaction. */
  remove: () => Promise<void>
}

const EARLIEST = "'1900-01-01Z'::timestamptz"
const LATEST = "'2255-01-01Z'::timestamptz"
const bounded = (array: string) =>
  `array(select (extract(epoch from greatest(least(t, ${LATEST}), ${EARLIEST})) * 1000000)::bigint from unnest(${array}) with ordinality as it (t, n) order by n)`

const EARLIEST_US = -2_208_988_800_000_000
/** The last year whose microseconds are exact in a double. */
const LATEST_US = 8_993_721_600_000_000

/**
 * Reads rows of the change feed, at most `max`. Rows are identified by their places in the table, so this and `remove` must be in
 * one transaction: it keeps away whatever would move them.
 */
export async function takeChanges(sql: Sql, max: number): Promise<TakenChanges> {
  type Row = {
    place: string
    ids: number[]
    fromUs: number[]
    toUs: number[]
    readings: number
    ageMs: number
  }
  const rows = await sql.unsafe<Row[]>(
    `select ctid::text as place, vehicle_ids as ids, ${bounded('from_times')} as "fromUs", ${bounded('to_times')} as "toUs", readings,
       (extract(epoch from now() - committed_at) * 1000)::float8 as "ageMs"
     from telemetry_changes limit ${max}`,
    [],
    { prepare: true },
  )
  const changes = new Map<number, Change>()
  for (const { ids, fromUs, toUs } of rows) {
    for (const [n, vehicleId] of ids.entries()) {
      const next = { vehicleId, fromUs: unbounded(fromUs[n]), toUs: unbounded(toUs[n]) }
      const known = changes.get(vehicleId)
      if (known === undefined) changes.set(vehicleId, next)
      else {
        known.fromUs = Math.min(known.fromUs, next.fromUs)
        known.toUs = Math.max(known.toUs, next.toUs)
      }
    }
  }
  return {
    changes: [...changes.values()],
    readings: rows.reduce((sum, it) => sum + it.readings, 0),
    rows: rows.length,
    lagMs: rows.reduce((most, it) => Math.max(most, it.ageMs), 0),
    isComplete: rows.length < max,
    remove: async () => {
      if (rows.length === 0) return
      const places = rows.map(({ place }) => place)
      await sql.unsafe('delete from telemetry_changes where ctid = any ($1::text[]::tid[])', [places], {
        prepare: true,
      })
    },
  }
}

function unbounded(us: number | undefined): number {
  if (us === undefined || us <= EARLIEST_US) return Number.NEGATIVE_INFINITY
  return us >= LATEST_US ? Number.POSITIVE_INFINITY : us
}
