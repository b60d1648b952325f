import { LIVE_STATES } from '../../../contract/live-frame.ts'
import type { MapColours } from '../map-colours.ts'
import {
  CELL_COUNT,
  CELL_HOVERED,
  CELL_MARKER,
  CELL_MARKER_ROUND,
  CELL_MOVING_ROUND,
  CELL_SELECTED,
  CLUSTER_SIZES,
  clusterCell,
  DIGITS,
  digitCell,
  MARKER_SIZE,
  MOVING_ROUND_SIZE,
  RING_SIZE,
  STATE_SIZES,
} from './sprite-cells.ts'
import { arrow, cluster, digit, disc, ring, stateShape } from './sprite-shapes.ts'

/** Size of the square for a sprite, CSS pixels; larger than the largest sprite. */
export const SLOT_PX = 64
export const ATLAS_COLUMNS = 8
export const ATLAS_ROWS = Math.ceil(CELL_COUNT / ATLAS_COLUMNS)

/** All sprites in the colours of the theme, in the sizes in which they are drawn. */
export function drawAtlas(colours: MapColours, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = ATLAS_COLUMNS * SLOT_PX * ratio
  canvas.height = ATLAS_ROWS * SLOT_PX * ratio
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  const at = (cell: number, draw: (context: CanvasRenderingContext2D) => void) => {
    const x = ((cell % ATLAS_COLUMNS) + 0.5) * SLOT_PX * ratio
    const y = (Math.floor(cell / ATLAS_COLUMNS) + 0.5) * SLOT_PX * ratio
    context.setTransform(ratio, 0, 0, ratio, x, y)
    draw(context)
  }
  for (const [state, name] of LIVE_STATES.entries()) {
    const colour = colours.states[state] ?? colours.text
    at(state, (it) => stateShape(it, name, STATE_SIZES[state] ?? 0, colour, colours.surface))
    for (const [index, size] of CLUSTER_SIZES.entries()) {
      at(clusterCell(state, index), (it) => cluster(it, size, colour, colours.surface, name === 'alert'))
    }
  }
  const moving = colours.states[LIVE_STATES.indexOf('moving')] ?? colours.text
  at(CELL_MOVING_ROUND, (it) => disc(it, MOVING_ROUND_SIZE, moving, colours.surface))
  at(CELL_SELECTED, (it) => ring(it, RING_SIZE, 3, colours.accent, colours.surface))
  at(CELL_HOVERED, (it) => ring(it, RING_SIZE - 4, 2, colours.text, colours.surface))
  at(CELL_MARKER, (it) => arrow(it, MARKER_SIZE, colours.accent, colours.surface))
  at(CELL_MARKER_ROUND, (it) => disc(it, MARKER_SIZE - 8, colours.accent, colours.surface))
  for (const character of DIGITS) at(digitCell(character), (it) => digit(it, character, colours.text))
  return canvas
}
