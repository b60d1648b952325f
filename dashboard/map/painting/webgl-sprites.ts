import type { Camera } from '../camera/camera.ts'
import { worldPx } from '../camera/mercator.ts'
import { ATLAS_COLUMNS, ATLAS_ROWS, SLOT_PX } from '../sprites/sprite-atlas.ts'
import { SPRITE, SPRITE_BYTES, type SpriteBuffer, SPRITE_FLOATS, UPRIGHT } from '../sprites/sprite-buffer.ts'
import { linkProgram } from './webgl-program.ts'

const VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec4 a_place;
layout(location = 1) in vec4 a_move;
layout(location = 2) in vec3 a_turn;
layout(location = 3) in vec2 a_look;
uniform vec4 u_camera;
uniform vec3 u_bearing;
uniform vec3 u_screen;
uniform float u_world;
uniform float u_time;
uniform vec3 u_atlas;
out vec2 v_uv;
void main() {
  float left = a_move.w > 0.0 ? clamp(1.0 - (u_time - a_move.z) / a_move.w, 0.0, 1.0) : 0.0;
  vec2 d = (a_place.xy - u_camera.xy) + (a_place.zw - u_camera.zw) + a_move.xy * left;
  d.x -= floor(d.x + 0.5);
  vec2 middle = u_world * vec2(d.x * u_bearing.y + d.y * u_bearing.z, d.y * u_bearing.y - d.x * u_bearing.z);
  vec2 corner = (vec2(gl_VertexID & 1, gl_VertexID >> 1) - 0.5) * a_look.y;
  float angle = 0.0;
  if (a_turn.z < ${(UPRIGHT - 1).toFixed(1)}) angle = a_turn.z - u_bearing.x;
  else if (left == 0.0) middle = floor(middle * u_screen.z + 0.5) / u_screen.z;
  vec2 turn = vec2(cos(angle), sin(angle));
  vec2 at = middle + a_turn.xy + vec2(corner.x * turn.x - corner.y * turn.y, corner.x * turn.y + corner.y * turn.x);
  gl_Position = vec4(at * 2.0 / u_screen.xy * vec2(1.0, -1.0), 0.0, 1.0);
  vec2 slot = vec2(mod(a_look.x, u_atlas.x), floor(a_look.x / u_atlas.x));
  v_uv = ((slot + 0.5) * ${SLOT_PX.toFixed(1)} + corner) / u_atlas.yz;
}`

const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D u_sprites;
uniform float u_alpha;
in vec2 v_uv;
out vec4 o_colour;
void main() {
  o_colour = texture(u_sprites, v_uv) * u_alpha;
}`

/** Draws sprite buffers. Each has an array in the GPU, which is uploaded again after a change. */
export class WebglSprites {
  readonly #gl: WebGL2RenderingContext
  readonly #program
  readonly #texture
  readonly #uploaded = new Map<
    SpriteBuffer,
    { array: WebGLVertexArrayObject; buffer: WebGLBuffer; version: number }
  >()

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#program = linkProgram(gl, VERTEX, FRAGMENT)
    this.#texture = gl.createTexture()
  }

  setAtlas(atlas: HTMLCanvasElement): void {
    const gl = this.#gl
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, atlas)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  }

  draw(sprites: SpriteBuffer, camera: Camera, nowMs: number, ratio: number, alpha: number): void {
    if (sprites.count === 0) return
    const gl = this.#gl
    const { program, uniform } = this.#program
    const [xHigh, yHigh] = [Math.fround(camera.x), Math.fround(camera.y)]
    const bearing = (camera.bearing * Math.PI) / 180
    gl.useProgram(program)
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.bindVertexArray(this.#upload(sprites))
    gl.uniform4f(uniform('u_camera'), xHigh, yHigh, camera.x - xHigh, camera.y - yHigh)
    gl.uniform3f(uniform('u_bearing'), bearing, Math.cos(bearing), Math.sin(bearing))
    gl.uniform3f(uniform('u_screen'), camera.width, camera.height, ratio)
    gl.uniform1f(uniform('u_world'), worldPx(camera.zoom))
    gl.uniform1f(uniform('u_time'), (nowMs - sprites.epochMs) / 1000)
    gl.uniform3f(uniform('u_atlas'), ATLAS_COLUMNS, ATLAS_COLUMNS * SLOT_PX, ATLAS_ROWS * SLOT_PX)
    gl.uniform1f(uniform('u_alpha'), alpha)
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, sprites.count)
    gl.bindVertexArray(null)
  }

  #upload(sprites: SpriteBuffer): WebGLVertexArrayObject {
    const gl = this.#gl
    const known = this.#uploaded.get(sprites)
    const it = known ?? { array: gl.createVertexArray(), buffer: gl.createBuffer(), version: -1 }
    if (known === undefined) {
      this.#uploaded.set(sprites, it)
      gl.bindVertexArray(it.array)
      gl.bindBuffer(gl.ARRAY_BUFFER, it.buffer)
      const columns = [SPRITE.xHigh, SPRITE.dx, SPRITE.offsetX, SPRITE.cell, SPRITE_FLOATS]
      for (const [location, column] of columns.slice(0, -1).entries()) {
        const floats = (columns[location + 1] ?? 0) - column
        gl.enableVertexAttribArray(location)
        gl.vertexAttribPointer(location, floats, gl.FLOAT, false, SPRITE_BYTES, column * 4)
        gl.vertexAttribDivisor(location, 1)
      }
    }
    if (it.version !== sprites.version) {
      it.version = sprites.version
      gl.bindBuffer(gl.ARRAY_BUFFER, it.buffer)
      gl.bufferData(gl.ARRAY_BUFFER, sprites.data, gl.DYNAMIC_DRAW, 0, sprites.count * SPRITE_FLOATS)
    }
    return it.array
  }
}
