import type { Claims } from '../../contract/claims.ts'
import { READING_FIELDS } from '../../contract/telemetry.ts'
import type { TimedReading } from '../../rules/reading.ts'
import type { VehicleAttributes } from '../../rules/resolve-rule.ts'
import type { StoredScope } from '../../rules/rule-scope.ts'
import type { Sql } from '../../sql/connect.ts'
import { seenFromUs, visibleVehicles } from '../access/visible.ts'
import { fromUs } from '../database/columns.ts'
import { jsonProperty } from '../history/reading-json.ts'

export interface PreviewVehicle {
  id: number
  key: string
  attributes: VehicleAttributes
  /** start of the history that the caller may see, in microseconds since 1970; `null` for all of it */
  seenFromUs: number | null
}

/** Vehicles in a scope that the caller may see, in order of their keys, and the number of all of them. */
export async function findPreviewVehicles(
  sql: Sql,
  caller: Claims,
  { all, groups, vehicles, tags }: StoredScope,
  limit: number,
): Promise<{ vehicles: PreviewVehicle[]; total: number }> {
  const isInScope =
    all === true
      ? sql`true`
      : sql`(group_key = any (${[...(groups ?? [])]}::text[]) or id = any (${[...(vehicles ?? [])]}::bigint[])
          or tags && ${[...(tags ?? [])]}::text[])`
  const rows = await sql<(PreviewVehicle & { total: number })[]>`
    select id, key, attributes, ${seenFromUs(sql, caller)} as "seenFromUs", count(*) over ()::int as total
    from vehicles where ${visibleVehicles(sql, caller)} and ${isInScope}
    order by key limit ${limit}`
  return {
    vehicles: rows.map(({ id, key, attributes, seenFromUs: us }) => ({
      id,
      key,
      attributes,
      seenFromUs: us,
    })),
    total: rows[0]?.total ?? 0,
  }
}

/** The place behind which the next page begins. */
export interface ReadingPlace {
  us: number
  nth: number
}

/** A JSON object in the shape of a `TimedReading`: written by the server, without the columns that are null. */
const ITEM = `concat('{"timeMs":', floor(extract(epoch from time) * 1000)::bigint${READING_FIELDS.map(jsonProperty).join('')}, '}')`

/** Readings of a vehicle in order of time, after a place. */
export async function readPreviewPage(
  sql: Sql,
  vehicleId: number,
  range: { fromUs: number; toUs: number; behind: ReadingPlace | undefined; limit: number },
): Promise<{ readings: TimedReading[]; last: ReadingPlace | undefined }> {
  const { behind, limit } = range
  const begin = fromUs(sql, Math.max(range.fromUs, behind?.us ?? range.fromUs))
  const [page] = await sql<{ items: string | null; us: number | null; nth: number | null }[]>`
    select '[' || string_agg(item, ',' order by time, nth) || ']' as items,
      ((array_agg(extract(epoch from time) * 1000000 order by time desc, nth desc))[1])::bigint as us,
      (array_agg(nth order by time desc, nth desc))[1] as nth
    from (
      select time, nth, ${sql.unsafe(ITEM)} as item from telemetry
      where vehicle_id = ${vehicleId} and time >= ${begin} and time < ${fromUs(sql, range.toUs)}
        ${behind === undefined ? sql`` : sql`and (time, nth) > (${begin}, ${behind.nth}::int)`}
      order by time, nth limit ${limit}
    ) as reading`
  if (page === undefined || page.items === null) return { readings: [], last: undefined }
  const last = page.us === null || page.nth === null ? undefined : { us: page.us, nth: page.nth }
  return { readings: JSON.parse(page.items) as TimedReading[], last }
}
