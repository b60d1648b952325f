import { READING_FIELDS } from '../../contract/telemetry.ts'
import type { TimedReading } from '../../rules/reading.ts'
import type { Sql } from '../../sql/connect.ts'

/** Stores readings of a vehicle in a transaction with their row of the change feed, as a broker does. */
export async function storeReadings(
  sql: Sql,
  vehicleId: number,
  readings: readonly TimedReading[],
): Promise<void> {
  if (readings.length === 0) return
  const rows = readings.map(({ timeMs, ...values }) => ({ time: new Date(timeMs).toISOString(), ...values }))
  await sql.begin(async (tx) => {
    const stored = await tx.unsafe(
      `insert into telemetry (vehicle_id, time, received_at, ${READING_FIELDS.join(', ')})
       select ${vehicleId}, time, now(), ${READING_FIELDS.join(', ')} from jsonb_populate_recordset(null::telemetry, $1::text::jsonb)
       on conflict do nothing returning time`,
      [JSON.stringify(rows)],
    )
    if (stored.length === 0) return
    const times = stored.map((it) => (it['time'] as Date).toISOString()).toSorted()
    await tx`select telemetry_changed(${vehicleId}, ${times[0] ?? ''}, ${times.at(-1) ?? ''})`
  })
}

export async function addVehicle(sql: Sql, key = 'van'): Promise<number> {
  const [row] = await sql<{ id: number }[]>`insert into vehicles (key) values (${key}) returning id`
  if (row === undefined) throw new Error('no vehicle')
  return row.id
}
