interface Place {
  lat: number
  lon: number
}

/** Distance on a sphere of the earth's mean radius, metres. */
export function haversineM(a: Place, b: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [north, east] = [radians(b.lat - a.lat), radians(b.lon - a.lon)]
  const h =
    Math.sin(north / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(east / 2) ** 2
  return 2 * 6_371_009 * Math.asin(Math.sqrt(h))
}
