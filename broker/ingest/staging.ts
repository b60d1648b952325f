import type { TransactionSql } from 'postgres'
import { READING_FIELDS } from '../../contract/telemetry.ts'
import { formatTime } from '../../contract/time.ts'
import { codeOf, FleetwireError } from '../../kit/errors.ts'
import type { Sql } from '../../sql/connect.ts'
import { copyStatement, startCopy } from './copy.ts'
import { ROW_COLUMNS } from './row-buffer.ts'

/** The result of staged rows, by their number. A row in neither map duplicates an earlier one of the same rows. */
export interface Staged {
  /** `nth` of each row that was stored */
  stored: Map<number, number>
  /** `nth` of the equal reading that was stored before each row */
  known: Map<number, number>
}

/** The first and the last time of the rows, in microseconds since 1970: only their partitions are looked at. */
export interface TimeSpan {
  fromUs: number
  toUs: number
}

/** Each further attempt follows another connection's commit; beyond so many in a row, the batch is tried again later. */
const ATTEMPTS_MAX = 10

type Fate = 'stored' | 'known' | 'outrun'

const columns = ROW_COLUMNS.join(', ')
const copyStaging = copyStatement(`staging (${columns})`)
const valuesOf = (table: string) => READING_FIELDS.map((name) => `${table}.${name}`).join(', ')

/**
 * Tells rows whose values are stored already at their instant from new ones, and stores the new ones under the next free
 * `nth`. The server decides which rows are equal: 1 is 1.0, and the order of names in `extra` does not matter.
 * The look-up is an aggregate for each row, so that the planner cannot turn it into a join that reads partitions from end to
 * end.
 *
 * A row is `outrun` if another connection has just committed a row with its `nth`. Then the statement must be taken back: that
 * row was not compared, and may equal any of these. If no row is outrun, no such row exists: an instant's `nth` have no gaps,
 * so it would have the first one that was chosen here.
 */
export const storeStaged = `
  with staged as materialized (
    select row_number() over (order by ctid) - 1 as row, staging.* from staging
  ), looked_up as materialized (
    select staged.*, known.next_nth, known.stored_nth
    from staged
    cross join lateral (
      select coalesce(max(telemetry.nth) + 1, 0) as next_nth,
        max(telemetry.nth) filter (
          where row(${valuesOf('telemetry')}) is not distinct from row(${valuesOf('staged')})
        ) as stored_nth
      from telemetry
      where telemetry.vehicle_id = staged.vehicle_id and telemetry.time = staged.time
        and telemetry.time between $1::timestamptz and $2::timestamptz
    ) as known
  ), first_of_equals as (
    select distinct on (vehicle_id, time, ${valuesOf('looked_up')}) *
    from looked_up
    where stored_nth is null
    order by vehicle_id, time, ${valuesOf('looked_up')}, row
  ), numbered as materialized (
    select *, next_nth + row_number() over (partition by vehicle_id, time order by row) - 1 as new_nth
    from first_of_equals
  ), inserted as (
    insert into telemetry (${columns}, nth)
    select ${columns}, new_nth::smallint from numbered order by vehicle_id, time, new_nth
    on conflict (vehicle_id, time, nth) do nothing
    returning vehicle_id, time, nth
  )
  select row, stored_nth as nth, 'known' as fate from looked_up where stored_nth is not null
  union all
  select row, new_nth, case when inserted.nth is null then 'outrun' else 'stored' end
  from numbered
  left join inserted
    on inserted.vehicle_id = numbered.vehicle_id and inserted.time = numbered.time and inserted.nth = numbered.new_nth`

/**
 * Stores rows that may be stored already, or share their instant with others, in one transaction. `data` is what
 * `RowBuffer.copyData` gives. Rejects with the server's error or the connection's, or `outrun`.
 */
export async function storeThroughStaging(sql: Sql, data: Buffer, span: TimeSpan): Promise<Staged> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await sql.begin((tx) => store(tx, data, span))
    } catch (error) {
      if (codeOf(error) !== 'outrun' || attempts === ATTEMPTS_MAX) throw error
    }
  }
}

async function store(tx: TransactionSql, data: Buffer, { fromUs, toUs }: TimeSpan): Promise<Staged> {
  await tx`create temporary table if not exists staging (like telemetry including defaults) on commit delete rows`
  const send = await startCopy(tx, copyStaging)
  await send(data)
  const span = [formatTime(fromUs), formatTime(toUs)]
  const rows = await tx.unsafe<{ row: number; nth: number; fate: Fate }[]>(storeStaged, span, {
    prepare: true,
  })
  const placesOf = (wanted: Fate) =>
    new Map(rows.filter(({ fate }) => fate === wanted).map(({ row, nth }) => [row, nth]))
  if (placesOf('outrun').size > 0)
    throw new FleetwireError('outrun', 'other connections store readings of the same instants')
  return { stored: placesOf('stored'), known: placesOf('known') }
}
