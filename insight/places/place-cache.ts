import type { Sql } from '../../sql/connect.ts'

/** A square of the cache: its middle in 1e-3 degrees. */
export interface Square {
  lat: number
  lon: number
}

/** Names that the geocoder gave, in `place_names`. */
export interface PlaceCache {
  /** Those of the squares that are known; `null` if the geocoder knows no name. */
  find(squares: readonly Square[]): Promise<Map<string, string | null>>
  keep(square: Square, name: string | null): Promise<void>
}

/**
 * @limit positions whose names from `GEOCODER_URL` are kept | the oldest are deleted, and requested again
 */
const ROWS_MAX = 1_000_000
/** The table is counted after as many new names. */
const COUNT_EVERY = 1000
/**
 * Maps change.
 * @limit days for which a name from `GEOCODER_URL` is used | it is requested again
 */
const DAYS_MAX = 180

/** The square that contains a position in degrees, of about 100 m. */
export const squareOf = (lat: number, lon: number): Square => ({
  lat: Math.round(lat * 1000),
  lon: Math.round(lon * 1000),
})
export const keyOf = ({ lat, lon }: Square): string => `${lat},${lon}`

export function createPlaceCache(
  sql: Sql,
  { rowsMax = ROWS_MAX, countEvery = COUNT_EVERY } = {},
): PlaceCache {
  let uncounted = 0

  async function trim(): Promise<void> {
    await sql`
      delete from place_names where (lat, lon) in (
        select lat, lon from place_names order by found_at
        limit greatest((select count(*) from place_names) - ${rowsMax}::bigint, 0)
      )`
  }

  return {
    async find(squares) {
      const rows = await sql<(Square & { name: string | null })[]>`
        select lat, lon, name from place_names
        join unnest(${squares.map(({ lat }) => lat)}::bigint[], ${squares.map(({ lon }) => lon)}::bigint[]) as asked (lat, lon)
          using (lat, lon)
        where found_at > now() - make_interval(days => ${DAYS_MAX})`
      return new Map(rows.map((it) => [keyOf(it), it.name]))
    },
    async keep({ lat, lon }, name) {
      await sql`
        insert into place_names (lat, lon, name) values (${lat}, ${lon}, ${name})
        on conflict (lat, lon) do update set name = excluded.name, found_at = excluded.found_at`
      if (++uncounted < countEvery) return
      uncounted = 0
      await trim()
    },
  }
}
