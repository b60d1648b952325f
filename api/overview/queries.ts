import type { Sql } from '../../sql/connect.ts'
import { asUs } from '../database/columns.ts'
import { isOnline, joinPresence, wasSeen } from '../presence/queries.ts'

export interface VehicleCounts {
  total: number
  /** vehicles with a device that is online */
  online: number
  /** vehicles with a device that was online, and none that is */
  offline: number
  never: number
}

/** Number of vehicles, by whether their devices are online. */
export async function countVehicles(sql: Sql, staleAfterS: number): Promise<VehicleCounts> {
  const [counts] = await sql<VehicleCounts[]>`
    select count(*) as total, count(*) filter (where online) as online,
      count(*) filter (where known and not online) as offline, count(*) filter (where not known) as never
    from (
      select bool_or(${isOnline(sql, staleAfterS)}) as online, bool_or(${wasSeen(sql)}) as known
      from vehicles
      left join devices on devices.vehicle_id = vehicles.id
      ${joinPresence(sql)}
      group by vehicles.id
    ) as fleet
  `
  return counts ?? { total: 0, online: 0, offline: 0, never: 0 }
}

/**
 * Time of receipt of the newest reading with a position, whichever broker received it. It is read from one row for each
 * vehicle, and not from the readings, which are in no order of receipt.
 */
export async function findNewestReceiptUs(sql: Sql): Promise<number | undefined> {
  const [row] = await sql<{ newestUs: number | null }[]>`
    select ${asUs(sql, 'newest')} as "newestUs" from (select max(received_at) as newest from positions) as them
  `
  return row?.newestUs ?? undefined
}
