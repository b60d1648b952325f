import type { Camera } from '../camera/camera.ts'

/** The map below the vehicles, which is panned and zoomed. */
export interface Basemap {
  /** the element with the keyboard's focus */
  readonly focusable: HTMLElement
  camera: () => Camera
  /** Moves the camera; parts that are left out stay. `durationMs` 0 moves it immediately; `isSteady` at constant speed. */
  moveTo(
    to: Partial<Omit<Camera, 'width' | 'height'>>,
    options?: { durationMs?: number; isSteady?: boolean },
  ): void
  /** Whether the user is moving the map. */
  isHeld: () => boolean
  /** Draws an overlay in the basemap's own frame; `undefined` if the basemap cannot do that. */
  readonly addOverlay: ((overlay: OverlayLayer) => void) | undefined
  /** Shows these geofences instead of earlier ones; `undefined` if the basemap cannot do that. */
  readonly showGeofences: ((features: GeoJSON.FeatureCollection) => void) | undefined
  setDark: (isDark: boolean) => void
  close: () => void
}

/** A layer that is drawn in the basemap's frame. */
export interface OverlayLayer {
  /** Prepares to draw with the basemap's context, so that the first frame of a movement is not slow. */
  prepare: (gl: WebGL2RenderingContext) => void
  /** Called when the basemap begins to move, and when it rests. */
  start: () => void
  end: () => void
  /** Draws with the basemap's context, over the basemap. Returns whether another frame is needed. */
  drawOver: (gl: WebGL2RenderingContext) => boolean
  /** Requests a frame; set by the basemap. */
  repaint: (() => void) | undefined
}

export interface BasemapOptions {
  container: HTMLElement
  start: Pick<Camera, 'x' | 'y' | 'zoom'>
  isDark: boolean
  /** name of the map for screen readers */
  label: string
  /** The basemap was drawn with a new camera. Layers above must follow immediately. */
  onCamera: () => void
  /** The camera came to rest. */
  onRest: () => void
  /** The user drags the map. */
  onDrag: () => void
  /** A part of the map could not be loaded. */
  onProblem: (text: string) => void
}
