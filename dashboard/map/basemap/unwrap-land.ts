type Ring = GeoJSON.Position[]

/**
 * Converts land of world-atlas for a flat map. In world-atlas, a ring may cross the 180th meridian or circle a pole, and would be
 * drawn as a stripe across the map. In the result, longitudes continue beyond 180 degrees, and a ring around a pole
 * is closed along the pole's edge of the map.
 */
export function unwrapLand(geometry: GeoJSON.Geometry): GeoJSON.MultiPolygon {
  return { type: 'MultiPolygon', coordinates: polygonsOf(geometry).map(unwrapPolygon) }
}

function polygonsOf(geometry: GeoJSON.Geometry): Ring[][] {
  if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(polygonsOf)
  if (geometry.type === 'Polygon') return [geometry.coordinates]
  return geometry.type === 'MultiPolygon' ? geometry.coordinates : []
}

function unwrapPolygon([outer = [], ...holes]: Ring[]): Ring[] {
  const unwrapped = closeAroundPole(unwrapRing(outer))
  const middle = middleLon(unwrapped)
  const moved = holes.map((hole) => {
    const ring = unwrapRing(hole)
    const turns = Math.round((middle - middleLon(ring)) / 360) * 360
    return ring.map(([lon = 0, lat = 0]) => [lon + turns, lat])
  })
  return [unwrapped, ...moved]
}

/** The ring with each point less than half the world from the previous one. */
function unwrapRing(ring: Ring): Ring {
  let before = ring[0]?.[0] ?? 0
  return ring.map(([lon = 0, lat = 0]) => {
    before = lon - 360 * Math.round((lon - before) / 360)
    return [before, lat]
  })
}

function closeAroundPole(ring: Ring): Ring {
  const [firstLon = 0, firstLat = 0] = ring[0] ?? []
  const [lastLon = 0] = ring.at(-1) ?? []
  if (Math.abs(lastLon - firstLon) < 180) return ring
  const pole = Math.sign(firstLat) * 90
  return [...ring, [lastLon, pole], [firstLon, pole], [firstLon, firstLat]]
}

function middleLon(ring: Ring): number {
  let [min, max] = [Infinity, -Infinity]
  for (const [lon = 0] of ring) {
    min = Math.min(min, lon)
    max = Math.max(max, lon)
  }
  return (min + max) / 2
}
