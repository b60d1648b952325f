import { formatTime } from '../../contract/time.ts'
import type postgres from 'postgres'
import type { Sql } from '../../sql/connect.ts'
import { bitOf, VALUE_COLUMNS } from './field-bits.ts'
import type { Instant } from './known-values.ts'

/** A vehicle, and the time of its newest reading with a position in microseconds since 1970. */
export interface NewestPosition {
  vehicleId: number
  timeUs: number
}

/** Any of the readings of an instant. */
const ANY_NTH = -1
const ALL_FIELDS = [...VALUE_COLUMNS, 'extra' as const].reduce((sum, it) => sum | bitOf(it), 0)

const columns = ['received_at', 'device_id', 'lat', 'lon', ...VALUE_COLUMNS, 'extra']
const taken = ['time', 'nth', ...columns].map((it) => `${it} = excluded.${it}`).join(', ')
/** Our own names, which need no escaping. */
const values = VALUE_COLUMNS.map((it) => `('${it}', ${bitOf(it)}, to_jsonb(${it}))`).join(', ')

/**
 * Writes the newest positions, one for each vehicle. The vehicles are not locked: that would write to each of their rows and
 * cost a third more. A vehicle that was deleted meanwhile, or a reading that the database refused, is not joined. A later
 * position that another broker has written stays, and the rest of the reading is written as values.
 */
export async function writePositions(sql: Sql, positions: readonly NewestPosition[]): Promise<void> {
  const ids = positions.map(({ vehicleId }) => vehicleId)
  const times = positions.map(({ timeUs }) => formatTime(timeUs))
  const written = await sql`
    insert into positions (vehicle_id, time, nth, ${sql.unsafe(columns.join(', '))})
    select vehicles.id, reading.*
    from unnest(${ids}::bigint[], ${times}::text[]) as given (vehicle_id, time)
    join vehicles on vehicles.id = given.vehicle_id
    cross join lateral (
      select time, nth, ${sql.unsafe(columns.join(', '))}
      from telemetry
      where telemetry.vehicle_id = given.vehicle_id and telemetry.time = given.time::timestamptz
        and lat is not null and lon is not null
      order by nth desc
      limit 1
    ) as reading
    order by vehicles.id
    on conflict (vehicle_id) do update set ${sql.unsafe(taken)}
    where (positions.time, positions.nth) < (excluded.time, excluded.nth)
  `
  if (written.count < positions.length) await writePassedOver(sql, ids, times)
}

async function writePassedOver(sql: Sql, ids: number[], times: string[]): Promise<void> {
  const passedOver = await sql<{ vehicleId: number; timeUs: number }[]>`
    select given.vehicle_id as "vehicleId",
      (extract(epoch from given.time::timestamptz) * 1000000)::bigint as "timeUs"
    from unnest(${ids}::bigint[], ${times}::text[]) as given (vehicle_id, time)
    join positions on positions.vehicle_id = given.vehicle_id
    where positions.time > given.time::timestamptz
    order by 1`
  if (passedOver.length === 0) return
  await writeValues(
    sql,
    passedOver.map((it) => ({ ...it, nth: ANY_NTH, fields: ALL_FIELDS })),
  )
}

/**
 * Writes the values of readings that are newer than the values in the table, which never has more names of `extra` than allowed.
 */
export async function writeValues(sql: Sql, instants: readonly Instant[]): Promise<void> {
  const withExtra = instants.filter(({ fields }) => (fields & bitOf('extra')) !== 0)
  if (withExtra.length === 0) return insertValues(sql, instants)
  await sql.begin(async (tx) => {
    await insertValues(tx, instants)
    await trimExtras(
      tx,
      withExtra.map(({ vehicleId }) => vehicleId),
    )
  })
}

async function trimExtras(sql: postgres.ISql, vehicleIds: readonly number[]): Promise<void> {
  await sql`select trim_latest_extras(${[...new Set(vehicleIds)]}::bigint[])`
}

async function insertValues(sql: postgres.ISql, instants: readonly Instant[]): Promise<void> {
  await sql`
    insert into latest_values (vehicle_id, field, time, nth, value)
    select distinct on (vehicles.id, it.field) vehicles.id, it.field, reading.time, reading.nth, it.value
    from unnest(
      ${instants.map(({ vehicleId }) => vehicleId)}::bigint[],
      ${instants.map(({ timeUs }) => formatTime(timeUs))}::text[],
      ${instants.map(({ nth }) => nth)}::bigint[],
      ${instants.map(({ fields }) => fields)}::bigint[]
    ) as given (vehicle_id, time, nth, fields)
    join vehicles on vehicles.id = given.vehicle_id
    cross join lateral (
      select * from telemetry
      where telemetry.vehicle_id = given.vehicle_id and telemetry.time = given.time::timestamptz
        and (telemetry.nth = given.nth or given.nth = ${ANY_NTH})
      limit 1000
    ) as reading
    cross join lateral (
      values ${sql.unsafe(values)}
      union all
      select 'extra.' || name, ${bitOf('extra')}, value from jsonb_each(extra) as extras (name, value)
    ) as it (field, bit, value)
    where it.value is not null and given.fields & it.bit <> 0
    -- In this order everywhere, so that two brokers never wait for each other.
    order by vehicles.id, it.field, reading.time desc, reading.nth desc
    on conflict (vehicle_id, field) do update set
      time = excluded.time, nth = excluded.nth, value = excluded.value
    where (latest_values.time, latest_values.nth) < (excluded.time, excluded.nth)
  `
}

/** Vehicles in one statement of `writeMissing`. */
const VEHICLES_AT_ONCE = 1000

/**
 * Writes what a killed broker had not written: newest positions and values of the last hour that the tables lack. If they lack
 * nothing, one reading of each vehicle is read.
 */
export async function writeMissing(sql: Sql): Promise<void> {
  for (let afterId = 0; ;) {
    const page = await sql<{ vehicleId: number; hasNewer: boolean; timeUs: number | null }[]>`
      select vehicles.id as "vehicleId", newer.time is not null as "hasNewer",
        (extract(epoch from placed.time) * 1000000)::bigint as "timeUs"
      from (select id from vehicles where id > ${afterId} order by id limit ${VEHICLES_AT_ONCE}) as vehicles
      left join positions on positions.vehicle_id = vehicles.id
      left join lateral (
        select time from telemetry
        where telemetry.vehicle_id = vehicles.id
          and telemetry.time > now() - interval '1 hour'
          and telemetry.time > coalesce(positions.time, '-infinity')
        order by time desc
        limit 1
      ) as newer on true
      left join lateral (
        select time from telemetry
        where telemetry.vehicle_id = vehicles.id and newer.time is not null and lat is not null and lon is not null
          and telemetry.time > now() - interval '1 hour'
          and telemetry.time > coalesce(positions.time, '-infinity')
        order by time desc
        limit 1
      ) as placed on true
      order by vehicles.id`
    const positions = page.flatMap(({ vehicleId, timeUs }) =>
      timeUs === null ? [] : [{ vehicleId, timeUs }],
    )
    if (positions.length > 0) await writePositions(sql, positions)
    const ids = page.filter(({ hasNewer }) => hasNewer).map(({ vehicleId }) => vehicleId)
    if (ids.length > 0) await writeMissingValues(sql, ids)
    if (page.length < VEHICLES_AT_ONCE) return
    afterId = page.at(-1)?.vehicleId ?? 0
  }
}

async function writeMissingValues(sql: Sql, vehicleIds: number[]): Promise<void> {
  await sql.begin(async (tx) => {
    await insertMissing(tx, vehicleIds)
    await trimExtras(tx, vehicleIds)
  })
}

async function insertMissing(sql: postgres.ISql, vehicleIds: number[]): Promise<void> {
  await sql`
    insert into latest_values (vehicle_id, field, time, nth, value)
    select vehicles.id, reading.*
    from vehicles
    left join positions on positions.vehicle_id = vehicles.id
    cross join lateral latest_of_readings(
      vehicles.id, greatest(positions.time, now() - interval '1 hour'), 100
    ) as reading
    where vehicles.id = any (${vehicleIds}::bigint[])
      and (positions.time is null or (reading.time, reading.nth) > (positions.time, positions.nth))
    order by vehicles.id, reading.field
    on conflict (vehicle_id, field) do update set
      time = excluded.time, nth = excluded.nth, value = excluded.value
    where (latest_values.time, latest_values.nth) < (excluded.time, excluded.nth)`
}
