/** A linked program with the locations of its uniforms. */
export interface WebglProgram {
  program: WebGLProgram
  uniform: (name: string) => WebGLUniformLocation | null
}

/** Throws with the compiler's message. */
export function linkProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebglProgram {
  const program = gl.createProgram()
  const shaders = [compile(gl, gl.VERTEX_SHADER, vertex), compile(gl, gl.FRAGMENT_SHADER, fragment)]
  for (const it of shaders) gl.attachShader(program, it)
  gl.linkProgram(program)
  for (const it of shaders) gl.deleteShader(it)
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`the map's program does not link: ${gl.getProgramInfoLog(program)}`)
  }
  const locations = new Map<string, WebGLUniformLocation | null>()
  return {
    program,
    uniform(name) {
      const known = locations.get(name)
      if (known !== undefined) return known
      const location = gl.getUniformLocation(program, name)
      locations.set(name, location)
      return location
    },
  }
}

function compile(gl: WebGL2RenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type)
  if (shader === null) throw new Error('the context of the map is lost')
  gl.shaderSource(shader, source)
  gl.compileShader(shader)
  return shader
}
