import type { Camera } from '../camera/camera.ts'
import type { MapColours } from '../map-colours.ts'
import { rgbOf } from '../map-colours.ts'
import { worldPx } from '../camera/mercator.ts'
import { TRACK_FLOATS, type TrackLine } from '../track/track-line.ts'
import { linkProgram } from './webgl-program.ts'

// Each instance is the line from one point to the next. It is thin across a gap.
const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec4 a_from;
layout(location = 1) in vec2 a_time;
layout(location = 2) in vec4 a_to;
layout(location = 3) in vec2 a_toTime;
uniform vec4 u_camera;
uniform vec2 u_bearing;
uniform vec2 u_screen;
uniform float u_world;
uniform float u_width;
out float v_time;
void main() {
  vec2 from = (a_from.xy - u_camera.xy) + (a_from.zw - u_camera.zw);
  vec2 to = from + (a_to.xy - a_from.xy) + (a_to.zw - a_from.zw);
  float world = floor(from.x + 0.5);
  from.x -= world;
  to.x -= world;
  mat2 turn = u_world * mat2(u_bearing.x, -u_bearing.y, u_bearing.y, u_bearing.x);
  vec2 a = turn * from;
  vec2 b = turn * to;
  vec2 along = b - a;
  along = length(along) > 1e-4 ? normalize(along) : vec2(1.0, 0.0);
  float halfWidth = u_width * (a_time.y > 0.5 ? 0.2 : 0.5);
  float end = float(gl_VertexID & 1);
  float side = float(gl_VertexID >> 1) * 2.0 - 1.0;
  vec2 at = mix(a, b, end) + along * (end * 2.0 - 1.0) * halfWidth * 0.5 + vec2(-along.y, along.x) * side * halfWidth;
  v_time = mix(a_time.x, a_toTime.x, end);
  gl_Position = vec4(at * 2.0 / u_screen * vec2(1.0, -1.0), 0.0, 1.0);
}`

const FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 u_done;
uniform vec3 u_ahead;
uniform float u_at;
in float v_time;
out vec4 o_colour;
void main() {
  o_colour = vec4(v_time <= u_at ? u_done : u_ahead, 1.0);
}`

const WIDTH_PX = 4
const CASING_PX = 7

/** Draws a replay's track: the done part in the accent colour, the part ahead paler. */
export class WebglTrack {
  readonly #gl: WebGL2RenderingContext
  readonly #program
  readonly #array
  readonly #buffer
  #line: TrackLine | undefined
  #colours: MapColours | undefined
  #rgb = { accent: [0, 0, 0], surface: [0, 0, 0], ahead: [0, 0, 0] }

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#program = linkProgram(gl, VERTEX, FRAGMENT)
    this.#array = gl.createVertexArray()
    this.#buffer = gl.createBuffer()
    gl.bindVertexArray(this.#array)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer)
    // The same points twice: as the beginning of a line, and one further as its end.
    for (const [location, floats, offset] of [
      [0, 4, 0],
      [1, 2, 4],
      [2, 4, TRACK_FLOATS],
      [3, 2, TRACK_FLOATS + 4],
    ] as const) {
      gl.enableVertexAttribArray(location)
      gl.vertexAttribPointer(location, floats, gl.FLOAT, false, TRACK_FLOATS * 4, offset * 4)
      gl.vertexAttribDivisor(location, 1)
    }
    gl.bindVertexArray(null)
  }

  draw(line: TrackLine, atMs: number, camera: Camera, colours: MapColours): void {
    const gl = this.#gl
    const { program, uniform } = this.#program
    if (line !== this.#line) {
      this.#line = line
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer)
      gl.bufferData(gl.ARRAY_BUFFER, line.data, gl.STATIC_DRAW)
    }
    if (line.count < 2) return
    this.#setColours(colours)
    const [xHigh, yHigh] = [Math.fround(camera.x), Math.fround(camera.y)]
    const bearing = (camera.bearing * Math.PI) / 180
    gl.useProgram(program)
    gl.bindVertexArray(this.#array)
    gl.uniform4f(uniform('u_camera'), xHigh, yHigh, camera.x - xHigh, camera.y - yHigh)
    gl.uniform2f(uniform('u_bearing'), Math.cos(bearing), Math.sin(bearing))
    gl.uniform2f(uniform('u_screen'), camera.width, camera.height)
    gl.uniform1f(uniform('u_world'), worldPx(camera.zoom))
    gl.uniform1f(uniform('u_at'), (atMs - line.startMs) / 1000)
    const { accent, surface, ahead } = this.#rgb
    for (const [width, done, rest] of [
      [CASING_PX, surface, surface],
      [WIDTH_PX, accent, ahead],
    ] as const) {
      gl.uniform1f(uniform('u_width'), width)
      gl.uniform3fv(uniform('u_done'), done)
      gl.uniform3fv(uniform('u_ahead'), rest)
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, line.count - 1)
    }
    gl.bindVertexArray(null)
  }

  #setColours(colours: MapColours): void {
    if (colours === this.#colours) return
    this.#colours = colours
    const [accent, surface] = [rgbOf(colours.accent), rgbOf(colours.surface)]
    const ahead = accent.map((it, i) => it * 0.5 + (surface[i] ?? 0) * 0.5)
    this.#rgb = { accent, surface, ahead }
  }
}
