import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { COLUMNS } from '../columns.ts'
import type { HistoryFilter } from '../history-filter.ts'
import { fromUs } from './columns.ts'
import { matching, type Vehicle } from './history-filter.ts'
import { readingJson } from './reading-json.ts'
import { visibleVehicles } from './visible.ts'

export interface ReadingsQuery {
  order: 'asc' | 'desc'
  /** Only readings behind this one, in this order; its vehicle is the first of those asked for. */
  behindUs: number | undefined
  limit: number
  /** Whether each reading has its vehicle's key. */
  named: boolean
  /** The items are in the order opposite to the one in which they are looked for. */
  reversed: boolean
}

export interface ReadingsPage {
  /** each a JSON object, with commas between */
  items: string
  /** There is at least one more behind them. */
  hasMore: boolean
  /** the ends of the page in the order of `items`; null: it is empty */
  first: ReadingPlace | null
  last: ReadingPlace | null
}

export interface ReadingPlace {
  timeUs: number
  vehicle: string
}

/**
 * Readings of vehicles, all of one before those of the next, each in order of time. So every vehicle is one walk along the
 * unique index, however many there are, and the walk ends when the page is full.
 */
export async function listReadings(
  sql: Sql,
  vehicles: readonly Vehicle[],
  filter: HistoryFilter,
  { order, behindUs, limit, named, reversed }: ReadingsQuery,
): Promise<ReadingsPage> {
  const { columns } = filter
  const direction = sql.unsafe(order)
  const behind = behindUs === undefined ? undefined : fromUs(sql, behindUs)
  const device = columns.includes('device')
    ? sql`(select key from devices where id = device_id) as device,`
    : sql``
  const [page] = await sql<(Ends & Pick<ReadingsPage, 'items' | 'hasMore'>)[]>`
    select coalesce(string_agg(item, ',' order by n ${sql.unsafe(reversed ? 'desc' : 'asc')}), '') as items,
      coalesce(bool_or(total > ${limit}), false) as "hasMore",
      max(us) filter (where n = 1) as "nearUs", max(vehicle) filter (where n = 1) as "nearVehicle",
      max(us) filter (where n = least(total, ${limit})) as "farUs",
      max(vehicle) filter (where n = least(total, ${limit})) as "farVehicle"
    from (
      select n, total, vehicle, (extract(epoch from time) * 1000000)::bigint as us,
        ${sql.unsafe(readingJson(columns, named ? 'vehicle' : undefined))} as item
      from (
        select page.*, ${device} count(*) over () as total, row_number() over (order by place, time ${direction}) as n
        from (
          select given.vehicle, given.place, reading.*
          from unnest(${vehicles.map(({ id }) => id)}::bigint[], ${vehicles.map(({ key }) => key)}::text[])
            with ordinality as given (id, vehicle, place)
          cross join lateral (
            select * from telemetry
            where telemetry.vehicle_id = given.id ${matching(sql, filter)}
              ${
                behind === undefined
                  ? sql``
                  : order === 'asc'
                    ? sql`and time > case given.place when 1 then ${behind} else '-infinity' end`
                    : sql`and time < case given.place when 1 then ${behind} else 'infinity' end`
              }
            order by time ${direction}
            limit ${limit + 1}
          ) as reading
          order by given.place, reading.time ${direction}
          limit ${limit + 1}
        ) as page
      ) as it
      where n <= ${limit}
    ) as them
  `
  if (page === undefined) return { items: '', hasMore: false, first: null, last: null }
  const { items, hasMore } = page
  const near = placeOf(page.nearUs, page.nearVehicle)
  const far = placeOf(page.farUs, page.farVehicle)
  return reversed ? { items, hasMore, first: far, last: near } : { items, hasMore, first: near, last: far }
}

/** of the walk: where it began and where it ended */
interface Ends {
  nearUs: number | null
  nearVehicle: string | null
  farUs: number | null
  farVehicle: string | null
}

function placeOf(timeUs: number | null, vehicle: string | null): ReadingPlace | null {
  return timeUs === null || vehicle === null ? null : { timeUs, vehicle }
}

const POSITION = readingJson(COLUMNS)

/**
 * The newest reading that has a position, as JSON; null: there is none. Undefined: the caller may not see such a vehicle.
 * Walks the index backward, past the readings that have none, and no farther than to the one that `positions` has, which
 * is at most a second or so behind.
 */
export async function findPosition(
  sql: Sql,
  caller: Claims,
  key: string,
): Promise<{ reading: string | null } | undefined> {
  const [found] = await sql<{ reading: string | null }[]>`
    select newest.item as reading
    from vehicles
    left join positions on positions.vehicle_id = vehicles.id
    left join lateral (
      select ${sql.unsafe(POSITION)} as item
      from (
        select *, (select devices.key from devices where devices.id = device_id) as device
        from telemetry
        where telemetry.vehicle_id = vehicles.id and lat is not null and lon is not null
          and time >= coalesce(positions.time, '-infinity')
        order by time desc
        limit 1
      ) as reading
    ) as newest on true
    where vehicles.key = ${key} and ${visibleVehicles(sql, caller)}
  `
  return found
}
