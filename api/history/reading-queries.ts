import type { Claims } from '../../contract/claims.ts'
import type { Sql } from '../../sql/connect.ts'
import { COLUMNS } from './columns.ts'
import type { HistoryFilter } from './filter.ts'
import { fromUs } from '../database/columns.ts'
import { givenVehicles, matching, sinceGiven, type RequestedVehicles, type ReadingKey } from './filter-sql.ts'
import { readingJson } from './reading-json.ts'
import { since, visibleVehicles } from '../access/visible.ts'

export interface ReadingsQuery {
  order: 'asc' | 'desc'
  /** Only readings after this one, in this order; its vehicle is the first of the requested ones. */
  behind: ReadingKey | undefined
  limit: number
  /** Each reading includes its vehicle's key. */
  named: boolean
  /** The items are in the opposite order of the search. */
  reversed: boolean
}

export interface ReadingsPage {
  /** each a JSON object, separated by commas */
  items: string
  /** There is at least one more after them. */
  hasMore: boolean
  /** the ends of the page in the order of `items`; `null` if it is empty */
  first: PageEnd | null
  last: PageEnd | null
}

export interface PageEnd extends ReadingKey {
  vehicle: string
}

/** Separates two items, and occurs in none: JSON has no line break within a text. */
const BETWEEN_ITEMS = ',\n'

/**
 * Readings of vehicles, all of one before those of the next, each in order of time and `nth`. So each vehicle is read
 * along the unique index, and reading ends when the page is full. One item too many shows that there are more, and is
 * removed here: the server takes longer to number the rows than to write that item.
 */
export async function listReadings(
  sql: Sql,
  vehicles: RequestedVehicles,
  filter: HistoryFilter,
  { order, behind, limit, named, reversed }: ReadingsQuery,
): Promise<ReadingsPage> {
  const { columns } = filter
  const direction = sql.unsafe(order)
  const device = columns.includes('device')
    ? sql`, (select key from devices where id = device_id) as device`
    : sql``
  const isOfMany = vehicles.keys.length > 1
  const [page] = await sql<(Ends & { items: string | null; count: number })[]>`
    select string_agg(item, ${BETWEEN_ITEMS}) as items, count(*),
      (array_agg(us))[1] as "nearUs", (array_agg(nth))[1] as "nearNth", (array_agg(vehicle))[1] as "nearVehicle",
      (array_agg(us))[least(count(*), ${limit})] as "farUs",
      (array_agg(nth))[least(count(*), ${limit})] as "farNth",
      (array_agg(vehicle))[least(count(*), ${limit})] as "farVehicle"
    from (
      select given.vehicle, us, nth, item
      from ${givenVehicles(sql, vehicles)}
      cross join lateral (
        select (extract(epoch from time) * 1000000)::bigint as us, nth,
          ${sql.unsafe(readingJson(columns, named ? 'given.vehicle' : undefined))} as item
        from (
          select * ${device} from telemetry
          where telemetry.vehicle_id = given.id ${matching(sql, filter)} ${sinceGiven(sql, vehicles)}
            ${inWalk(sql, order, behind)}
          order by time ${direction}, nth ${direction}
          limit ${limit + 1}
        ) as reading
      ) as it
      ${isOfMany ? sql`order by given.place, us ${direction}, nth ${direction} limit ${limit + 1}` : sql``}
    ) as them
  `
  if (page === undefined || page.items === null) return { items: '', hasMore: false, first: null, last: null }
  const hasMore = page.count > limit
  const walked = hasMore ? page.items.slice(0, page.items.lastIndexOf(BETWEEN_ITEMS)) : page.items
  const items = reversed ? walked.split(BETWEEN_ITEMS).toReversed().join(BETWEEN_ITEMS) : walked
  const near = endOf(page.nearUs, page.nearNth, page.nearVehicle)
  const far = endOf(page.farUs, page.farNth, page.farVehicle)
  return reversed ? { items, hasMore, first: far, last: near } : { items, hasMore, first: near, last: far }
}

/**
 * Only readings after the place for the first vehicle, all readings for the others. `behind` explains the condition on
 * the time alone.
 */
function inWalk(sql: Sql, order: 'asc' | 'desc', place: ReadingKey | undefined) {
  if (place === undefined) return sql``
  const beginning = order === 'asc' ? sql`'-infinity'` : sql`'infinity'`
  const time = sql`case given.place when 1 then ${fromUs(sql, place.timeUs)} else ${beginning} end`
  return order === 'asc'
    ? sql`and time >= ${time} and (time, nth) > (${time}, ${place.nth}::int)`
    : sql`and time <= ${time} and (time, nth) < (${time}, ${place.nth}::int)`
}

/** places at which the query began and ended */
interface Ends {
  nearUs: number | null
  nearNth: number | null
  nearVehicle: string | null
  farUs: number | null
  farNth: number | null
  farVehicle: string | null
}

function endOf(timeUs: number | null, nth: number | null, vehicle: string | null): PageEnd | null {
  return timeUs === null || nth === null || vehicle === null ? null : { timeUs, nth, vehicle }
}

const POSITION = readingJson(COLUMNS)

/**
 * Bounds of the search for a newest position. Preparing a search of each partition, of which there may be hundreds,
 * takes longer than searching one. Partitions are not prepared if a time that is known when the query begins excludes
 * them. No reading is farther ahead than the largest `CLOCK_SKEW_MAX_S`, and most vehicles have sent something in the
 * last two days.
 */
const RECENT = "and time >= now() - interval '2 days' and time <= now() + interval '1 day'"

/**
 * The newest reading that has a position, as JSON. `null` if the caller may see none, and `undefined` if the caller may
 * not see such a vehicle. The query reads the index backward, past readings without a position. It stops at the one in
 * `positions`, which is at most about a second old.
 */
export async function findPosition(
  sql: Sql,
  caller: Claims,
  key: string,
): Promise<{ reading: string | null } | undefined> {
  const found = await findPositionWithin(RECENT, sql, caller, key)
  return found?.reading === null && !found.isRecent ? findPositionWithin('', sql, caller, key) : found
}

async function findPositionWithin(
  bounds: typeof RECENT | '',
  sql: Sql,
  caller: Claims,
  key: string,
): Promise<{ reading: string | null; isRecent: boolean } | undefined> {
  const [found] = await sql<{ reading: string | null; isRecent: boolean }[]>`
    select newest.item as reading, coalesce(positions.time >= now() - interval '2 days', false) as "isRecent"
    from vehicles
    left join positions on positions.vehicle_id = vehicles.id
    left join lateral (
      select ${sql.unsafe(POSITION)} as item
      from (
        select *, (select devices.key from devices where devices.id = device_id) as device
        from telemetry
        where telemetry.vehicle_id = vehicles.id and lat is not null and lon is not null
          and time >= coalesce(positions.time, '-infinity') ${sql.unsafe(bounds)} ${since(sql, caller, sql`time`)}
        order by time desc, nth desc
        limit 1
      ) as reading
    ) as newest on true
    where vehicles.key = ${key} and ${visibleVehicles(sql, caller)}
  `
  return found
}
