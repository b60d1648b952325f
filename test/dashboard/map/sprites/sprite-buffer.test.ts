import { expect } from 'chai'
import { worldPx, xOfLon, yOfLat } from '../../../../dashboard/map/camera/mercator.ts'
import { SPRITE, SPRITE_FLOATS, SpriteBuffer } from '../../../../dashboard/map/sprites/sprite-buffer.ts'
import {
  CELL_COUNT,
  clusterCell,
  clusterLabel,
  digitCell,
} from '../../../../dashboard/map/sprites/sprite-cells.ts'

describe('a buffer of sprites', () => {
  it("a sprite's position is exact to 0.01 pixel at the nearest zoom", () => {
    const sprites = new SpriteBuffer()
    const [x, y] = [xOfLon(18.068612345), yOfLat(59.329312345)]
    sprites.push({ x, y, cell: 1, sizePx: 20 })
    const value = (column: number) => sprites.data[column] ?? NaN
    const offX = (value(SPRITE.xHigh) + value(SPRITE.xLow) - x) * worldPx(19)
    const offY = (value(SPRITE.yHigh) + value(SPRITE.yLow) - y) * worldPx(19)
    expect(Math.abs(offX)).to.be.below(0.01)
    expect(Math.abs(offY)).to.be.below(0.01)
    // A single float32 is off, which is why there are two.
    expect(Math.abs(value(SPRITE.xHigh) - x) * worldPx(19)).to.be.above(1)
  })

  it('a sprite buffer grows and keeps its sprites', () => {
    const sprites = new SpriteBuffer()
    for (let i = 0; i < 1000; i++) sprites.push({ x: 0.5, y: 0.5, cell: i, sizePx: 10 })
    expect(sprites.count).to.equal(1000)
    for (const i of [0, 63, 64, 999]) expect(sprites.data[i * SPRITE_FLOATS + SPRITE.cell]).to.equal(i)
  })

  it('a sprite buffer counts its changes', () => {
    const sprites = new SpriteBuffer()
    const before = sprites.version
    sprites.clear(5)
    expect(sprites.version).to.not.equal(before)
    expect(sprites.epochMs).to.equal(5)
  })
})

describe('the cells of sprites', () => {
  it('each sprite has a cell of its own', () => {
    const cells = [0, 1, 2, 3, 4, 5].flatMap((state) => [0, 1, 2].map((size) => clusterCell(state, size)))
    const digits = Array.from('0123456789k', digitCell)
    expect(new Set([...cells, ...digits]).size).to.equal(29)
    expect(Math.max(...cells, ...digits)).to.equal(CELL_COUNT - 1)
  })

  it("a cluster's count has at most four characters", () => {
    expect([3, 999, 9999, 10_000, 123_456].map(clusterLabel)).to.deep.equal([
      '3',
      '999',
      '9999',
      '10k',
      '123k',
    ])
  })
})
