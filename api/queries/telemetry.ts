import { READING_FIELDS, type Reading } from '../../contract/telemetry.ts'
import type { Sql } from '../../sql/connect.ts'
import { asUs, fromUs } from './columns.ts'

type ReadingField = (typeof READING_FIELDS)[number]

export type ReadingRow = { [F in ReadingField]: NonNullable<Reading[F]> | null } & {
  timeUs: number
  receivedUs: number
  device: string | null
}

/** A vehicle's readings in order of time: `fromUs` (inclusive), `afterUs` and `toUs` (exclusive) bound them. */
export async function listReadings(
  sql: Sql,
  vehicleId: number,
  page: { fromUs: number | undefined; afterUs: number | undefined; toUs: number | undefined; limit: number },
): Promise<ReadingRow[]> {
  return sql<ReadingRow[]>`
    ${selectReadings(sql)}
    where telemetry.vehicle_id = ${vehicleId}
      ${page.fromUs === undefined ? sql`` : sql`and time >= ${fromUs(sql, page.fromUs)}`}
      ${page.afterUs === undefined ? sql`` : sql`and time > ${fromUs(sql, page.afterUs)}`}
      ${page.toUs === undefined ? sql`` : sql`and time < ${fromUs(sql, page.toUs)}`}
    order by time
    limit ${page.limit}
  `
}

/** The newest reading that has a position. Walks the index backward, past the readings that have none. */
export async function findPosition(sql: Sql, vehicleId: number): Promise<ReadingRow | undefined> {
  const [row] = await sql<ReadingRow[]>`
    ${selectReadings(sql)}
    where telemetry.vehicle_id = ${vehicleId} and lat is not null and lon is not null
    order by time desc
    limit 1
  `
  return row
}

function selectReadings(sql: Sql) {
  return sql`
    select ${asUs(sql, 'time')} as "timeUs", ${asUs(sql, 'received_at')} as "receivedUs",
      devices.key as device, ${sql(READING_FIELDS as unknown as string[])}
    from telemetry left join devices on devices.id = telemetry.device_id
  `
}
