import type { App } from '../app-context.ts'
import type { Camera } from './camera.ts'
import { FleetPositions } from './fleet-positions.ts'
import { interpolateTrack } from './interpolate-track.ts'
import { type MapColours, readMapColours } from './map-colours.ts'
import { measure } from './measure.ts'
import { worldPx, xOfLon, yOfLat } from './mercator.ts'
import type { Painter } from './painter.ts'
import { PickGrid } from './pick-grid.ts'
import { pushVehicle } from './push-sprites.ts'
import { drawAtlas } from './sprite-atlas.ts'
import { SpriteBuffer, UPRIGHT } from './sprite-buffer.ts'
import {
  CELL_HOVERED,
  CELL_MARKER,
  CELL_MARKER_ROUND,
  CELL_SELECTED,
  MARKER_SIZE,
  RING_SIZE,
} from './sprite-cells.ts'
import type { TrackLine } from './track-line.ts'
import { VehicleScene } from './vehicle-scene.ts'

/** More only costs. */
const RATIO_MAX = 2
/** While a replay is on. */
const DIMMED = 0.35
const RADIANS = Math.PI / 180

/** What is under the pointer. */
export type Picked = { vehicle: string } | { cluster: { x: number; y: number; members: number } }

export interface FleetLayerOptions {
  app: Pick<App, 'table' | 'filter' | 'replay'>
  canvas: HTMLCanvasElement
  painter: Painter
  camera: () => Camera
}

/** The transparent canvas over the basemap. It draws when the camera moves, when values change, and while something moves. */
export class FleetLayer {
  readonly positions = new FleetPositions()
  /** of the replay that is on */
  track: TrackLine | undefined
  selected: string | undefined
  hovered: string | undefined
  readonly #options: FleetLayerOptions
  readonly #scene = new VehicleScene()
  readonly #top = new SpriteBuffer()
  readonly #grid = new PickGrid()
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  #gridX = new Float32Array(0)
  #gridY = new Float32Array(0)
  #colours: MapColours
  #frame = 0
  #isNewData = true
  #isGridOld = true
  #size = { width: 0, height: 0, ratio: 0 }

  constructor(options: FleetLayerOptions) {
    this.#options = options
    this.#colours = readMapColours(options.canvas)
  }

  /** Values, the filter, or what is replayed changed. */
  refresh(): void {
    this.#isNewData = true
    this.invalidate()
  }

  /** Draws with the next frame of the screen. */
  invalidate(): void {
    this.#frame ||= requestAnimationFrame(() => this.draw())
  }

  /** The theme changed, or the graphics card forgot everything. */
  restyle(): void {
    this.#colours = readMapColours(this.#options.canvas)
    this.#size.ratio = 0
    this.invalidate()
  }

  draw(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    const camera = this.#options.camera()
    if (camera.width === 0 || camera.height === 0) return
    const nowMs = performance.now()
    this.#fit(camera)
    this.#update(camera, nowMs)
    const drawMs = performance.now()
    this.#pushTop(nowMs)
    const replay = this.#options.app.replay.peek()
    this.#options.painter.draw({
      camera,
      nowMs,
      track: replay && this.track && { line: this.track, atMs: replay.atMs },
      fleet: this.#scene.sprites,
      fleetAlpha: replay ? DIMMED : 1,
      top: this.#top,
      colours: this.#colours,
    })
    this.#isGridOld = true
    measure('fleetwire:draw', drawMs)
    if (nowMs < Math.max(this.#scene.movesUntilMs, this.#selectedMovesUntilMs(camera))) this.invalidate()
  }

  /** What is drawn at a place of the screen, or near it. */
  pick(x: number, y: number, radiusPx: number): Picked | undefined {
    const camera = this.#options.camera()
    if (this.#isGridOld) this.#buildGrid(camera)
    const target = this.#scene.targets[this.#grid.nearest(x, y, radiusPx)]
    if (target === undefined) return undefined
    if (target >= 0) {
      const vehicle = this.#options.app.table.keys[target]
      return vehicle === undefined ? undefined : { vehicle }
    }
    const clusters = this.#scene.clusters
    const cluster = -1 - target
    if (clusters === undefined) return undefined
    const { x: clusterX, y: clusterY, size } = clusters
    return { cluster: { x: clusterX[cluster] ?? 0, y: clusterY[cluster] ?? 0, members: size[cluster] ?? 0 } }
  }

  close(): void {
    cancelAnimationFrame(this.#frame)
    this.#options.painter.close()
  }

  #fit({ width, height }: Camera): void {
    const ratio = Math.min(devicePixelRatio, RATIO_MAX)
    const { painter } = this.#options
    if (width !== this.#size.width || height !== this.#size.height || ratio !== this.#size.ratio) {
      painter.resize(width, height, ratio)
    }
    if (ratio !== this.#size.ratio) painter.setAtlas(drawAtlas(this.#colours, ratio))
    this.#size = { width, height, ratio }
  }

  #update(camera: Camera, nowMs: number): void {
    const isNewData = this.#isNewData
    if (!isNewData && this.#scene.isFor(camera)) return
    const { table, filter, replay } = this.#options.app
    if (isNewData) this.positions.update(table, !this.#reducedMotion.matches)
    this.#isNewData = false
    const replayed = replay.peek()?.vehicle
    const hidden = replayed === undefined ? undefined : table.rowOf(replayed)
    const mask = filter.mask.peek()
    this.#scene.build({ table, positions: this.positions, mask, camera, nowMs, hidden }, isNewData)
    if (isNewData) measure('fleetwire:data-frame', nowMs)
  }

  /** The ring of what is hovered, the selected vehicle over all others, and the replay's marker over that. */
  #pushTop(nowMs: number): void {
    const { table, replay } = this.#options.app
    const rowOf = (key: string | undefined) => {
      const row = key === undefined ? undefined : table.rowOf(key)
      return row === undefined || Number.isNaN(this.positions.x[row] ?? NaN) ? undefined : row
    }
    this.#top.clear(nowMs)
    const replayed = replay.peek()
    const hovered = rowOf(this.hovered)
    if (hovered !== undefined && this.hovered !== this.selected) {
      pushVehicle(this.#top, table, this.positions, hovered, { cell: CELL_HOVERED, sizePx: RING_SIZE })
    }
    const selected = rowOf(this.selected)
    if (selected !== undefined && replayed?.vehicle !== this.selected) {
      pushVehicle(this.#top, table, this.positions, selected, { cell: CELL_SELECTED, sizePx: RING_SIZE })
      pushVehicle(this.#top, table, this.positions, selected)
    }
    const at = replayed && interpolateTrack(replayed.track, replayed.atMs)
    if (at === undefined) return
    const isRound = at.heading === undefined
    this.#top.push({
      x: xOfLon(at.lon),
      y: yOfLat(at.lat),
      angle: at.heading === undefined ? UPRIGHT : at.heading * RADIANS,
      cell: isRound ? CELL_MARKER_ROUND : CELL_MARKER,
      sizePx: MARKER_SIZE,
    })
  }

  #selectedMovesUntilMs(camera: Camera): number {
    const row = this.selected === undefined ? undefined : this.#options.app.table.rowOf(this.selected)
    if (row === undefined) return 0
    const { dx, dy, startMs, durationMs } = this.positions
    const step = Math.max(Math.abs(dx[row] ?? 0), Math.abs(dy[row] ?? 0)) * worldPx(camera.zoom)
    return step >= 1 ? (startMs[row] ?? 0) + (durationMs[row] ?? 0) : 0
  }

  #buildGrid(camera: Camera): void {
    const scene = this.#scene
    if (this.#gridX.length < scene.targetCount) {
      this.#gridX = new Float32Array(scene.targets.length)
      this.#gridY = new Float32Array(scene.targets.length)
    }
    const count = scene.locate(camera, this.positions, performance.now(), this.#gridX, this.#gridY)
    this.#grid.build(this.#gridX, this.#gridY, count, camera.width, camera.height)
    this.#isGridOld = false
  }
}
