import type { Claims } from '../../contract/claims.ts'
import { ALERT_STATUSES, STANDING_SPEED_MAX } from '../../contract/live-state.ts'
import type { Sql } from '../../sql/connect.ts'
import { onlineVehicles } from '../presence/queries.ts'
import { jsonProperty } from '../history/reading-json.ts'
import { findFewVisible, seenFrom, visibleVehicles } from '../access/visible.ts'

export interface LivePage {
  /** each a JSON object, separated by commas */
  items: string
  /** There is at least one more after them. */
  hasMore: boolean
  /** key of the last item, if there are `limit` of them */
  last: string | null
}

/**
 * All vehicles that the caller may see, in order of their keys, with their newest positions and states, after the key
 * `after`. The server writes the JSON, as for the positions.
 */
export async function listLive(
  sql: Sql,
  caller: Claims,
  { after, limit, staleAfterS }: { after: string | undefined; limit: number; staleAfterS: number },
): Promise<LivePage> {
  const few = await findFewVisible(sql, caller)
  const [page] = await sql<LivePage[]>`
    select coalesce(string_agg(item, ',' order by place) filter (where place <= ${limit}), '') as items,
      count(*) > ${limit} as "hasMore", max(vehicle) filter (where place = ${limit}) as last
    from (
      select vehicle, row_number() over (order by vehicle) as place, ${sql.unsafe(ITEM)} as item
      from (
        select it.*, known.position_time as time, lat, lon, last_state, last_state_time, is_stale,
          case when speed_time > fresh_since then speed end as speed,
          case when heading_time > fresh_since then heading end as heading,
          case when ignition_time > fresh_since then ignition end as ignition,
          case
            when last_state = 'alert' and not is_stale then 'alert'
            when online.vehicle_id is null then 'offline'
            when is_stale then 'stale'
            else last_state
          end as state
        from (
          select id, key as vehicle, name, plate, vin, tags, group_key, ${seenFrom(sql, caller)} as seen_from
          from vehicles
          where ${visibleVehicles(sql, caller, few)} ${after === undefined ? sql`` : sql`and key > ${after}`}
          order by key
          limit ${limit + 1}
        ) as it
        cross join lateral (${visibleStates(sql)}) as known
        cross join lateral (
          select now() - make_interval(secs => ${staleAfterS}) as fresh_since,
            greatest(position_time, status_time, speed_time, ignition_time) as newest
        ) as times
        cross join lateral (select coalesce(newest <= fresh_since, false) as is_stale) as staleness
        cross join lateral (select case when is_stale then '-infinity' else fresh_since end as since) as counted
        cross join lateral (${lastState(sql)}) as states
        left join (${onlineVehicles(sql, staleAfterS)}) as online on online.vehicle_id = it.id
      ) as shown
    ) as them
  `
  return page ?? { items: '', hasMore: false, last: null }
}

/** The newest values of `it`, without those from before its `seen_from`. */
function visibleStates(sql: Sql) {
  return sql`
    select
      case when position_time >= seen_from then position_time end as position_time,
      case when position_time >= seen_from then lat end as lat,
      case when position_time >= seen_from then lon end as lon,
      speed, case when speed_time >= seen_from then speed_time end as speed_time,
      heading, case when heading_time >= seen_from then heading_time end as heading_time,
      ignition, case when ignition_time >= seen_from then ignition_time end as ignition_time,
      status, case when status_time >= seen_from then status_time end as status_time
    from latest_states where latest_states.vehicle_id = it.id`
}

/** The state by the rules of `lastStateOf`, from the values that are newer than `since`. */
function lastState(sql: Sql) {
  return sql`
    select
      case decided when 1 then 'alert' when 2 then 'moving' when 3 then 'idling' when 4 then 'stopped' else 'unknown' end
        as last_state,
      case decided when 1 then status_time when 2 then speed_time when 3 then ignition_time when 4 then standing_time
        else newest end as last_state_time
    from (
      select greatest(
        case when speed_time > since then speed_time end,
        case when ignition_time > since then ignition_time end
      ) as standing_time
    ) as standing
    cross join lateral (
      select case
        when status_time > since and lower(status) = any(${[...ALERT_STATUSES]}::text[]) then 1
        when speed_time > since and speed > ${STANDING_SPEED_MAX}::float8 then 2
        when ignition_time > since and ignition then 3
        when standing_time is not null then 4
      end as decided
    ) as deciding`
}

/** RFC 3339 with milliseconds, the precision of the live feed's frames. */
function time(column: string): string {
  return `to_char(date_trunc('milliseconds', ${column}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** A vehicle as JSON, without absent values. The pattern of keys leaves nothing to escape. */
const ITEM = `concat(
  '{"id":', id, ',"vehicle":"', vehicle, '","name":', to_json(name),
  case when plate <> '' then ',"plate":' || to_json(plate)::text end,
  case when vin <> '' then ',"vin":' || to_json(vin)::text end, case when tags <> '{}' then ',"tags":' || to_json(tags)::text end,
  ',"group":', coalesce('"' || group_key || '"', 'null'), ',"state":"', state, '","last_state":"', last_state, '"',
  ',"last_state_time":"' || ${time('last_state_time')} || '"', ',"is_stale":', is_stale::text,
  ',"time":"' || ${time('time')} || '"'
  ${(['lat', 'lon', 'speed', 'heading', 'ignition'] as const).map(jsonProperty).join('')}, '}')`
