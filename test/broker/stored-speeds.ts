import type { Sql } from '../../sql/connect.ts'

/** The stored speeds of each of these vehicles, in ascending order. */
export async function storedSpeeds(sql: Sql, ...vehicleIds: number[]): Promise<number[][]> {
  const rows = await sql<{ vehicleId: number; speed: number }[]>`
    select vehicle_id as "vehicleId", speed from telemetry where vehicle_id = any (${vehicleIds}) order by speed`
  return vehicleIds.map((id) => rows.filter((it) => it.vehicleId === id).map(({ speed }) => speed))
}
