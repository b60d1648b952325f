import type { Painter } from './painter.ts'
import { WebglPicture } from './webgl-picture.ts'

const CONTEXT: WebGLContextAttributes = {
  alpha: true,
  premultipliedAlpha: true,
  // The atlas has smooth edges. Without a graphics card, multisampling costs more than everything else.
  antialias: false,
  depth: false,
  stencil: false,
  powerPreference: 'high-performance',
}

/**
 * Draws with WebGL2; `undefined` if this browser has none. A lost context draws nothing until it is restored, and
 * `onRestored` is called.
 */
export function openWebglPainter(canvas: HTMLCanvasElement, onRestored: () => void): Painter | undefined {
  const gl = canvas.getContext('webgl2', CONTEXT)
  if (gl === null) return undefined
  let ratio = 1
  let picture = gl.isContextLost() ? undefined : new WebglPicture(gl)
  const onLost = (event: Event) => {
    // Otherwise, the browser does not restore the context.
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
      // Browsers allow a few contexts, and one that waits for garbage collection still counts.
      gl.getExtension('WEBGL_lose_context')?.loseContext()
    },
  }
}
