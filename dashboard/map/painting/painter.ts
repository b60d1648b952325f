import type { Camera } from '../camera/camera.ts'
import type { MapColours } from '../map-colours.ts'
import type { SpriteBuffer } from '../sprites/sprite-buffer.ts'
import type { TrackLine } from '../track/track-line.ts'

/** What one picture of the layer shows. */
export interface Picture {
  camera: Camera
  /** on the clock of `performance.now()` */
  nowMs: number
  /** a replay's way, and up to where in it is done */
  track: { line: TrackLine; atMs: number } | undefined
  fleet: SpriteBuffer
  /** 0 to 1; less while something else is more important */
  fleetAlpha: number
  /** what is drawn over all: the selected vehicle, the replay's marker */
  top: SpriteBuffer
  colours: MapColours
}

/** Draws on the transparent canvas over the basemap. */
export interface Painter {
  /** CSS pixels, and device pixels in each of them */
  resize: (width: number, height: number, ratio: number) => void
  draw: (picture: Picture, atlas: HTMLCanvasElement) => void
  close: () => void
}
