import { fillPlaces } from '../../insight/places/fill-places.ts'
import { createPlaces } from '../../insight/places/places.ts'
import { createLog } from '../../kit/log.ts'
import { advance, openResults } from '../../rules/advance.ts'
import type { Journey } from '../../rules/journey.ts'
import type { TimedReading } from '../../rules/reading.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../rules/settings.ts'
import { EMPTY_STATE } from '../../rules/state.ts'
import type { Sql } from '../../sql/connect.ts'

/**
 * Writes the journeys of readings, in order of time, to `journeys`: those that are final, and the open one.
 * @returns their number
 */
export async function storeJourneys(
  sql: Sql,
  vehicleId: number,
  readings: readonly TimedReading[],
  settings: Settings = DEFAULT_SETTINGS,
): Promise<number> {
  let state = EMPTY_STATE
  const rows: object[] = []
  for (const reading of readings) {
    const step = advance(state, reading, settings)
    state = step.state
    const at = new Date(reading.timeMs)
    for (const journey of step.results.journeys) rows.push(toRow(vehicleId, journey, at, at))
  }
  const asOf = new Date(state.last?.timeMs ?? 0)
  for (const journey of openResults(state, settings).journeys)
    rows.push(toRow(vehicleId, journey, null, asOf))
  if (rows.length > 0) await sql`insert into journeys ${sql(rows)}`
  return rows.length
}

/** Replaces the stored journeys of a vehicle by those of its stored readings, and names their places. */
export async function computeJourneys(sql: Sql, key: string): Promise<void> {
  const [vehicle] = await sql<{ id: number }[]>`select id from vehicles where key = ${key}`
  if (vehicle === undefined) throw new Error(`there is no vehicle ${key}`)
  const rows = await sql`select * from telemetry where vehicle_id = ${vehicle.id} order by time, nth`
  const readings = rows.map(({ time, ...columns }) => ({
    ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)),
    timeMs: (time as Date).getTime(),
  }))
  await sql`delete from journeys where vehicle_id = ${vehicle.id}`
  await storeJourneys(sql, vehicle.id, readings)
  const places = createPlaces({ sql, log: createLog('test', 'silent') })
  while ((await fillPlaces({ sql, places })).hasMore);
}

function toRow(vehicleId: number, journey: Journey, finalTime: Date | null, asOf: Date) {
  return {
    vehicle_id: vehicleId,
    kind: journey.kind,
    from_time: new Date(journey.fromMs),
    to_time: journey.toMs === null ? null : new Date(journey.toMs),
    final_time: finalTime,
    as_of: asOf,
    distance_mm: journey.distanceMm,
    odometer_mm: journey.odometerMm,
    moving_ms: journey.movingMs,
    idle_ms: journey.idleMs,
    speed_max: journey.speedMax,
    speed_avg: journey.speedAvg,
    fuel_ul: journey.fuelUl,
    judged_ms: journey.judgedMs,
    start_lat: journey.start?.lat ?? null,
    start_lon: journey.start?.lon ?? null,
    end_lat: journey.end?.lat ?? null,
    end_lon: journey.end?.lon ?? null,
  }
}

/** A drive for `driveS`, a stop for `standS`, and so on, every `stepS`; km/h alternates between `speed` and 0. */
export interface Day {
  fromMs: number
  untilMs: number
  driveS?: number
  standS?: number
  stepS?: number
  lat?: number
  lon?: number
  speed?: number
}

/** Readings of a vehicle that drives to the north and stands, in turns. */
export function drive({
  fromMs,
  untilMs,
  driveS = 1200,
  standS = 600,
  stepS = 10,
  lat = 59.3,
  lon = 18.1,
  speed = 60,
}: Day): TimedReading[] {
  const readings: TimedReading[] = []
  let at = lat
  for (let timeMs = fromMs; timeMs <= untilMs; timeMs += stepS * 1000) {
    const isDriving = ((timeMs - fromMs) / 1000) % (driveS + standS) < driveS
    // 111 km are a degree of latitude
    if (isDriving) at += ((speed / 3600) * stepS) / 111
    readings.push({ timeMs, lat: at, lon, speed: isDriving ? speed : 0, ignition: isDriving })
  }
  return readings
}
