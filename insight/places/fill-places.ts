import type { Sql } from '../../sql/connect.ts'
import type { Places, Whereabouts } from './places.ts'

/** Journeys whose places are looked up in one step. */
const ROWS_MAX = 500
/**
 * Journeys that may wait for the geocoder, the newest first. With one request a second, the last one waits for half an
 * hour at most.
 * @limit journeys that wait for `GEOCODER_URL` | the older ones get the nearest settlement
 */
const WAITING_MAX = 1000

interface Row {
  id: number
  vehicleId: number
  fromMs: number
  toMs: number | null
  startLat: number | null
  startLon: number | null
  startPlace: string | null
  endLat: number | null
  endLon: number | null
  endPlace: string | null
}

type Side = 'start' | 'end'
type End = Whereabouts & { row: Row; side: Side }

/**
 * One step of naming the ends of journeys that have no name yet, the newest first. Whoever changes the position of an
 * end sets its place to null. The end of an open journey is left out, as it moves.
 *
 * @param options.stepMs no request to the geocoder begins after this time; default 1 s
 * @returns number of journeys that were named, and whether others wait
 */
export async function fillPlaces(options: {
  sql: Sql
  places: Places
  stepMs?: number
  waitingMax?: number
  now?: () => number
}): Promise<{ named: number; hasMore: boolean }> {
  const { sql, places, stepMs = 1000, waitingMax = WAITING_MAX, now = Date.now } = options
  const untilMs = now() + stepMs
  const [newest, oldest] = await Promise.all([listUnnamed(sql, 0), listUnnamed(sql, waitingMax)])
  // Journeys beyond the first ones do not wait: otherwise their number could grow without an end.
  const first = await nameAll(sql, places, newest, { untilMs })
  const older = await nameAll(sql, places, oldest, { canAsk: false })
  const isFull = newest.length === ROWS_MAX || oldest.length === ROWS_MAX
  return { named: first.named + older.named, hasMore: isFull || first.isWaiting }
}

/** Journeys without a name, the newest first, after `offset` of them. */
async function listUnnamed(sql: Sql, offset: number): Promise<Row[]> {
  return sql<Row[]>`
    select id, vehicle_id as "vehicleId", (extract(epoch from from_time) * 1000)::float8 as "fromMs",
      (extract(epoch from to_time) * 1000)::float8 as "toMs", start_lat as "startLat", start_lon as "startLon",
      start_place as "startPlace", end_lat as "endLat", end_lon as "endLon", end_place as "endPlace"
    from journeys
    where (start_place is null and start_lat is not null)
      or (end_place is null and end_lat is not null and to_time is not null)
    order by id desc
    limit ${ROWS_MAX} offset ${offset}`
}

async function nameAll(
  sql: Sql,
  places: Places,
  rows: readonly Row[],
  options: Parameters<Places['namesOf']>[1],
): Promise<{ named: number; isWaiting: boolean }> {
  const ends = rows.flatMap((row) => [...endOf(row, 'start'), ...endOf(row, 'end')])
  if (ends.length === 0) return { named: 0, isWaiting: false }
  const names = await places.namesOf(ends, options)
  const found = ends
    .flatMap((end, index) => ({ end, name: names[index] }))
    .filter(({ name }) => name !== undefined)
  for (const side of ['start', 'end'] as const)
    await write(
      sql,
      side,
      found.filter(({ end }) => end.side === side),
    )
  const named = new Set(found.map(({ end }) => end.row.id)).size
  return { named, isWaiting: found.length < ends.length }
}

function endOf(row: Row, side: Side): End[] {
  const isStart = side === 'start'
  const [lat, lon] = isStart ? [row.startLat, row.startLon] : [row.endLat, row.endLon]
  const [place, timeMs] = isStart ? [row.startPlace, row.fromMs] : [row.endPlace, row.toMs]
  if (lat === null || lon === null || place !== null || timeMs === null) return []
  return [{ lat: lat / 1e7, lon: lon / 1e7, timeMs, vehicleId: row.vehicleId, row, side }]
}

/** Writes names, unless the journey has another position by now. */
async function write(sql: Sql, side: Side, found: { end: End; name: string | undefined }[]): Promise<void> {
  if (found.length === 0) return
  const [place, lat, lon] = [`${side}_place`, `${side}_lat`, `${side}_lon`]
  await sql`
    update journeys set ${sql(place)} = found.name
    from unnest(
      ${found.map(({ end }) => end.row.id)}::bigint[], ${found.map(({ name }) => name ?? '')}::text[],
      ${found.map(({ end }) => Math.round(end.lat * 1e7))}::bigint[], ${found.map(({ end }) => Math.round(end.lon * 1e7))}::bigint[]
    ) as found (id, name, lat, lon)
    where journeys.id = found.id and ${sql(`journeys.${place}`)} is null
      and ${sql(`journeys.${lat}`)} = found.lat and ${sql(`journeys.${lon}`)} = found.lon`
}
