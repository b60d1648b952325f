import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { createGeocoder } from './geocoder.ts'
import { createPlaceCache, keyOf, squareOf } from './place-cache.ts'
import { settlementName } from './place-name.ts'
import { loadSettlements, type Settlements } from './settlements.ts'

/** A position in degrees, and who was there when. */
export interface Whereabouts {
  lat: number
  lon: number
  /** milliseconds since 1970 */
  timeMs?: number
  vehicleId?: number
}

/** Name of a geofence that contains a position at that time; `undefined` if none does. */
export type GeofenceName = (at: Whereabouts) => string | undefined

export interface Places {
  /** The name of a position in degrees, which may take as long as the geocoder. */
  nameOf(lat: number, lon: number): Promise<string>
  /**
   * The names of positions, in their order: of geofences, otherwise from the cache or the geocoder, otherwise of
   * settlements. `undefined` if the geocoder would have to be asked after `untilMs`.
   *
   * @param options.untilMs milliseconds since 1970: no request to the geocoder begins later
   * @param options.canAsk false: positions that are not in the cache get the name of a settlement
   */
  namesOf(
    at: readonly Whereabouts[],
    options?: { untilMs?: number; canAsk?: boolean },
  ): Promise<(string | undefined)[]>
  close(): void
}

/**
 * Names positions. Without a geocoder, it needs only the settlements, which it reads with the first position.
 *
 * @param options.geocoder see geocoder.ts
 * @param options.geofenceName takes precedence over all other names
 * @param options.now milliseconds since 1970
 */
export function createPlaces(options: {
  sql: Sql
  log: Log
  geocoder?: { url: string; requestsPerS: number } | undefined
  geofenceName?: GeofenceName
  settlements?: Settlements
  now?: () => number
}): Places {
  const { sql, log, geofenceName, now = Date.now } = options
  const cache = createPlaceCache(sql)
  const geocoder = options.geocoder && createGeocoder({ ...options.geocoder, log, now })
  let settlements = options.settlements
  const bySettlement = (lat: number, lon: number) =>
    settlementName((settlements ??= loadSettlements()), lat, lon)

  /** The name that the geocoder gives, which is then in `known`; otherwise the settlement's. */
  async function ask({ lat, lon }: Whereabouts, known: Map<string, string | null>): Promise<string> {
    const square = squareOf(lat, lon)
    const name = await geocoder?.ask(lat, lon)
    if (name === undefined) return bySettlement(lat, lon)
    await cache.keep(square, name)
    known.set(keyOf(square), name)
    return name ?? bySettlement(lat, lon)
  }

  const namesOf: Places['namesOf'] = async (at, { untilMs = Infinity, canAsk = true } = {}) => {
    const fences = at.map((it) => geofenceName?.(it))
    const open = at.filter((_, index) => fences[index] === undefined)
    const known: Map<string, string | null> =
      geocoder === undefined || open.length === 0
        ? new Map()
        : await cache.find(open.map(({ lat, lon }) => squareOf(lat, lon)))
    const names: (string | undefined)[] = []
    for (const [index, it] of at.entries()) {
      const { lat, lon } = it
      const found = known.get(keyOf(squareOf(lat, lon)))
      if (fences[index] !== undefined) names.push(fences[index])
      else if (geocoder === undefined || found === null || (found === undefined && !canAsk))
        names.push(found ?? bySettlement(lat, lon))
      else if (found !== undefined) names.push(found)
      else names.push(now() < untilMs ? await ask(it, known) : undefined)
    }
    return names
  }

  return {
    async nameOf(lat, lon) {
      const [name] = await namesOf([{ lat, lon }])
      return name ?? bySettlement(lat, lon)
    },
    namesOf,
    close() {
      geocoder?.close()
    },
  }
}
