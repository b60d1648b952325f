import { unwrapLand } from './unwrap-land.ts'

type Ring = readonly GeoJSON.Position[]

/** A label for each country, in the middle of its largest part. `area` is in square degrees and sets the priority. */
export function countryLabels(
  countries: readonly GeoJSON.Feature[],
): GeoJSON.FeatureCollection<GeoJSON.Point> {
  const features = countries.flatMap(({ geometry, properties }): GeoJSON.Feature<GeoJSON.Point>[] => {
    const name: unknown = properties?.['name']
    const largest = outerRings(geometry)
      .map(measured)
      .reduce<Measured | undefined>((a, b) => (a === undefined || b.area > a.area ? b : a), undefined)
    if (typeof name !== 'string' || largest === undefined) return []
    const { area, middle } = largest
    return [{ type: 'Feature', geometry: { type: 'Point', coordinates: middle }, properties: { name, area } }]
  })
  return { type: 'FeatureCollection', features }
}

interface Measured {
  area: number
  middle: GeoJSON.Position
}

/** Unwrapped, because the middle of Fiji and Russia would otherwise be on the other side of the world. */
function outerRings(geometry: GeoJSON.Geometry): Ring[] {
  return unwrapLand(geometry).coordinates.flatMap((it) => it.slice(0, 1))
}

/** A ring's area and centre of gravity by the shoelace formula. */
function measured(ring: Ring): Measured {
  let [sum, sumX, sumY] = [0, 0, 0]
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? []
    const cross = x1 * y2 - x2 * y1
    sum += cross
    sumX += (x1 + x2) * cross
    sumY += (y1 + y2) * cross
  }
  const first = ring[0] ?? [0, 0]
  return { area: Math.abs(sum) / 2, middle: sum === 0 ? [...first] : [sumX / (3 * sum), sumY / (3 * sum)] }
}
