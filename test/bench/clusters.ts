import { clusterVehicles, type ClusterInput } from '../../dashboard/map/fleet/clusters.ts'
import { latOfY, lonOfX, worldPx, xOfLon, yOfLat } from '../../dashboard/map/camera/mercator.ts'
import { RANK_OF_STATE } from '../../dashboard/map/fleet/state-order.ts'
import { CLUSTER_SIZES, clusterSizeIndex } from '../../dashboard/map/sprites/sprite-cells.ts'
import { seeded } from '../support/seeded.ts'
import { median } from './report.ts'

/**
 * `npx tsx test/bench/clusters.ts` measures the cost of an update of the map's clusters, compared with supercluster
 * (docs/adr/021-clusters-by-grid.md). `npm install --no-save supercluster` adds the library.
 */
const VEHICLES = 10_000
const CITIES = 20
const ROUNDS = 40
const ZOOMS = [5, 7, 9, 10]
const RADIUS_PX = 48
const MEMBERS_MIN = 4
const JUMP_PX = 5
/** 14 m in a second, 50 km/h, in Mercator coordinates at 50 degrees */
const STEP = 14 / (40_075_017 * 0.643)

/** Circles, Mercator coordinates. */
interface Circles {
  x: ArrayLike<number>
  y: ArrayLike<number>
  size: ArrayLike<number>
}
interface Feature {
  geometry: { coordinates: [number, number] }
  properties: { cluster?: boolean; point_count?: number }
}
interface Index {
  load(points: object[]): void
  getClusters(box: number[], zoom: number): Feature[]
}
type Supercluster = new (options: object) => Index

const random = seeded(7)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const anywhere = () => [47.5 + random() * 7, 6 + random() * 8.5] as const
const cities = Array.from({ length: CITIES }, anywhere)
const fleet = Array.from({ length: VEHICLES }, (_, n) => {
  const [lat, lon] = cities[(n >> 1) % CITIES] ?? anywhere()
  const [nearLat, nearLon] = n % 2 === 0 ? anywhere() : [lat + normal() * 0.045, lon + normal() * 0.07]
  return { x: xOfLon(nearLon), y: yOfLat(nearLat), heading: random() * 2 * Math.PI }
})
const input: ClusterInput = {
  x: Float64Array.from(fleet, ({ x }) => x),
  y: Float64Array.from(fleet, ({ y }) => y),
  state: Uint8Array.from(fleet, () => Math.floor(random() * RANK_OF_STATE.length)),
  rows: Uint32Array.from(fleet, (_, n) => n),
  count: VEHICLES,
}

function drive(): void {
  for (const [n, { heading }] of fleet.entries()) {
    input.x[n] = (input.x[n] ?? 0) + Math.cos(heading) * STEP
    input.y[n] = (input.y[n] ?? 0) + Math.sin(heading) * STEP
  }
}

function createSupercluster(Library: Supercluster) {
  return (zoom: number): Circles => {
    const index = new Library({
      minZoom: zoom,
      maxZoom: zoom,
      minPoints: MEMBERS_MIN,
      radius: RADIUS_PX,
      map: ({ rank }: { rank: number }) => ({ rank }),
      reduce(all: { rank: number }, { rank }: { rank: number }) {
        if (rank > all.rank) all.rank = rank
      },
    })
    index.load(
      Array.from(input.x, (x, id) => ({
        type: 'Feature',
        id,
        properties: { rank: RANK_OF_STATE[input.state[id] ?? 0] ?? 0 },
        geometry: { type: 'Point', coordinates: [lonOfX(x), latOfY(input.y[id] ?? 0)] },
      })),
    )
    const found = index.getClusters([-180, -85, 180, 85], zoom).filter((it) => it.properties.cluster)
    return {
      x: found.map((it) => xOfLon(it.geometry.coordinates[0])),
      y: found.map((it) => yOfLat(it.geometry.coordinates[1])),
      size: found.map((it) => it.properties.point_count ?? 1),
    }
  }
}

function distancePx(a: Circles, n: number, b: Circles, m: number, zoom: number): number {
  return Math.hypot((a.x[n] ?? 0) - (b.x[m] ?? 0), (a.y[n] ?? 0) - (b.y[m] ?? 0)) * worldPx(zoom)
}

function countOverlaps(circles: Circles, zoom: number): number {
  const width = (n: number) => CLUSTER_SIZES[clusterSizeIndex(circles.size[n] ?? 0)]
  let pairs = 0
  for (let a = 0; a < circles.x.length; a++)
    for (let b = a + 1; b < circles.x.length; b++)
      if (distancePx(circles, a, circles, b, zoom) < (width(a) + width(b)) / 2) pairs++
  return pairs
}

/** Circles that were not near their place a second before. */
function countJumps(before: Circles, now: Circles, zoom: number): number {
  return Array.from(now.x).filter((_, n) =>
    Array.from(before.x).every((__, m) => distancePx(now, n, before, m, zoom) > JUMP_PX),
  ).length
}

const ways: Record<string, (zoom: number) => Circles> = {
  ours: (zoom) => clusterVehicles(input, 1 / worldPx(zoom)),
}
// Not a dependency: a name that the compiler does not resolve.
const library = 'supercluster'
try {
  const { default: Library } = (await import(library)) as { default: Supercluster }
  ways['supercluster'] = createSupercluster(Library)
} catch {
  console.log('supercluster is not installed: measuring our own clusters only')
}

const mean = (values: number[]) => values.reduce((sum, it) => sum + it, 0) / values.length
for (const zoom of ZOOMS) {
  const measured = Object.entries(ways).map(([name, cluster]) => ({
    name,
    cluster,
    before: cluster(zoom),
    times: [] as number[],
    counts: [] as number[],
    overlaps: [] as number[],
    jumps: [] as number[],
  }))
  for (let round = 0; round < ROUNDS; round++) {
    drive()
    for (const it of measured) {
      const startMs = performance.now()
      const circles = it.cluster(zoom)
      it.times.push(performance.now() - startMs)
      it.counts.push(circles.x.length)
      it.overlaps.push(countOverlaps(circles, zoom))
      it.jumps.push((100 * countJumps(it.before, circles, zoom)) / circles.x.length)
      it.before = circles
    }
  }
  for (const { name, times, counts, overlaps, jumps } of measured) {
    console.log(
      `zoom ${zoom}, ${name}: ${median(times).toFixed(1)} ms, ${mean(counts).toFixed(0)} clusters, ` +
        `${mean(overlaps).toFixed(1)} overlapping pairs, ${mean(jumps).toFixed(1)} % of circles jump a second`,
    )
  }
}
