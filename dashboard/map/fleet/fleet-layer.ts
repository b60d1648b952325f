import type { App } from '../../app-context.ts'
import type { Camera } from '../camera/camera.ts'
import { FleetPicker, type Picked } from './fleet-picker.ts'
import { FleetPositions } from './fleet-positions.ts'
import { interpolateTrack } from '../track/interpolate-track.ts'
import { type MapColours, readMapColours } from '../map-colours.ts'
import { worldPx, xOfLon, yOfLat } from '../camera/mercator.ts'
import type { Painter, Picture } from '../painting/painter.ts'
import { pushVehicle } from '../sprites/push-sprites.ts'
import { drawAtlas } from '../sprites/sprite-atlas.ts'
import { SpriteBuffer, UPRIGHT } from '../sprites/sprite-buffer.ts'
import {
  CELL_HOVERED,
  CELL_MARKER,
  CELL_MARKER_ROUND,
  CELL_SELECTED,
  MARKER_SIZE,
  RING_SIZE,
} from '../sprites/sprite-cells.ts'
import type { TrackLine } from '../track/track-line.ts'
import { VehicleScene } from './vehicle-scene.ts'
import { WebglPicture } from '../painting/webgl-picture.ts'

/** Higher ratios cost time and show no difference. */
const RATIO_MAX = 2
/** Opacity of the fleet during a replay. */
const DIMMED = 0.35
const RADIANS = Math.PI / 180

export interface FleetLayerOptions {
  app: Pick<App, 'table' | 'filter' | 'replay'>
  canvas: HTMLCanvasElement
  painter: Painter
  camera: () => Camera
}

/** The transparent canvas over the basemap. It draws when the camera moves or values change, and while vehicles move. */
export class FleetLayer {
  readonly positions = new FleetPositions()
  /** of the current replay */
  track: TrackLine | undefined
  selected: string | undefined
  hovered: string | undefined
  /** Requests a frame from the basemap that draws this layer. */
  repaint: (() => void) | undefined
  readonly #options: FleetLayerOptions
  readonly #scene = new VehicleScene()
  readonly #top = new SpriteBuffer()
  readonly #picker = new FleetPicker()
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  #colours: MapColours
  #frame = 0
  #rides = false
  #carried: WebglPicture | undefined
  #atlas = document.createElement('canvas')
  #isNewData = true
  #size = { width: 0, height: 0, ratio: 0 }

  constructor(options: FleetLayerOptions) {
    this.#options = options
    this.#colours = readMapColours(options.canvas)
  }

  /** Values, the filter or the replay changed. */
  refresh(): void {
    this.#isNewData = true
    this.invalidate()
  }

  /** Draws with the next frame of the screen. */
  invalidate(): void {
    this.#frame ||= requestAnimationFrame(() => this.#draw())
  }

  /** The theme changed, or the graphics card lost its data. */
  restyle(): void {
    this.#colours = readMapColours(this.#options.canvas)
    this.#size.ratio = 0
    this.invalidate()
  }

  /** The camera moved, and the basemap was drawn. */
  moved(): void {
    if (!this.#rides) this.#paint()
  }

  /** The basemap moves. It then draws the fleet itself, because composing two changing canvases costs twice as much. */
  start(): void {
    this.#rides = true
  }

  end(): void {
    this.#rides = false
    this.#paint()
    this.#options.canvas.style.visibility = ''
  }

  prepare(gl: WebGL2RenderingContext): void {
    this.#carryWith(gl)
  }

  /** Draws into the basemap's frame. */
  drawOver(gl: WebGL2RenderingContext): boolean {
    if (!this.#rides) return false
    const picture = this.#picture()
    if (picture === undefined) return false
    const startMs = performance.now()
    this.#carryWith(gl).draw(picture, this.#atlas, this.#size.ratio)
    this.#options.canvas.style.visibility = 'hidden'
    measure('fleetwire:draw', startMs)
    return this.#isMoving(picture)
  }

  /** The vehicle or cluster at or near a point of the screen. */
  pick(x: number, y: number, radiusPx: number): Picked | undefined {
    const { app, camera } = this.#options
    const drawn = { scene: this.#scene, positions: this.positions, table: app.table }
    return this.#picker.pick(drawn, camera(), { x, y, radiusPx })
  }

  close(): void {
    cancelAnimationFrame(this.#frame)
    this.#options.painter.close()
  }

  #draw(): void {
    this.#frame = 0
    if (this.#rides) this.repaint?.()
    else this.#paint()
  }

  #paint(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    const picture = this.#picture()
    if (picture === undefined) return
    const startMs = performance.now()
    this.#options.painter.draw(picture, this.#atlas)
    measure('fleetwire:draw', startMs)
    if (this.#isMoving(picture)) this.invalidate()
  }

  #carryWith(gl: WebGL2RenderingContext): WebglPicture {
    if (this.#carried) return this.#carried
    const forget = () => {
      this.#carried = undefined
    }
    gl.canvas.addEventListener('webglcontextrestored', forget, { once: true })
    this.#carried = new WebglPicture(gl)
    return this.#carried
  }

  /** The picture to draw; `undefined` while the map has no size. */
  #picture(): Picture | undefined {
    const camera = this.#options.camera()
    if (camera.width === 0 || camera.height === 0) return undefined
    const nowMs = performance.now()
    this.#fit(camera)
    this.#update(camera, nowMs)
    this.#pushTop(nowMs)
    this.#picker.forget()
    const replay = this.#options.app.replay.peek()
    return {
      camera,
      nowMs,
      track: replay && this.track && { line: this.track, atMs: replay.atMs },
      fleet: this.#scene.sprites,
      fleetAlpha: replay ? DIMMED : 1,
      top: this.#top,
      colours: this.#colours,
    }
  }

  #isMoving({ camera, nowMs }: Picture): boolean {
    return nowMs < Math.max(this.#scene.movesUntilMs, this.#selectedMovesUntilMs(camera))
  }

  #fit({ width, height }: Camera): void {
    const ratio = Math.min(devicePixelRatio, RATIO_MAX)
    if (width !== this.#size.width || height !== this.#size.height || ratio !== this.#size.ratio) {
      this.#options.painter.resize(width, height, ratio)
    }
    if (ratio !== this.#size.ratio) this.#atlas = drawAtlas(this.#colours, ratio)
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

  /** The ring of the hovered vehicle, the selected vehicle above all others, and the replay's marker above that. */
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
}

/**
 * Reports a duration to a PerformanceObserver. The entry is not kept, because a page that is open all day would collect
 * millions.
 */
function measure(name: 'fleetwire:data-frame' | 'fleetwire:draw', startMs: number): void {
  performance.measure(name, { start: startMs, end: performance.now() })
  performance.clearMeasures(name)
}
