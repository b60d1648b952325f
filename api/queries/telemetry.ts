import { READING_FIELDS, type Reading } from '../../contract/telemetry.ts'
import type { Sql } from '../../sql/connect.ts'
import type { HistoryFilter } from '../history-filter.ts'
import { asUs, fromUs } from './columns.ts'
import { matching, type Vehicle } from './history-filter.ts'

type ReadingField = (typeof READING_FIELDS)[number]

export type ReadingRow = { [F in ReadingField]?: NonNullable<Reading[F]> | null } & {
  timeUs: number
  receivedUs: number
  device?: string | null
}

/** A reading, and the place of its vehicle in the list that was asked for, from 1. */
export type PlacedRow = ReadingRow & { place: number }

export interface ReadingsPage {
  order: 'asc' | 'desc'
  /** Only readings behind this one, in this order; its vehicle is the first of those asked for. */
  behindUs: number | undefined
  limit: number
}

/**
 * Readings of vehicles, all of one before those of the next, each in order of time. So every vehicle is one walk along the
 * unique index, however many there are, and the walk ends when the page is full.
 */
export async function listReadings(
  sql: Sql,
  vehicles: readonly Vehicle[],
  filter: HistoryFilter,
  { order, behindUs, limit }: ReadingsPage,
): Promise<PlacedRow[]> {
  const { columns } = filter
  const direction = order === 'asc' ? sql`asc` : sql`desc`
  const fields = columns.filter((column) => column !== 'received_at' && column !== 'device')
  const behind = behindUs === undefined ? undefined : fromUs(sql, behindUs)
  return sql<PlacedRow[]>`
    select it.*, ${asUs(sql, 'it.time')} as "timeUs", ${asUs(sql, 'it.received_at')} as "receivedUs"
      ${columns.includes('device') ? sql`, (select key from devices where id = it.device_id) as device` : sql``}
    from (
      select given.place, reading.*
      from unnest(${vehicles.map(({ id }) => id)}::bigint[]) with ordinality as given (id, place)
      cross join lateral (
        select time, received_at, device_id ${fields.length === 0 ? sql`` : sql`, ${sql(fields as string[])}`}
        from telemetry
        where telemetry.vehicle_id = given.id ${matching(sql, filter)}
          ${
            behind === undefined
              ? sql``
              : order === 'asc'
                ? sql`and time > case given.place when 1 then ${behind} else '-infinity' end`
                : sql`and time < case given.place when 1 then ${behind} else 'infinity' end`
          }
        order by time ${direction}
        limit ${limit}
      ) as reading
      order by given.place, reading.time ${direction}
      limit ${limit}
    ) as it
    order by it.place, it.time ${direction}
  `
}

/**
 * The newest reading that has a position. Walks the index backward, past the readings that have none, and no farther than to
 * the one that `positions` has, which is at most a second or so behind.
 */
export async function findPosition(sql: Sql, vehicleId: number): Promise<ReadingRow | undefined> {
  const [row] = await sql<ReadingRow[]>`
    select ${asUs(sql, 'time')} as "timeUs", ${asUs(sql, 'received_at')} as "receivedUs",
      devices.key as device, ${sql(READING_FIELDS as unknown as string[])}
    from telemetry left join devices on devices.id = telemetry.device_id
    where telemetry.vehicle_id = ${vehicleId} and lat is not null and lon is not null
      and time >= coalesce((select time from positions where vehicle_id = ${vehicleId}), '-infinity')
    order by time desc
    limit 1
  `
  return row
}
