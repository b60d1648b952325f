import { expect } from 'chai'
import { FrameHold } from '../../../dashboard/live/frame-hold.ts'

describe('held frames', () => {
  it('held frames are returned in order, once', () => {
    const hold = new FrameHold()
    const frames = [new Uint8Array([1]), new Uint8Array([2])]
    frames.forEach((it) => hold.add(it))
    expect(hold.take()).to.deep.equal({ frames, hasLost: false })
    expect(hold.take()).to.deep.equal({ frames: [], hasLost: false })
  })

  for (const [what, bytes, count] of [
    ['many', 1, 601],
    ['large', 1024 * 1024, 9],
  ] as const) {
    it(`held frames are all dropped when they are too ${what}`, () => {
      const hold = new FrameHold()
      for (let i = 0; i < count; i++) hold.add(new Uint8Array(bytes))
      expect(hold.length).to.equal(0)
      hold.add(new Uint8Array(1))
      expect(hold.take()).to.deep.equal({ frames: [], hasLost: true })
      hold.add(new Uint8Array(1))
      expect(hold.take().hasLost).to.equal(false)
    })
  }
})
