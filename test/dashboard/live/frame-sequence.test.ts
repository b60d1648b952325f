import { expect } from 'chai'
import { FrameSequence } from '../../../dashboard/live/frame-sequence.ts'

const frame = (epoch: number, seq: number) => ({ epoch, seq, baseTimeMs: 0 })

describe('the sequence of frames', () => {
  it('the first frame after a snapshot may have any number', () => {
    const sequence = new FrameSequence()
    expect(sequence.follow(frame(7, 41))).to.equal('whole')
    expect(sequence.follow(frame(7, 42))).to.equal('whole')
  })

  it('a gap is reported once', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 1))
    expect(sequence.follow(frame(7, 3))).to.equal('gap')
    expect(sequence.follow(frame(7, 4))).to.equal('whole')
  })

  it('repeated and late frames are no gap', () => {
    const sequence = new FrameSequence()
    for (const seq of [5, 6, 5, 6, 1]) expect(sequence.follow(frame(7, seq))).to.equal('whole')
    expect(sequence.follow(frame(7, 7))).to.equal('whole')
  })

  it('a new epoch of the feed is reported', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 1))
    expect(sequence.follow(frame(8, 1))).to.equal('new epoch')
    expect(sequence.follow(frame(8, 2))).to.equal('whole')
  })

  it('two feeds are followed at the same time, as during a replacement of the connection', () => {
    const sequence = new FrameSequence()
    expect(sequence.followAll([frame(7, 3), frame(9, 10), frame(7, 4), frame(9, 11)])).to.equal('whole')
    expect(sequence.follow(frame(7, 5))).to.equal('whole')
    expect(sequence.follow(frame(9, 12))).to.equal('whole')
    expect(sequence.follow(frame(7, 7))).to.equal('gap')
  })

  it("a gap between frames before and after a snapshot's request is reported", () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 10))
    expect(sequence.followAll([frame(7, 13)])).to.equal('gap')
    expect(sequence.followAll([])).to.equal('whole')
    expect(sequence.follow(frame(7, 15))).to.equal('gap')
  })

  it('a gap among the frames held during a snapshot is reported', () => {
    const sequence = new FrameSequence()
    expect(sequence.followAll([frame(7, 3), frame(7, 5)])).to.equal('gap')
    expect(sequence.follow(frame(7, 6))).to.equal('whole')
  })

  it('a new connection may be in any epoch; a later unknown epoch is a gap', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 3))
    sequence.begin()
    expect(sequence.follow(frame(8, 100))).to.equal('whole')
    expect(sequence.follow(frame(7, 4))).to.equal('gap')
    expect(sequence.follow(frame(9, 1))).to.equal('new epoch')
  })

  it('an epoch that has just begun needs another snapshot', () => {
    const sequence = new FrameSequence()
    sequence.begin()
    expect(sequence.follow(frame(8, 1))).to.equal('new epoch')
    expect(sequence.followAll([frame(8, 2), frame(9, 1)])).to.equal('new epoch')
    expect(sequence.followAll([frame(10, 1), frame(8, 4)])).to.equal('gap')
  })

  it('only a few epochs are remembered', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(1, 1))
    for (let epoch = 2; epoch <= 9; epoch++) sequence.follow(frame(epoch, 1))
    expect(sequence.follow(frame(9, 2))).to.equal('whole')
    expect(sequence.follow(frame(1, 2))).to.equal('gap')
  })
})
