import type { Sql } from '../../sql/connect.ts'
import { count } from './report.ts'

const READINGS = 10_000_000
const DAYS = 30
const DAY_MS = 86_400_000

/** Which vehicles have sent which readings, by the numbers of the vehicles' keys. */
export interface History {
  /** of the first reading's day: 00:00 UTC, epoch milliseconds */
  fromMs: number
  toMs: number
  /** A reading a second: `dense` for a whole day, `export` a million readings from the first day on. */
  dense: { vehicle: number; dayMs: number }
  export: { vehicle: number; readings: number }
  /** A reading a minute for all days: up to and including this number. */
  month: { first: number; last: number }
}

/**
 * Fills `telemetry` with ten million readings of the 30 days before today, as a broker does: in order of time and with
 * mixed vehicles, so that one vehicle's readings are not neighbours on the disk. One vehicle has a day at a reading a
 * second and one a million readings. A hundred have a month at a reading a minute, and each of the others about 460
 * readings in the month.
 */
export async function makeHistory(sql: Sql, vehicles: number): Promise<History> {
  const toMs = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const fromMs = toMs - DAYS * DAY_MS
  const history: History = {
    fromMs,
    toMs,
    dense: { vehicle: 1, dayMs: fromMs + 20 * DAY_MS },
    export: { vehicle: 2, readings: 1_000_000 },
    month: { first: 3, last: 102 },
  }
  const start = performance.now()
  await listSenders(sql, history, vehicles)
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) await insertDay(sql, new Date(dayMs).toISOString())
  await sql`drop table bench_senders`
  await sql`
    insert into positions
    select vehicles.id, newest.*
    from vehicles
    cross join lateral (
      select time, received_at, device_id, lat, lon, altitude, speed, heading, ignition from telemetry
      where vehicle_id = vehicles.id order by time desc limit 1
    ) as newest
    on conflict do nothing`
  // Does the work of autovacuum in a database that has been running for a while.
  for (const table of ['telemetry', 'positions', 'vehicles', 'devices'])
    await sql`vacuum (analyze) ${sql(table)}`
  await sql`checkpoint`

  const [row] = await sql<{ readings: number; bytes: number }[]>`
    select (select count(*) from telemetry) as readings, pg_database_size(current_database()) as bytes`
  if (row?.readings !== READINGS) throw new Error(`${row?.readings} readings were made`)
  const seconds = (performance.now() - start) / 1000
  console.log(
    `${count(READINGS)} readings made in ${seconds.toFixed(0)} s, ${(row.bytes / 2 ** 30).toFixed(1)} GiB`,
  )
  return history
}

/** A table of vehicles and intervals: reading k is sent at start + k * step_us. */
async function listSenders(sql: Sql, history: History, vehicles: number): Promise<void> {
  const { fromMs, dense, month } = history
  const spanUs = DAYS * DAY_MS * 1000
  const months = month.last - month.first + 1
  const perMonth = DAYS * 24 * 60
  const left = READINGS - DAY_MS / 1000 - history.export.readings - months * perMonth
  const others = vehicles - month.last
  const each = Math.floor(left / others)
  const from = new Date(fromMs).toISOString()
  await sql`
    create unlogged table bench_senders as
    select vehicles.id as vehicle_id, devices.id as device_id, n,
      case n
        when ${dense.vehicle}::int then ${new Date(dense.dayMs).toISOString()}::text::timestamptz
        else ${from}::text::timestamptz + (n % 50) * interval '1 s'
      end as start,
      case
        when n <= ${history.export.vehicle}::int then 1000000
        when n <= ${month.last}::int then 60000000
        else ${Math.floor(spanUs / (each + 1))}::bigint
      end as step_us,
      case
        when n = ${dense.vehicle}::int then ${DAY_MS / 1000}::int
        when n = ${history.export.vehicle}::int then ${history.export.readings}::int
        when n <= ${month.last}::int then ${perMonth}::int
        else ${each}::int + (n - ${month.last}::int <= ${left % others}::int)::int
      end as readings
    from vehicles join devices on devices.vehicle_id = vehicles.id
    cross join lateral (select substr(vehicles.key, length('vehicle-') + 1)::int as n) as number`
}

/**
 * The readings of one day, with every field; numbers have the decimals that trackers send, and a tenth of the readings
 * have an `extra`. On plain PostgreSQL the day gets its partition first.
 */
async function insertDay(sql: Sql, day: string): Promise<void> {
  await sql.begin(async (tx) => {
    const [made] = await tx<{ missing: boolean }[]>`
      select telemetry_flavour() = 'plain'
        and to_regclass('telemetry_' || to_char(${day}::text::timestamptz at time zone 'UTC', 'YYYYMMDD')) is null as missing`
    if (made?.missing) await tx`select telemetry_add_partition(${day}::text::timestamptz)`
    // A day's readings are sorted, which should not need the disk.
    await tx`set local work_mem = '256MB'`
    await tx`
      insert into telemetry (
        vehicle_id, time, received_at, device_id, lat, lon, altitude, speed, heading, rpm, engine_load, fuel_level, fuel_rate,
        coolant_temp, battery_voltage, odometer, ignition, status, seq, extra)
      select vehicle_id, time, time + interval '84.213 ms', device_id,
        floor(1e6 * (59 + n % 100 / 100.0::float8 + 0.1 * sin(k / 900.0::float8))) / 1e6,
        floor(1e6 * (17 + n / 100 / 100.0::float8 + 0.1 * cos(k / 700.0::float8))) / 1e6,
        floor(10 * (40 + 30 * sin(k / 500.0::float8))) / 10,
        floor(10 * (60 + 50 * sin(k / 90.0::float8) + 9 * random())) / 10,
        k * 7 % 360,
        floor(800 + 2000 * random()),
        floor(10 * (30 + 40 * random())) / 10,
        floor(10 * (100 - k % 9000 / 100.0::float8)) / 10,
        floor(10 * (3 + 20 * random())) / 10,
        floor(10 * (85 + 5 * sin(k / 300.0::float8))) / 10,
        floor(100 * (13.5 + random())) / 100,
        floor(100 * (12000 + k * 0.017::float8)) / 100,
        true,
        case when k % 50 < 40 then 'driving' else 'idle' end,
        k,
        case when k % 10 = 0 then jsonb '{"door_open":false,"tire_pressure":2.4}' end
      from (
        select sender.*, k, start + k * step_us * interval '1 us' as time
        from bench_senders as sender
        cross join lateral (select extract(epoch from ${day}::text::timestamptz - start) * 1000000 as day_us) as since
        cross join lateral generate_series(
          greatest(0, ceil(day_us / step_us))::bigint,
          least(readings, ceil((day_us + 86400000000) / step_us))::bigint - 1
        ) as k
      ) as reading
      order by time`
  })
}
