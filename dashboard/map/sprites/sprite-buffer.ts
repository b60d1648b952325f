/**
 * Columns of a sprite, in the order of the vertex shader. Each coordinate is two float32 values, the second with the remainder
 * of the first: a single one is off by 2 pixels at zoom 16.
 */
export const SPRITE = {
  xHigh: 0,
  yHigh: 1,
  xLow: 2,
  yLow: 3,
  /** from the newest position back to the previous one, Mercator coordinates */
  dx: 4,
  dy: 5,
  /** start of the movement, seconds since the buffer's epoch, and its duration; 0 if the sprite stands */
  startS: 6,
  durationS: 7,
  /** CSS pixels on the screen, independent of the bearing */
  offsetX: 8,
  offsetY: 9,
  /** radians clockwise from north; UPRIGHT is upright on the screen, independent of the bearing */
  angle: 10,
  /** cell of the atlas */
  cell: 11,
  sizePx: 12,
} as const
export const SPRITE_FLOATS = 13
export const SPRITE_BYTES = SPRITE_FLOATS * 4

export interface Sprite {
  x: number
  y: number
  dx?: number
  dy?: number
  startS?: number
  durationS?: number
  offsetX?: number
  offsetY?: number
  angle?: number
  cell: number
  sizePx: number
}

export class SpriteBuffer {
  count = 0
  data = new Float32Array(64 * SPRITE_FLOATS)
  /** origin of `startS`, on the clock of `performance.now()` */
  epochMs = 0
  /** Counts changes, so that a painter can tell whether to upload the buffer again. */
  version = 0

  clear(epochMs: number): void {
    this.count = 0
    this.epochMs = epochMs
    this.version++
  }

  push(sprite: Sprite): void {
    const at = this.#grow()
    const data = this.data
    const xHigh = Math.fround(sprite.x)
    const yHigh = Math.fround(sprite.y)
    data[at + SPRITE.xHigh] = xHigh
    data[at + SPRITE.yHigh] = yHigh
    data[at + SPRITE.xLow] = sprite.x - xHigh
    data[at + SPRITE.yLow] = sprite.y - yHigh
    data[at + SPRITE.dx] = sprite.dx ?? 0
    data[at + SPRITE.dy] = sprite.dy ?? 0
    data[at + SPRITE.startS] = sprite.startS ?? 0
    data[at + SPRITE.durationS] = sprite.durationS ?? 0
    data[at + SPRITE.offsetX] = sprite.offsetX ?? 0
    data[at + SPRITE.offsetY] = sprite.offsetY ?? 0
    data[at + SPRITE.angle] = sprite.angle ?? UPRIGHT
    data[at + SPRITE.cell] = sprite.cell
    data[at + SPRITE.sizePx] = sprite.sizePx
  }

  #grow(): number {
    const at = this.count++ * SPRITE_FLOATS
    if (at + SPRITE_FLOATS > this.data.length) {
      const larger = new Float32Array(this.data.length * 2)
      larger.set(this.data)
      this.data = larger
    }
    return at
  }
}

/** An angle that no heading has, as shaders do not handle NaN reliably. */
export const UPRIGHT = 1000
