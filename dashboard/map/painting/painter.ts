import type { Camera } from '../camera/camera.ts'
import type { MapColours } from '../map-colours.ts'
import type { SpriteBuffer } from '../sprites/sprite-buffer.ts'
import type { TrackLine } from '../track/track-line.ts'

/** One frame of the layer. */
export interface Picture {
  camera: Camera
  /** on the clock of `performance.now()` */
  nowMs: number
  /** a replay's track, and the time up to which it is done */
  track: { line: TrackLine; atMs: number } | undefined
  fleet: SpriteBuffer
  /** 0 to 1; less during a replay */
  fleetAlpha: number
  /** the sprites above all others: the selected vehicle, the replay's marker */
  top: SpriteBuffer
  colours: MapColours
}

/** Draws on the transparent canvas over the basemap. */
export interface Painter {
  /** size in CSS pixels, and device pixels per CSS pixel */
  resize: (width: number, height: number, ratio: number) => void
  draw: (picture: Picture, atlas: HTMLCanvasElement) => void
  close: () => void
}
