import type { Sql } from '../../sql/connect.ts'
import type { StateReading } from '../state-reading.ts'

export interface StoredState {
  vehicleId: number
  /** microseconds since 1970 */
  timeUs: number
  /** which of the readings of that instant */
  nth: number
  reading: StateReading
}

interface Row {
  vehicleId: number
  lat: number | null
  lon: number | null
  positionUs: number | null
  positionNth: number | null
  speed: number | null
  speedUs: number | null
  speedNth: number | null
  heading: number | null
  headingUs: number | null
  headingNth: number | null
  ignition: boolean | null
  ignitionUs: number | null
  ignitionNth: number | null
  status: string | null
  statusUs: number | null
  statusNth: number | null
}

const PAGE_ROWS = 10_000
const NOTHING: StateReading = {
  lat: undefined,
  lon: undefined,
  speed: undefined,
  heading: undefined,
  ignition: undefined,
  status: undefined,
}

/**
 * Reads the newest values of each vehicle when the broker opens, so that the feed also has vehicles that stand still. Each value
 * is a reading of its own, with its own time.
 */
export async function* readStoredStates(sql: Sql): AsyncGenerator<StoredState> {
  let afterId = 0
  for (;;) {
    const rows = await sql<Row[]>`
      select vehicle_id as "vehicleId", lat, lon, speed, heading, ignition, status,
        ${asUs(sql, 'position_time')} as "positionUs", position_nth as "positionNth",
        ${asUs(sql, 'speed_time')} as "speedUs", speed_nth as "speedNth",
        ${asUs(sql, 'heading_time')} as "headingUs", heading_nth as "headingNth",
        ${asUs(sql, 'ignition_time')} as "ignitionUs", ignition_nth as "ignitionNth",
        ${asUs(sql, 'status_time')} as "statusUs", status_nth as "statusNth"
      from latest_states where vehicle_id > ${afterId} order by vehicle_id limit ${PAGE_ROWS}`
    for (const row of rows) yield* statesOf(row)
    if (rows.length < PAGE_ROWS) return
    afterId = rows.at(-1)?.vehicleId ?? 0
  }
}

function* statesOf(row: Row): Generator<StoredState> {
  const { vehicleId, lat, lon, speed, heading, ignition, status } = row
  const state = (timeUs: number | null, nth: number | null, of: Partial<StateReading>) => ({
    vehicleId,
    timeUs: timeUs ?? 0,
    nth: nth ?? 0,
    reading: { ...NOTHING, ...of },
  })
  if (lat !== null && lon !== null) yield state(row.positionUs, row.positionNth, { lat, lon })
  if (speed !== null) yield state(row.speedUs, row.speedNth, { speed })
  if (heading !== null) yield state(row.headingUs, row.headingNth, { heading })
  if (ignition !== null) yield state(row.ignitionUs, row.ignitionNth, { ignition })
  if (status !== null) yield state(row.statusUs, row.statusNth, { status })
}

/** Vehicles with a device that has reported over HTTP in the last `withinMs`, and the time of the last report. */
export function readReports(sql: Sql, withinMs: number): Promise<{ vehicleId: number; seenMs: number }[]> {
  return sql<{ vehicleId: number; seenMs: number }[]>`
    select vehicle_id as "vehicleId", floor(extract(epoch from max(seen_at)) * 1000)::bigint as "seenMs"
    from device_reports join devices on devices.id = device_id
    where vehicle_id is not null and seen_at > now() - make_interval(secs => ${withinMs / 1000})
    group by vehicle_id`
}

function asUs(sql: Sql, column: string) {
  return sql`(extract(epoch from ${sql(column)}) * 1000000)::bigint`
}
