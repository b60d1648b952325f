import CheapRuler from 'cheap-ruler'
import pointInPolygon from 'point-in-polygon-hao'
import type { Geofence, GeofenceShape, LonLat } from './geofence.ts'

type Point = [lon: number, lat: number]
type Segment = [from: Point, to: Point]

/** A polygon, circle or corridor whose longitudes continue beyond 180 degrees if it crosses that meridian. */
export interface Figure {
  /** closed rings for the point-in-polygon test; empty for a circle or corridor */
  rings: Point[][]
  /** the boundary of a polygon, or the line of a corridor; empty for a circle */
  segments: Segment[]
  centre: Point
  /** radius of a circle around `centre`, or of a corridor around its line; 0 for a polygon */
  reachM: number
  /** west, south, east, north in degrees, including the reach */
  box: [number, number, number, number]
}

/** The figures whose union is the geofence. */
export function figuresOf({ shape }: Geofence): Figure[] {
  switch (shape.type) {
    case 'Polygon':
      return [polygon(shape.coordinates)]
    case 'MultiPolygon':
      return shape.coordinates.map((it) => polygon(it))
    case 'Point':
      return [figure([], [], [[...shape.coordinates]], shape.radiusM)]
    case 'LineString':
      return [corridor(shape)]
  }
}

/**
 * Signed distance in metres from a point to the boundary of the figures, negative inside one of them; Infinity without
 * figures. Planar around the point's latitude, which is accurate to 0.1 % within some hundred kilometres.
 */
export function signedDistance(figures: readonly Figure[], lon: number, lat: number): number {
  const ruler = new CheapRuler(lat, 'meters')
  let [isInside, nearest, signed] = [false, Infinity, Infinity]
  for (const it of figures) {
    const at: Point = [nearTo(it.centre[0], lon), lat]
    if (it.rings.length === 0) {
      signed = Math.min(signed, toLine(ruler, it, at) - it.reachM)
      continue
    }
    isInside ||= pointInPolygon(at, it.rings) !== false
    nearest = Math.min(nearest, toLine(ruler, it, at))
  }
  return Math.min(signed, isInside ? -nearest : nearest)
}

/**
 * Where the way between two points outside of the figures passes through one of them: the share of the way, 0 to 1, in
 * the middle between its first and last contact; `undefined` if it does not.
 */
export function crossingOf(figures: readonly Figure[], from: LonLat, to: LonLat): number | undefined {
  const ruler = new CheapRuler((from[1] + to[1]) / 2, 'meters')
  for (const it of figures) {
    const a: Point = [nearTo(it.centre[0], from[0]), from[1]]
    const b: Point = [nearTo(a[0], to[0]), to[1]]
    const crossed = it.reachM > 0 ? approach(ruler, it, a, b) : contacts(it.segments, a, b)
    if (crossed !== undefined) return crossed
  }
  return undefined
}

function polygon(rings: readonly (readonly LonLat[])[]): Figure {
  const first = rings[0]?.[0]?.[0] ?? 0
  const closed = rings.map((ring) => close(unwrap(ring, first)))
  // A polygon that is cut at the 180th meridian, as RFC 7946 (3.1.9) recommends, has no boundary there.
  const segments = closed
    .flatMap(segmentsOf)
    .filter(([a, b]) => !(a[0] === b[0] && Math.abs(a[0]) % 360 === 180))
  return figure(closed, segments, closed.flat(), 0)
}

function corridor({ coordinates, widthM }: Extract<GeofenceShape, { type: 'LineString' }>): Figure {
  const line = unwrap(coordinates, coordinates[0]?.[0] ?? 0)
  return figure([], segmentsOf(line), line, widthM / 2)
}

function figure(rings: Point[][], segments: Segment[], points: Point[], reachM: number): Figure {
  const lons = points.map((it) => it[0])
  const lats = points.map((it) => it[1])
  const [west, east] = [Math.min(...lons), Math.max(...lons)]
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  const farthest = Math.min(Math.max(Math.abs(south), Math.abs(north)) + reachM / 110_000, 89.9)
  const ruler = new CheapRuler(farthest, 'meters')
  return {
    rings,
    segments,
    centre: [(west + east) / 2, (south + north) / 2],
    reachM,
    box: ruler.bufferBBox([west, south, east, north], reachM),
  }
}

function toLine(ruler: CheapRuler, { segments, centre }: Figure, at: Point): number {
  if (segments.length === 0) return ruler.distance(at, centre)
  let nearest = Infinity
  for (const it of segments) nearest = Math.min(nearest, squareToSegment(ruler, it, at))
  return Math.sqrt(nearest)
}

/**
 * Square of the distance, as `pointToSegmentDistance` of the ruler. The longitudes are within half a turn, so nothing is
 * wrapped, and the root is taken once for all segments.
 */
function squareToSegment({ kx, ky }: CheapRuler, segment: Segment, at: Point): number {
  const [a, b] = [segment[0], segment[1]]
  const [dx, dy] = [(b[0] - a[0]) * kx, (b[1] - a[1]) * ky]
  const [px, py] = [(at[0] - a[0]) * kx, (at[1] - a[1]) * ky]
  const square = dx * dx + dy * dy
  const share = square === 0 ? 0 : Math.min(Math.max((px * dx + py * dy) / square, 0), 1)
  const [x, y] = [px - share * dx, py - share * dy]
  return x * x + y * y
}

/** The share of the way at which it is nearest to the figure's centre or line, if that is within its reach. */
function approach(ruler: CheapRuler, of: Figure, a: Point, b: Point): number | undefined {
  const crossed = contacts(of.segments, a, b)
  if (crossed !== undefined) return crossed
  const corners = of.segments.length === 0 ? [of.centre] : of.segments.flat()
  let [nearest, share] = [Infinity, 0]
  for (const corner of corners) {
    const { t } = ruler.pointOnLine([a, b], corner)
    const metres = ruler.pointToSegmentDistance(corner, a, b)
    if (metres < nearest) [nearest, share] = [metres, Math.min(Math.max(t, 0), 1)]
  }
  return nearest < of.reachM ? share : undefined
}

/** The middle of the first and last share of the way at which it meets a segment. */
function contacts(segments: readonly Segment[], a: Point, b: Point): number | undefined {
  let [first, last] = [Infinity, -Infinity]
  for (const segment of segments) {
    const share = meet(a, b, segment)
    if (share === undefined) continue
    first = Math.min(first, share)
    last = Math.max(last, share)
  }
  return first === Infinity ? undefined : (first + last) / 2
}

function meet(a: Point, b: Point, segment: Segment): number | undefined {
  const [c, d] = [segment[0], segment[1]]
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]]
  const denominator = rx * sy - ry * sx
  if (denominator === 0) return undefined
  const [qx, qy] = [c[0] - a[0], c[1] - a[1]]
  const along = (qx * sy - qy * sx) / denominator
  const across = (qx * ry - qy * rx) / denominator
  return along >= 0 && along <= 1 && across >= 0 && across <= 1 ? along : undefined
}

/** Unwraps longitudes: each is within half a turn of the one before, because an edge takes the shorter way. */
function unwrap(points: readonly LonLat[], first: number): Point[] {
  let before = first
  return points.map(([lon, lat]) => {
    before = nearTo(before, lon)
    return [before, lat]
  })
}

/** The longitude, plus or minus whole turns, that is nearest to another one. */
function nearTo(reference: number, lon: number): number {
  return lon - 360 * Math.round((lon - reference) / 360)
}

function close(ring: Point[]): Point[] {
  const [first, last] = [ring[0], ring.at(-1)]
  const isClosed = first && last && first[0] === last[0] && first[1] === last[1]
  return first === undefined || isClosed ? ring : [...ring, first]
}

function segmentsOf(line: readonly Point[]): Segment[] {
  return line.slice(1).flatMap((to, i): Segment[] => {
    const from = line[i]
    return from ? [[from, to]] : []
  })
}
