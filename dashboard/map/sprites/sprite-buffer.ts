/**
 * What is drawn of each sprite, one after another as the vertex shader reads it. A position is two float32 of each
 * coordinate, the second one what the first one lacks: one alone is off by 2 pixels at zoom 16.
 */
export const SPRITE = {
  xHigh: 0,
  yHigh: 1,
  xLow: 2,
  yLow: 3,
  /** from the newest position back to the one before, Mercator coordinates */
  dx: 4,
  dy: 5,
  /** when it began to move from there, seconds since the buffer's epoch, and for how long; 0: it stands */
  startS: 6,
  durationS: 7,
  /** CSS pixels on the screen, whatever is up */
  offsetX: 8,
  offsetY: 9,
  /** radians clockwise from north; UPRIGHT: upright on the screen, whatever is up */
  angle: 10,
  /** of the atlas */
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
  /** what `startS` counts from, on the clock of `performance.now()` */
  epochMs = 0
  /** Counts changes, so that who drew it knows that it has to be uploaded. */
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

/** An angle that no heading has. A shader may not be trusted with NaN. */
export const UPRIGHT = 1000
