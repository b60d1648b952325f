import type { Claims } from '../../contract/claims.ts'
import { READING_FIELDS } from '../../contract/telemetry.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Box, Circle } from '../positions/area.ts'
import { distanceTo, isAround, isInside } from '../positions/queries.ts'
import { jsonTime } from '../history/reading-json.ts'
import { findFewVisible, seenFrom, since, visibleVehicles } from '../access/visible.ts'

export interface LatestPage {
  /** each a JSON object, separated by commas */
  items: string
  /** There is at least one more after them. */
  hasMore: boolean
  /** key of the last item, if there are `limit` of them */
  last: string | null
}

export interface LatestQuery {
  group: string | undefined
  /** contains the newest position */
  box?: Box
  circle?: Circle
  /** only vehicles with keys after this one; not for a circle */
  after: string | undefined
  limit: number
  staleAfterS: number
}

/**
 * The newest values of vehicles that the caller may see, in order of their keys, or nearest first in a circle. The
 * server writes the JSON.
 */
export async function listLatest(sql: Sql, caller: Claims, query: LatestQuery): Promise<LatestPage> {
  const { group, box, circle, after, limit, staleAfterS } = query
  const few = await findFewVisible(sql, caller)
  const order = circle ? sql`distance, vehicle` : sql`vehicle`
  const [page] = await sql<LatestPage[]>`
    select coalesce(string_agg(item, ',' order by place) filter (where place <= ${limit}), '') as items,
      count(*) > ${limit} as "hasMore", max(vehicle) filter (where place = ${limit}) as last
    from (
      select vehicle, row_number() over (order by ${order}) as place, ${sql.unsafe(ITEM)} as item
      from (
        select * from (
          select id, key as vehicle, ${seenFrom(sql, caller)} as seen_from,
            ${circle ? distanceTo(sql, circle) : sql`null::float8`} as distance
          from vehicles ${box || circle ? sql`join positions on positions.vehicle_id = vehicles.id` : sql``}
          where ${visibleVehicles(sql, caller, few)}
            ${group === undefined ? sql`` : sql`and group_key = ${group}`}
            ${after === undefined ? sql`` : sql`and key > ${after}`}
            ${box || circle ? since(sql, caller, sql`positions.time`) : sql``}
            ${box ? sql`and ${isInside(sql, box)}` : sql``}
            ${circle ? sql`and ${isAround(sql, circle)}` : sql``}
        ) as them
        ${circle ? sql`where distance <= ${circle.radiusM}` : sql``}
        order by ${order}
        limit ${limit + 1}
      ) as it
      ${values(sql, staleAfterS)}
    ) as them
  `
  return page ?? { items: '', hasMore: false, last: null }
}

/** The newest values of a vehicle, as JSON; `undefined` if the caller may not see such a vehicle. */
export async function findLatest(
  sql: Sql,
  caller: Claims,
  { key, staleAfterS }: { key: string; staleAfterS: number },
): Promise<string | undefined> {
  const [found] = await sql<{ item: string }[]>`
    select ${sql.unsafe(ITEM)} as item
    from (
      select id, key as vehicle, ${seenFrom(sql, caller)} as seen_from
      from vehicles where key = ${key} and ${visibleVehicles(sql, caller)}
    ) as it
    ${values(sql, staleAfterS)}
  `
  return found?.item
}

/** The pattern of keys leaves nothing to escape. */
const ITEM = `concat('{"vehicle":"', vehicle, '","values":{', fields, '}}')`

const VALUE = `concat('{"value":', value, ',"time":"', ${jsonTime('time')}, '","age_s":',
  greatest(floor(extract(epoch from now() - time)), 0), ',"is_stale":', (time <= fresh_since)::text, '}')`

/** The order of fields in readings, followed by the names in `extra`. */
const ORDER = `array_position(array[${READING_FIELDS.map((it) => `'${it}'`).join(',')}], field)`

/** Joins the `fields` of `it.id`: `"name":{value, time, age_s, is_stale}`, separated by commas. */
function values(sql: Sql, staleAfterS: number) {
  return sql`
    cross join lateral (
      select concat_ws(',',
        string_agg(to_json(field) || ':' || value, ',' order by ${sql.unsafe(ORDER)}) filter (where name is null),
        '"extra":{' || string_agg(to_json(name) || ':' || value, ',' order by name) filter (where name is not null) || '}'
      ) as fields
      from (
        select field, case when starts_with(field, 'extra.') then substr(field, 7) end as name,
          ${sql.unsafe(VALUE)} as value
        from latest
        cross join (select now() - make_interval(secs => ${staleAfterS}) as fresh_since) as times
        where latest.vehicle_id = it.id and latest.time >= it.seen_from
      ) as newest
    ) as them_all`
}
