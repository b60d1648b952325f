import type { VehicleTable } from '../../live/vehicle-table.ts'
import type { Camera } from '../camera/camera.ts'
import type { FleetPositions } from './fleet-positions.ts'
import { PickGrid } from './pick-grid.ts'
import type { VehicleScene } from './vehicle-scene.ts'

/** The vehicle or cluster under the pointer. */
export type Picked = { vehicle: string } | { cluster: { x: number; y: number; members: number } }

/** Finds the vehicle or cluster at a point of the screen. Positions are computed only when needed. */
export class FleetPicker {
  readonly #grid = new PickGrid()
  #x = new Float32Array(0)
  #y = new Float32Array(0)
  #isOld = true

  /** Positions have changed. */
  forget(): void {
    this.#isOld = true
  }

  pick(
    { scene, positions, table }: { scene: VehicleScene; positions: FleetPositions; table: VehicleTable },
    camera: Camera,
    at: { x: number; y: number; radiusPx: number },
  ): Picked | undefined {
    if (this.#isOld) this.#build(scene, positions, camera)
    const target = scene.targets[this.#grid.nearest(at.x, at.y, at.radiusPx)]
    if (target === undefined) return undefined
    if (target >= 0) {
      const vehicle = table.keys[target]
      return vehicle === undefined ? undefined : { vehicle }
    }
    if (scene.clusters === undefined) return undefined
    const { x, y, size } = scene.clusters
    const cluster = -1 - target
    return { cluster: { x: x[cluster] ?? 0, y: y[cluster] ?? 0, members: size[cluster] ?? 0 } }
  }

  #build(scene: VehicleScene, positions: FleetPositions, camera: Camera): void {
    if (this.#x.length < scene.targetCount) {
      this.#x = new Float32Array(scene.targets.length)
      this.#y = new Float32Array(scene.targets.length)
    }
    const count = scene.locate(camera, positions, performance.now(), this.#x, this.#y)
    this.#grid.build(this.#x, this.#y, count, camera.width, camera.height)
    this.#isOld = false
  }
}
