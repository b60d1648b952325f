import type { Claims } from '../../contract/claims.ts'
import { ALERT_STATUSES, STANDING_SPEED_MAX } from '../../contract/live-state.ts'
import type { Sql } from '../../sql/connect.ts'
import { DEAD_AFTER_S } from './presence.ts'
import { jsonProperty } from './reading-json.ts'
import { findFewVisible, seenFrom, visibleVehicles } from './visible.ts'

export interface LivePage {
  /** each a JSON object, with commas between */
  items: string
  /** There is at least one more behind them. */
  hasMore: boolean
  /** key of the last one, when there are `limit` of them */
  last: string | null
}

/**
 * All vehicles that the caller may see, in order of their keys, with their newest positions and what they do; from the one
 * behind `after`. The server writes the JSON, as for the positions.
 */
export async function listLive(
  sql: Sql,
  caller: Claims,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<LivePage> {
  const few = await findFewVisible(sql, caller)
  const [page] = await sql<LivePage[]>`
    select coalesce(string_agg(item, ',' order by place) filter (where place <= ${limit}), '') as items,
      count(*) > ${limit} as "hasMore", max(vehicle) filter (where place = ${limit}) as last
    from (
      select vehicle, row_number() over (order by vehicle) as place, ${item(sql)} as item
      from (
        select id, key as vehicle, name, plate, vin, tags, group_key, ${seenFrom(sql, caller)} as seen_from
        from vehicles
        where ${visibleVehicles(sql, caller, few)} ${after === undefined ? sql`` : sql`and key > ${after}`}
        order by key
        limit ${limit + 1}
      ) as it
      left join positions on positions.vehicle_id = it.id and positions.time >= it.seen_from
      left join (
        select distinct devices.vehicle_id
        from device_presence
        join brokers on brokers.id = device_presence.broker_id
        join devices on devices.id = device_presence.device_id
        where brokers.seen_at > now() - make_interval(secs => ${DEAD_AFTER_S})
      ) as online on online.vehicle_id = it.id
    ) as them
  `
  return page ?? { items: '', hasMore: false, last: null }
}

/** A vehicle as JSON, without what it lacks. The pattern of keys leaves nothing to be escaped. */
function item(sql: Sql) {
  return sql`concat(
    '{"id":', it.id, ',"vehicle":"', vehicle, '","name":', to_json(name),
    case when plate <> '' then ',"plate":' || to_json(plate)::text end,
    case when vin <> '' then ',"vin":' || to_json(vin)::text end, case when tags <> '{}' then ',"tags":' || to_json(tags)::text end,
    ',"group":', coalesce('"' || group_key || '"', 'null'), ',"state":"', ${state(sql)}, '"',
    ',"time":"' || ${sql.unsafe(TIME)} || '"' ${sql.unsafe(POSITION)}, '}')`
}

const POSITION = (['lat', 'lon', 'speed', 'heading', 'ignition'] as const).map(jsonProperty).join('')
/** RFC 3339 with milliseconds, those that a frame of the live feed has. */
const TIME = `to_char(date_trunc('milliseconds', time) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** As `liveStateOf` has it. */
function state(sql: Sql) {
  return sql`case
    when lower(status) = any(${[...ALERT_STATUSES]}::text[]) then 'alert'
    when online.vehicle_id is null then 'offline'
    when speed > ${STANDING_SPEED_MAX}::float8 then 'moving'
    when ignition then 'idling'
    when speed is null and ignition is null then 'unknown'
    else 'stopped' end`
}
