import type { Painter } from './painter.ts'
import { WebglSprites } from './webgl-sprites.ts'
import { WebglTrack } from './webgl-track.ts'

const CONTEXT: WebGLContextAttributes = {
  alpha: true,
  premultipliedAlpha: true,
  // The shapes' edges are smooth in the atlas; on a processor, multisampling costs more than all else.
  antialias: false,
  depth: false,
  stencil: false,
  powerPreference: 'high-performance',
}

/**
 * undefined: this browser has no WebGL2. A lost context draws nothing until it is back; `onRestored` then asks for the
 * atlas and a picture.
 */
export function openWebglPainter(canvas: HTMLCanvasElement, onRestored: () => void): Painter | undefined {
  const gl = canvas.getContext('webgl2', CONTEXT)
  if (gl === null) return undefined
  let ratio = 1
  let parts = gl.isContextLost() ? undefined : { sprites: new WebglSprites(gl), track: new WebglTrack(gl) }
  const onLost = (event: Event) => {
    // Otherwise the browser does not give it back.
    event.preventDefault()
    parts = undefined
  }
  const onBack = () => {
    parts = { sprites: new WebglSprites(gl), track: new WebglTrack(gl) }
    onRestored()
  }
  canvas.addEventListener('webglcontextlost', onLost)
  canvas.addEventListener('webglcontextrestored', onBack)
  return {
    resize(width, height, newRatio) {
      ratio = newRatio
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    },
    setAtlas: (atlas) => parts?.sprites.setAtlas(atlas),
    draw({ camera, nowMs, track, fleet, fleetAlpha, top, colours }) {
      if (parts === undefined) return
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.enable(gl.BLEND)
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
      if (track) parts.track.draw(track.line, track.atMs, camera, colours)
      parts.sprites.draw(fleet, camera, nowMs, ratio, fleetAlpha)
      parts.sprites.draw(top, camera, nowMs, ratio, 1)
    },
    close() {
      canvas.removeEventListener('webglcontextlost', onLost)
      canvas.removeEventListener('webglcontextrestored', onBack)
      // Browsers allow a handful of contexts; one that waits for garbage collection still counts.
      gl.getExtension('WEBGL_lose_context')?.loseContext()
    },
  }
}
