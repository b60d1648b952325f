import type { TransactionSql } from 'postgres'
import { READING_FIELDS } from '../../contract/telemetry.ts'
import { formatTime } from '../../contract/time.ts'
import { FleetwireError } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { CHANGE_COLUMNS } from './changes.ts'
import { copyStatement, expectMoves, startCopy } from './copy.ts'
import { ROW_COLUMNS } from './row-buffer.ts'
import { classify } from './sqlstate.ts'

/** The result of staged rows, by their number. */
export interface Staged {
  /** `nth` of each row that was stored */
  stored: Map<number, number>
  /** `nth` of the equal reading that was stored before each row */
  known: Map<number, number>
  /** rows beyond `READINGS_OF_INSTANT_MAX` */
  surplus: Set<number>
  /** for each row that equals an earlier one of the same rows, the first such row, whose result it shares */
  repeated: Map<number, number>
}

/**
 * Different readings of one vehicle and instant, as many as a message holds. Further readings are refused: all readings of an
 * instant are read whenever another is stored, and no device should make that slow for others.
 * @limit different readings of a vehicle and instant | further ones are dead letters
 */
export const READINGS_OF_INSTANT_MAX = 1000

/** The first and the last time of the rows, in microseconds since 1970: only the partitions between them are read. */
export interface TimeSpan {
  fromUs: number
  toUs: number
}

/** Each further attempt follows another connection's commit; beyond so many in a row, the batch is tried again later. */
const ATTEMPTS_MAX = 10

type RowOutcome = 'stored' | 'known' | 'surplus' | 'repeated'

/**
 * The data of a COPY into `telemetry_changes` for the rows that are stored, by their indexes: a reading that was stored before is
 * no change.
 */
export type ChangeOf = (stored: ReadonlyMap<number, number>) => Buffer

const columns = ROW_COLUMNS.join(', ')
const copyStaging = copyStatement(`staging (${columns})`)
const copyChanges = copyStatement(`telemetry_changes (${CHANGE_COLUMNS.join(', ')})`)
const values = READING_FIELDS.join(', ')

/**
 * Distinguishes new rows from rows whose values are stored already at their instant, and stores the new rows under the next free
 * `nth`. The server decides which rows are equal: 1 is 1.0, and the order of names in `extra` does not matter.
 * The look-up stands behind an `offset`, so that the planner cannot turn it into a join that reads partitions from end to end.
 * Nothing else is joined, because the server would do it row by row: it does not know how many rows there are.
 */
export const storeStaged = `
  with staged as materialized (
    select row_number() over (order by place) - 1 as row, null::smallint as known_nth, ${columns} from staging
  ), there as (
    select there.*
    from (select distinct vehicle_id, time from staged) as instant
    cross join lateral (
      select null::bigint as row, nth as known_nth, ${columns}
      from telemetry
      where telemetry.vehicle_id = instant.vehicle_id and telemetry.time = instant.time
        and telemetry.time between $1::timestamptz and $2::timestamptz
      offset 0
    ) as there
  ), compared as materialized (
    select *, min(known_nth) over equals as equal_nth, min(row) over equals as first_row,
      max(known_nth) over (partition by vehicle_id, time) as last_nth
    from (select * from there union all select * from staged) as all_of_them
    window equals as (partition by vehicle_id, time, ${values})
  ), numbered as materialized (
    select *, coalesce(last_nth + 1, 0) + row_number() over (partition by vehicle_id, time order by row) - 1 as new_nth
    from compared
    where equal_nth is null and row = first_row
  ), stored as (
    insert into telemetry (${columns}, nth)
    select ${columns}, new_nth::smallint from numbered
    where new_nth < ${READINGS_OF_INSTANT_MAX}
    order by vehicle_id, time, new_nth
  )
  select row, equal_nth as nth, 'known' as fate from compared where row is not null and equal_nth is not null
  union all
  select row, first_row, 'repeated' from compared where row <> first_row and equal_nth is null
  union all
  select row, new_nth, case when new_nth < ${READINGS_OF_INSTANT_MAX} then 'stored' else 'surplus' end from numbered`

/**
 * Stores rows that may be stored already, or share their instant with others, in one transaction. `data` is the result of
 * `RowBuffer.copyData`, `moves` the epoch of the moves that they were placed with. Rejects with an error of the server or of the
 * connection, or with `outrun`.
 *
 * After a unique violation all rows are compared again: another connection has just committed a reading under one of the chosen
 * `nth`, which may equal one of these rows. Without a violation no such reading exists: an instant's `nth` have no gaps, so it
 * would have the first one that was chosen here.
 */
export async function storeThroughStaging(
  sql: Sql,
  data: Buffer,
  span: TimeSpan,
  moves?: number,
  changeOf?: ChangeOf,
): Promise<Staged> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await sql.begin((tx) => store(tx, data, span, moves, changeOf))
    } catch (error) {
      if (!isNthConflict(error)) throw error
      if (attempts === ATTEMPTS_MAX) {
        const message = 'other connections keep storing readings of the same instants'
        throw new FleetwireError('outrun', message, { cause: error })
      }
    }
  }
}

/** Whether an error is a violation of our own index; each partition and chunk has such an index, with this in its name. */
function isNthConflict(error: unknown): boolean {
  const { constraint_name: name } = error as { constraint_name?: string }
  return classify(error) === 'unique' && name?.includes('vehicle_id_time_nth') === true
}

/**
 * `place` has the order of the rows. Their positions in the table do not: dead rows of a transaction that was rolled back make
 * room for later rows.
 */
const makeStaging = `
  create temporary table if not exists staging (like telemetry including defaults, place bigint generated always as identity)
  on commit delete rows`

async function store(
  tx: TransactionSql,
  data: Buffer,
  { fromUs, toUs }: TimeSpan,
  moves: number | undefined,
  changeOf: ChangeOf | undefined,
): Promise<Staged> {
  await tx.unsafe(makeStaging)
  const send = await startCopy(tx, copyStaging)
  await send(data)
  const span = [formatTime(fromUs), formatTime(toUs)]
  const rows = await tx.unsafe<{ row: number; nth: number; fate: RowOutcome }[]>(storeStaged, span, {
    prepare: true,
  })
  const indexesOf = (wanted: RowOutcome) =>
    new Map(rows.filter(({ fate }) => fate === wanted).map(({ row, nth }) => [row, nth]))
  const stored = indexesOf('stored')
  if (changeOf !== undefined && stored.size > 0) {
    const sendChange = await startCopy(tx, copyChanges)
    await sendChange(changeOf(stored))
  }
  if (moves !== undefined) await tx.unsafe(expectMoves(moves))
  return {
    stored,
    known: indexesOf('known'),
    surplus: new Set(indexesOf('surplus').keys()),
    repeated: indexesOf('repeated'),
  }
}
