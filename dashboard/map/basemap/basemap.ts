import type { Camera } from '../camera/camera.ts'

/** What lies under the vehicles, and is panned and zoomed. */
export interface Basemap {
  /** what has the focus for the keyboard */
  readonly focusable: HTMLElement
  camera: () => Camera
  /** What is not named stays. `durationMs` 0: at once; `isSteady`: all the way at the same speed. */
  moveTo(
    to: Partial<Omit<Camera, 'width' | 'height'>>,
    options?: { durationMs?: number; isSteady?: boolean },
  ): void
  /** Whether somebody moves it by hand just now. */
  isHeld: () => boolean
  /** Draws an overlay in the basemap's own frame; `undefined` if the basemap cannot do that. */
  readonly addOverlay: ((overlay: OverlayLayer) => void) | undefined
  setDark: (isDark: boolean) => void
  close: () => void
}

/** A layer that is drawn in the basemap's frame. */
export interface OverlayLayer {
  /** Gets ready to draw with the basemap's context: what takes long the first time is not for the first frame of a movement. */
  prepare: (gl: WebGL2RenderingContext) => void
  /** The basemap begins to move, and rests. */
  start: () => void
  end: () => void
  /** Draws with the basemap's context, over the basemap. Returns whether another frame is needed. */
  drawOver: (gl: WebGL2RenderingContext) => boolean
  /** Asks for a picture; set by the basemap. */
  repaint: (() => void) | undefined
}

export interface BasemapOptions {
  container: HTMLElement
  start: Pick<Camera, 'x' | 'y' | 'zoom'>
  isDark: boolean
  /** what it is called for screen readers */
  label: string
  /** The camera moved and the basemap was drawn so: what lies over it has to follow at once. */
  onCamera: () => void
  /** The camera came to rest. */
  onRest: () => void
  /** Somebody drags the map. */
  onDrag: () => void
  /** Something of it could not be loaded. */
  onProblem: (text: string) => void
}
