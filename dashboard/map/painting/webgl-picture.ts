import type { Picture } from './painter.ts'
import { WebglSprites } from './webgl-sprites.ts'
import { WebglTrack } from './webgl-track.ts'

/** Draws a picture with a WebGL2 context. */
export class WebglPicture {
  readonly #gl: WebGL2RenderingContext
  readonly #sprites: WebglSprites
  readonly #track: WebglTrack
  #atlas: HTMLCanvasElement | undefined

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#sprites = new WebglSprites(gl)
    this.#track = new WebglTrack(gl)
  }

  /** Draws over the current frame. `ratio` is device pixels per CSS pixel. */
  draw(
    { camera, nowMs, track, fleet, fleetAlpha, top, colours }: Picture,
    atlas: HTMLCanvasElement,
    ratio: number,
  ): void {
    const gl = this.#gl
    gl.activeTexture(gl.TEXTURE0)
    if (atlas !== this.#atlas) this.#sprites.setAtlas(atlas)
    this.#atlas = atlas
    gl.disable(gl.DEPTH_TEST)
    gl.disable(gl.STENCIL_TEST)
    gl.disable(gl.CULL_FACE)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    if (track) this.#track.draw(track.line, track.atMs, camera, colours)
    this.#sprites.draw(fleet, camera, nowMs, ratio, fleetAlpha)
    this.#sprites.draw(top, camera, nowMs, ratio, 1)
  }
}
