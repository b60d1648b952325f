import type { VehicleTable } from '../../live/vehicle-table.ts'
import { nearestDx, xOfLon, yOfLat } from '../camera/mercator.ts'

/** A vehicle that reports less often moves for this long and then waits. */
const MOVE_MS_MAX = 2000
const MOVE_MS_MIN = 100
/** A vehicle jumps after a longer silence, or over a distance that none covers in MOVE_MS_MAX (2 km). */
const SILENCE_MS_MAX = 30_000
const STEP_MAX = 5e-5

/**
 * Positions of the table's vehicles in Mercator coordinates, by row. They are computed when a vehicle's values change, not when
 * it is drawn.
 */
export class FleetPositions {
  /** rows in use */
  count = 0
  /** NaN without a position */
  x = new Float64Array(0)
  y = new Float64Array(0)
  /** from the newest position back to the previous one */
  dx = new Float64Array(0)
  dy = new Float64Array(0)
  /** start of the movement, on the clock of `performance.now()`, and its duration; 0 if the vehicle stands */
  startMs = new Float64Array(0)
  durationMs = new Float64Array(0)
  /** the table's state at the last update */
  #structure = -1
  #lat = new Float64Array(0)
  #lon = new Float64Array(0)

  /** Takes over changes of the table. Without `moves`, vehicles jump, for users who prefer reduced motion. */
  update(table: VehicleTable, moves: boolean): void {
    const isNew = table.structure.peek() !== this.#structure || table.count !== this.count
    if (isNew) this.#resize(table)
    for (let row = 0; row < table.count; row++) {
      const changedAtMs = table.changedAtMs[row] ?? 0
      const lat = table.lat[row] ?? NaN
      const lon = table.lon[row] ?? NaN
      const isSame = lat === this.#lat[row] && lon === this.#lon[row]
      if (isSame && changedAtMs === this.startMs[row]) continue
      const silentMs = changedAtMs - (this.startMs[row] ?? 0)
      this.#lat[row] = lat
      this.#lon[row] = lon
      this.startMs[row] = changedAtMs
      this.x[row] = xOfLon(lon)
      this.y[row] = yOfLat(lat)
      this.#step(row, table)
      const jumps = isNew || !moves || silentMs > SILENCE_MS_MAX || !this.#isStep(row)
      this.durationMs[row] = jumps ? 0 : Math.min(Math.max(silentMs, MOVE_MS_MIN), MOVE_MS_MAX)
    }
  }

  /** The part of its last step that a vehicle has still to move, 1 to 0. */
  left(row: number, nowMs: number): number {
    const durationMs = this.durationMs[row] ?? 0
    if (durationMs === 0) return 0
    return Math.min(Math.max(1 - (nowMs - (this.startMs[row] ?? 0)) / durationMs, 0), 1)
  }

  #step(row: number, table: VehicleTable): void {
    const fromLon = table.fromLon[row] ?? NaN
    const fromLat = table.fromLat[row] ?? NaN
    this.dx[row] = nearestDx(xOfLon(fromLon) - (this.x[row] ?? NaN))
    this.dy[row] = yOfLat(fromLat) - (this.y[row] ?? NaN)
  }

  #isStep(row: number): boolean {
    const step = Math.max(Math.abs(this.dx[row] ?? NaN), Math.abs(this.dy[row] ?? NaN))
    return step > 0 && step <= STEP_MAX
  }

  #resize(table: VehicleTable): void {
    this.#structure = table.structure.peek()
    this.count = table.count
    this.x = new Float64Array(table.count).fill(NaN)
    this.y = new Float64Array(table.count).fill(NaN)
    this.dx = new Float64Array(table.count)
    this.dy = new Float64Array(table.count)
    this.startMs = new Float64Array(table.count).fill(NaN)
    this.durationMs = new Float64Array(table.count)
    this.#lat = new Float64Array(table.count).fill(NaN)
    this.#lon = new Float64Array(table.count).fill(NaN)
  }
}
