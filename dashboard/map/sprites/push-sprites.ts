import { LIVE_STATES } from '../../../contract/live-frame.ts'
import type { VehicleTable } from '../../live/vehicle-table.ts'
import type { Clusters } from '../fleet/clusters.ts'
import type { FleetPositions } from '../fleet/fleet-positions.ts'
import { type SpriteBuffer, UPRIGHT } from './sprite-buffer.ts'
import {
  CELL_MOVING_ROUND,
  CLUSTER_SIZES,
  clusterCell,
  clusterLabel,
  clusterSizeIndex,
  DIGIT_ADVANCE_PX,
  DIGIT_PX,
  digitCell,
  MOVING_ROUND_SIZE,
  STATE_SIZES,
} from './sprite-cells.ts'

const MOVING = LIVE_STATES.indexOf('moving')
const RADIANS = Math.PI / 180

/** Adds a vehicle with the shape of its state and its movement. `instead` draws another sprite there, such as a ring. */
export function pushVehicle(
  sprites: SpriteBuffer,
  table: VehicleTable,
  positions: FleetPositions,
  row: number,
  instead?: { cell: number; sizePx: number },
): void {
  const state = table.state[row] ?? 0
  const heading = table.heading[row] ?? NaN
  // Only moving vehicles have a direction: the heading of a parked one is often old or noise.
  const points = instead === undefined && state === MOVING && !Number.isNaN(heading)
  const isRound = state === MOVING && !points
  const durationMs = positions.durationMs[row] ?? 0
  sprites.push({
    x: positions.x[row] ?? 0,
    y: positions.y[row] ?? 0,
    dx: positions.dx[row] ?? 0,
    dy: positions.dy[row] ?? 0,
    startS: durationMs === 0 ? 0 : ((positions.startMs[row] ?? 0) - sprites.epochMs) / 1000,
    durationS: durationMs / 1000,
    angle: points ? heading * RADIANS : UPRIGHT,
    cell: instead?.cell ?? (isRound ? CELL_MOVING_ROUND : state),
    sizePx: instead?.sizePx ?? (isRound ? MOVING_ROUND_SIZE : (STATE_SIZES[state] ?? 0)),
  })
}

/** Adds a cluster's circle in the colour of its most important state, with the number of vehicles. */
export function pushCluster(sprites: SpriteBuffer, clusters: Clusters, cluster: number): void {
  const x = clusters.x[cluster] ?? 0
  const y = clusters.y[cluster] ?? 0
  const members = clusters.size[cluster] ?? 0
  const size = clusterSizeIndex(members)
  sprites.push({ x, y, cell: clusterCell(clusters.state[cluster] ?? 0, size), sizePx: CLUSTER_SIZES[size] })
  const label = clusterLabel(members)
  for (let i = 0; i < label.length; i++) {
    const offsetX = (i - (label.length - 1) / 2) * DIGIT_ADVANCE_PX
    sprites.push({ x, y, offsetX, cell: digitCell(label.charAt(i)), sizePx: DIGIT_PX })
  }
}
