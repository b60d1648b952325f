import type { TestDatabase } from '../support/database.ts'

export const HOUR_MS = 3_600_000
export const silent = { info() {}, warn() {} }

/** Stores a reading of vehicle 1 for each number of hours ago. */
export async function insertReadings({ sql }: TestDatabase, ...hoursAgo: number[]): Promise<void> {
  for (const hours of hoursAgo) {
    const time = new Date(Date.now() - hours * HOUR_MS)
    await sql`insert into telemetry (vehicle_id, time, received_at, speed) values (1, ${time}, now(), 50)`
  }
}

/** Runs `telemetry_maintain` and returns a line for each action, with its object. */
export async function maintain({ sql }: TestDatabase, days: number | null): Promise<string[]> {
  const rows = await sql`select action || ' ' || object as line from telemetry_maintain(${days}::int)`
  return rows.map((row) => String(row['line']))
}

export async function countRows({ sql }: TestDatabase, table: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*) as n from ${sql(table)}`
  return row?.n ?? -1
}
