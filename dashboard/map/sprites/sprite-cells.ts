import { LIVE_STATES } from '../../../contract/live-frame.ts'

/** Numbers of the atlas' cells. The first are the states' shapes in the order of LIVE_STATES. */
export const CELL_MOVING_ROUND = LIVE_STATES.length
export const CELL_SELECTED = CELL_MOVING_ROUND + 1
export const CELL_HOVERED = CELL_SELECTED + 1
export const CELL_MARKER = CELL_HOVERED + 1
export const CELL_MARKER_ROUND = CELL_MARKER + 1
export const CELL_CLUSTERS = CELL_MARKER_ROUND + 1
/** CSS pixels; each state has a cluster in each size */
export const CLUSTER_SIZES = [34, 42, 52] as const
const CELL_DIGITS = CELL_CLUSTERS + LIVE_STATES.length * CLUSTER_SIZES.length
/** The last one is for thousands. */
export const DIGITS = '0123456789k'
export const CELL_COUNT = CELL_DIGITS + DIGITS.length
export const DIGIT_PX = 14
export const DIGIT_ADVANCE_PX = 7.5

/** Size of each state's shape by index in LIVE_STATES, CSS pixels. */
export const STATE_SIZES = [16, 26, 20, 18, 16, 30, 16] as const
export const MOVING_ROUND_SIZE = 18
export const RING_SIZE = 44
export const MARKER_SIZE = 36

export function clusterSizeIndex(members: number): 0 | 1 | 2 {
  return members < 20 ? 0 : members < 200 ? 1 : 2
}

export function clusterCell(state: number, sizeIndex: number): number {
  return CELL_CLUSTERS + state * CLUSTER_SIZES.length + sizeIndex
}

export function digitCell(character: string): number {
  return CELL_DIGITS + Math.max(DIGITS.indexOf(character), 0)
}

/** "7", "9999", "12k": at most four characters, up to ten million. */
export function clusterLabel(members: number): string {
  return members < 10_000 ? String(members) : `${Math.round(members / 1000)}k`
}
