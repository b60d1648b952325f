import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import Flatbush from 'flatbush'
import { distanceMm } from '../../rules/distance.ts'

export interface NearSettlement {
  name: string
  distanceM: number
  /** distance from its middle to its border, roughly */
  radiusM: number
}

export interface Settlements {
  readonly count: number
  /** The nearest settlement within a distance; positions in degrees. `undefined` if none is that near. */
  nearest(lat: number, lon: number, distanceMaxM: number): NearSettlement | undefined
}

/** Settlements of at least 1000 inhabitants from GeoNames, CC BY 4.0. test/insight/places/build-settlements.ts writes the file. */
const FILE = 'settlements.txt.br'
/** Radius of a settlement of less than 100,000 inhabitants. */
export const RADIUS_M = 5000
/** Metres of a degree of latitude, rounded down, so that a box is never too small. */
const DEGREE_M = 110_000
const RADIANS = Math.PI / 180
/** 1e-7 degrees in the unit of the file. */
const E7 = 10_000

/** Reads the settlements, which takes about a third of a second. */
export function loadSettlements(): Settlements {
  return createSettlements(
    brotliDecompressSync(readFileSync(join(import.meta.dirname, FILE))).toString('utf8'),
  )
}

/**
 * @param text a line for each settlement: latitude and longitude in 1e-3 degrees, the name, and the radius of a city in
 *   km, separated by tabs
 */
export function createSettlements(text: string): Settlements {
  const lines = text.split('\n').filter(Boolean)
  const lats = new Int32Array(lines.length)
  const lons = new Int32Array(lines.length)
  const names: string[] = []
  const radii = new Map<number, number>()
  const tree = lines.length === 0 ? undefined : new Flatbush(lines.length, 16, Int32Array)
  for (const [index, line] of lines.entries()) {
    const [lat = '', lon = '', name = '', radiusKm] = line.split('\t')
    lats[index] = Number(lat)
    lons[index] = Number(lon)
    names.push(name)
    if (radiusKm !== undefined) radii.set(index, Number(radiusKm) * 1000)
    tree?.add(Number(lon), Number(lat))
  }
  tree?.finish()

  /** Indexes of the settlements in a box around a position, on both sides of the 180th meridian. */
  function around(lat: number, lon: number, distanceM: number): number[] {
    const angle = distanceM / DEGREE_M
    const dLat = angle * 1000
    // Around a pole the box has all longitudes.
    const sine = Math.sin(angle * RADIANS) / Math.cos(lat * RADIANS)
    const dLon = Math.abs(lat) + angle >= 90 ? 360_000 : (Math.asin(Math.min(1, sine)) / RADIANS) * 1000 + 1
    const [x, y] = [lon * 1000, lat * 1000]
    const search = (shift: number) =>
      tree?.search(x + shift - dLon, y - dLat - 1, x + shift + dLon, y + dLat + 1) ?? []
    const found = search(0)
    if (x - dLon < -180_000) return [...found, ...search(360_000)]
    return x + dLon > 180_000 ? [...found, ...search(-360_000)] : found
  }

  return {
    count: lines.length,
    nearest(lat, lon, distanceMaxM) {
      const from = { lat: lat * 1e7, lon: lon * 1e7 }
      let best: NearSettlement | undefined
      for (const index of around(lat, lon, distanceMaxM)) {
        const to = { lat: (lats[index] ?? 0) * E7, lon: (lons[index] ?? 0) * E7 }
        const distanceM = distanceMm(from, to) / 1000
        if (distanceM <= (best?.distanceM ?? distanceMaxM))
          best = { name: names[index] ?? '', distanceM, radiusM: radii.get(index) ?? RADIUS_M }
      }
      return best
    },
  }
}
