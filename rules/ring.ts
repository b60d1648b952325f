import type { LonLat } from './geofence.ts'

/** Corners of a closed ring without its last one, in 1e-7 degrees; longitudes continue beyond 180 degrees. */
export type Corners = readonly (readonly [lon: number, lat: number])[]

/** Rounded to 1e-7 degrees, as positions of readings are, without repeated corners and without the closing one. */
export function cornersOf(ring: readonly LonLat[]): Corners {
  const corners: [number, number][] = []
  for (const [lon, lat] of ring) {
    const last = corners.at(-1)
    const at: [number, number] = [nearTo(last?.[0], Math.round(lon * 1e7)), Math.round(lat * 1e7)]
    if (last === undefined || !isSame(last, at)) corners.push(at)
  }
  const [first, last] = [corners[0], corners.at(-1)]
  if (corners.length > 1 && first && last && isSame(first, last)) corners.pop()
  return corners
}

/** Whether the ring goes around a pole: then it does not end where it began. */
export function isAroundPole(corners: Corners): boolean {
  const [first, last] = [corners[0], corners.at(-1)]
  return first !== undefined && last !== undefined && nearTo(last[0], first[0]) !== first[0]
}

/** Twice the area, positive if the ring is counterclockwise. */
export function areaOf(corners: Corners): number {
  const [x0, y0] = corners[0] ?? [0, 0]
  return edgesOf(corners).reduce((sum, [[ax, ay], [bx, by]]) => {
    return sum + (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
  }, 0)
}

type Corner = Corners[number]
export type Edge = readonly [from: Corner, to: Corner]

export function edgesOf(corners: Corners): Edge[] {
  return corners.flatMap((from, i): Edge[] => {
    const to = corners[(i + 1) % corners.length]
    return to ? [[from, to]] : []
  })
}

/** Indexes of the first two edges of a ring that cross, touch or overlap, other than neighbours at their corner. */
export function selfContactOf(edges: readonly Edge[]): [number, number] | undefined {
  for (const [i, a] of edges.entries())
    for (let j = i + 1; j < edges.length; j++) {
      const b = edges[j]
      if (b === undefined || !areNear(a, b)) continue
      if (j === i + 1 ? foldsBack(a[0], a[1], b[1]) : touches(a, b)) {
        const areNeighbours = i === 0 && j === edges.length - 1
        if (!areNeighbours || foldsBack(b[0], b[1], a[1])) return [i, j]
      }
    }
  return undefined
}

/** Whether an edge of one ring crosses an edge of another; touching does not count. */
export function areCrossing(some: readonly Edge[], others: readonly Edge[]): boolean {
  return some.some((a) => others.some((b) => areNear(a, b) && crosses(a, b)))
}

function touches([a, b]: Edge, [c, d]: Edge): boolean {
  const [ac, ad, ca, cb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
  if (ac * ad < 0 && ca * cb < 0) return true
  return (
    (ac === 0 && isBetween(a, b, c)) ||
    (ad === 0 && isBetween(a, b, d)) ||
    (ca === 0 && isBetween(c, d, a)) ||
    (cb === 0 && isBetween(c, d, b))
  )
}

function crosses([a, b]: Edge, [c, d]: Edge): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
}

/** Two neighbouring edges overlap: the second returns along the first. */
function foldsBack(a: Corner, b: Corner, c: Corner): boolean {
  return turn(a, b, c) === 0 && (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0
}

/** Relative error of the products below. */
const ROUNDING = 4e-16

/** 1 if `c` is to the left of the line from `a` to `b`, -1 to the right, 0 on it. Exact. */
export function turn(a: Corner, b: Corner, c: Corner): number {
  const left = (b[0] - a[0]) * (c[1] - a[1])
  const right = (b[1] - a[1]) * (c[0] - a[0])
  const difference = left - right
  if (Math.abs(difference) > (Math.abs(left) + Math.abs(right)) * ROUNDING) return Math.sign(difference)
  const exact = BigInt(b[0] - a[0]) * BigInt(c[1] - a[1]) - BigInt(b[1] - a[1]) * BigInt(c[0] - a[0])
  return exact > 0n ? 1 : exact < 0n ? -1 : 0
}

/** Whether `c`, on the line through `a` and `b`, is between them. */
export function isBetween(a: Corner, b: Corner, c: Corner): boolean {
  return (
    Math.min(a[0], b[0]) <= c[0] &&
    c[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= c[1] &&
    c[1] <= Math.max(a[1], b[1])
  )
}

function areNear([a, b]: Edge, [c, d]: Edge): boolean {
  return (
    Math.max(a[0], b[0]) >= Math.min(c[0], d[0]) &&
    Math.max(c[0], d[0]) >= Math.min(a[0], b[0]) &&
    Math.max(a[1], b[1]) >= Math.min(c[1], d[1]) &&
    Math.max(c[1], d[1]) >= Math.min(a[1], b[1])
  )
}

const TURN_E7 = 3_600_000_000

/** The same meridian, by the shorter way from `reference`. */
export function nearTo(reference: number | undefined, lon: number): number {
  return reference === undefined ? lon : lon - TURN_E7 * Math.round((lon - reference) / TURN_E7)
}

const isSame = (a: Corner, b: Corner) => a[0] === b[0] && a[1] === b[1]
