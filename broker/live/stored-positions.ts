import type { Sql } from '../../sql/connect.ts'
import type { PositionReading } from './vehicle-states.ts'

export interface StoredPosition extends PositionReading {
  vehicleId: number
  /** microseconds since 1970 */
  timeUs: number
  /** which of the readings of that instant */
  nth: number
}

const PAGE_ROWS = 10_000

/** The position of each vehicle when the broker started, so that one that connects without moving is also reported. */
export async function* readStoredPositions(sql: Sql): AsyncGenerator<StoredPosition> {
  let afterId = 0
  for (;;) {
    const rows = await sql<
      {
        vehicleId: number
        timeUs: number
        nth: number
        lat: number
        lon: number
        speed: number | null
        heading: number | null
        ignition: boolean | null
        status: string | null
      }[]
    >`
      select vehicle_id as "vehicleId", (extract(epoch from time) * 1000000)::bigint as "timeUs", nth,
        lat, lon, speed, heading, ignition, status
      from positions where vehicle_id > ${afterId} order by vehicle_id limit ${PAGE_ROWS}`
    for (const { speed, heading, ignition, status, ...row } of rows) {
      yield {
        ...row,
        speed: speed ?? undefined,
        heading: heading ?? undefined,
        ignition: ignition ?? undefined,
        status: status ?? undefined,
      }
    }
    if (rows.length < PAGE_ROWS) return
    afterId = rows.at(-1)?.vehicleId ?? 0
  }
}
