import { LIVE_STATES } from '../../../contract/live-frame.ts'
import type { VehicleTable } from '../../live/vehicle-table.ts'
import { type Bounds, type Camera, contains, toScreen, viewBounds } from '../camera/camera.ts'
import { clusterVehicles, type Clusters } from './clusters.ts'
import type { FleetPositions } from './fleet-positions.ts'
import { nearestDx, worldPx } from '../camera/mercator.ts'
import { pushCluster, pushVehicle } from '../sprites/push-sprites.ts'
import { SpriteBuffer } from '../sprites/sprite-buffer.ts'
import { RANK_OF_STATE } from './state-order.ts'

/** Below this zoom, vehicles near each other are drawn as a cluster. */
const CLUSTER_ZOOM = 10.5
/** Above it, vehicles are clustered while more than CROWD are in view, until there are fewer than CROWD_END. */
const CROWD_ZOOM_MAX = 15
const CROWD = 2000
const CROWD_END = 1500
/** Margin around the view that is also drawn, as a part of its width and height, so that panning only moves the scene. */
const MARGIN = 0.75

export interface SceneInput {
  table: VehicleTable
  positions: FleetPositions
  /** by row: 1 if it is shown */
  mask: Uint8Array
  camera: Camera
  nowMs: number
  /** a row that is not drawn, because its replay is shown */
  hidden: number | undefined
}

/** The sprites of vehicles and clusters for one area of the map and one step of zoom. */
export class VehicleScene {
  readonly sprites = new SpriteBuffer()
  clusters: Clusters | undefined
  /** targets of picking, in drawing order: rows of single vehicles, or -1 - cluster */
  targets = new Int32Array(0)
  targetCount = 0
  /** end of the last visible movement, on the clock of `performance.now()` */
  movesUntilMs = 0
  #area: Bounds = { minX: 1, minY: 1, maxX: 0, maxY: 0 }
  #level = NaN
  #crowded = false
  /** rows on the map, the least important state first */
  #rows = new Uint32Array(0)
  #rowCount = 0

  /** Whether the scene is still valid for a camera. */
  isFor(camera: Camera): boolean {
    return levelOf(camera.zoom) === this.#level && contains(this.#area, viewBounds(camera))
  }

  /** Builds the scene. `isNewData` is false if only the camera moved. */
  build(input: SceneInput, isNewData: boolean): void {
    const { camera, positions, table, nowMs } = input
    const level = levelOf(camera.zoom)
    if (isNewData) this.#sort(input)
    const crowded = this.#isCrowded(input)
    if (isNewData || level !== this.#level || crowded !== this.#crowded) {
      this.clusters = crowded
        ? clusterVehicles(
            { x: positions.x, y: positions.y, state: table.state, rows: this.#rows, count: this.#rowCount },
            1 / worldPx(level),
          )
        : undefined
    }
    this.#level = level
    this.#crowded = crowded
    this.#area = viewBounds(camera, MARGIN)
    this.sprites.clear(nowMs)
    this.targetCount = 0
    this.movesUntilMs = 0
    this.#pushVehicles(input)
    if (this.clusters) this.#pushClusters(this.clusters, camera)
  }

  /** Writes the targets' positions on the screen. Returns their number. */
  locate(
    camera: Camera,
    positions: FleetPositions,
    nowMs: number,
    outX: Float32Array,
    outY: Float32Array,
  ): number {
    const at = { x: 0, y: 0 }
    for (let i = 0; i < this.targetCount; i++) {
      const target = this.targets[i] ?? 0
      if (target < 0) {
        toScreen(camera, this.clusters?.x[-1 - target] ?? NaN, this.clusters?.y[-1 - target] ?? NaN, at)
      } else {
        const left = positions.left(target, nowMs)
        const x = (positions.x[target] ?? NaN) + (positions.dx[target] ?? 0) * left
        const y = (positions.y[target] ?? NaN) + (positions.dy[target] ?? 0) * left
        toScreen(camera, x, y, at)
      }
      outX[i] = at.x
      outY[i] = at.y
    }
    return this.targetCount
  }

  /** Sorts the rows on the map into drawing order, by counting. */
  #sort({ table, positions, mask, hidden }: SceneInput): void {
    if (this.#rows.length < table.count) this.#rows = new Uint32Array(table.count)
    const isShown = (row: number) => mask[row] !== 0 && row !== hidden && !Number.isNaN(positions.x[row])
    const starts = new Uint32Array(LIVE_STATES.length + 1)
    const rankOf = (row: number) => RANK_OF_STATE[table.state[row] ?? 0] ?? 0
    for (let row = 0; row < table.count; row++) {
      if (isShown(row)) starts[rankOf(row) + 1] = (starts[rankOf(row) + 1] ?? 0) + 1
    }
    for (let rank = 1; rank < starts.length; rank++)
      starts[rank] = (starts[rank] ?? 0) + (starts[rank - 1] ?? 0)
    this.#rowCount = starts[LIVE_STATES.length] ?? 0
    for (let row = 0; row < table.count; row++) {
      if (!isShown(row)) continue
      const at = starts[rankOf(row)] ?? 0
      this.#rows[at] = row
      starts[rankOf(row)] = at + 1
    }
  }

  #isCrowded({ camera, positions }: SceneInput): boolean {
    if (camera.zoom < CLUSTER_ZOOM) return true
    if (camera.zoom > CROWD_ZOOM_MAX) return false
    const inView = within(viewBounds(camera), camera.x)
    const enough = this.#crowded && this.#level >= CLUSTER_ZOOM ? CROWD_END : CROWD
    let count = 0
    for (let i = 0; i < this.#rowCount; i++) {
      const row = this.#rows[i] ?? 0
      if (inView(positions.x[row] ?? NaN, positions.y[row] ?? NaN) && ++count > enough) return true
    }
    return false
  }

  #pushVehicles({ table, positions, camera, nowMs }: SceneInput): void {
    const inArea = within(this.#area, camera.x)
    const stepSeen = 1 / worldPx(camera.zoom)
    for (let i = 0; i < this.#rowCount; i++) {
      const row = this.#rows[i] ?? 0
      if (this.clusters && (this.clusters.clusterOf[i] ?? -1) >= 0) continue
      if (!inArea(positions.x[row] ?? NaN, positions.y[row] ?? NaN)) continue
      pushVehicle(this.sprites, table, positions, row)
      this.#target(row)
      const endMs = (positions.startMs[row] ?? 0) + (positions.durationMs[row] ?? 0)
      if (endMs <= Math.max(nowMs, this.movesUntilMs)) continue
      const step = Math.max(Math.abs(positions.dx[row] ?? 0), Math.abs(positions.dy[row] ?? 0))
      if (step >= stepSeen) this.movesUntilMs = endMs
    }
  }

  #pushClusters(clusters: Clusters, camera: Camera): void {
    const inArea = within(this.#area, camera.x)
    for (let cluster = 0; cluster < clusters.count; cluster++) {
      if (!inArea(clusters.x[cluster] ?? NaN, clusters.y[cluster] ?? NaN)) continue
      pushCluster(this.sprites, clusters, cluster)
      this.#target(-1 - cluster)
    }
  }

  #target(target: number): void {
    if (this.targetCount === this.targets.length) {
      const larger = new Int32Array(Math.max(this.targets.length * 2, 256))
      larger.set(this.targets)
      this.targets = larger
    }
    this.targets[this.targetCount++] = target
  }
}

/** Clusters change in half steps of zoom, not with every small change. */
function levelOf(zoom: number): number {
  return Math.floor(zoom * 2) / 2
}

/** Whether a place is in bounds around `middleX`, in any repetition of the world. */
function within({ minX, minY, maxX, maxY }: Bounds, middleX: number): (x: number, y: number) => boolean {
  const half = (maxX - minX) / 2
  return (x, y) => Math.abs(nearestDx(x - middleX)) <= half && y >= minY && y <= maxY
}
