import type { Painter } from './painter.ts'
import { WebglPicture } from './webgl-picture.ts'

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
 * undefined: this browser has no WebGL2. A lost context draws nothing until it is back; `onRestored` then asks for a
 * picture.
 */
export function openWebglPainter(canvas: HTMLCanvasElement, onRestored: () => void): Painter | undefined {
  const gl = canvas.getContext('webgl2', CONTEXT)
  if (gl === null) return undefined
  let ratio = 1
  let picture = gl.isContextLost() ? undefined : new WebglPicture(gl)
  const onLost = (event: Event) => {
    // Otherwise the browser does not give it back.
    event.preventDefault()
    picture = undefined
  }
  const onBack = () => {
    picture = new WebglPicture(gl)
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
    draw(what, atlas) {
      if (picture === undefined) return
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      picture.draw(what, atlas, ratio)
    },
    close() {
      canvas.removeEventListener('webglcontextlost', onLost)
      canvas.removeEventListener('webglcontextrestored', onBack)
      // Browsers allow a handful of contexts; one that waits for garbage collection still counts.
      gl.getExtension('WEBGL_lose_context')?.loseContext()
    },
  }
}
