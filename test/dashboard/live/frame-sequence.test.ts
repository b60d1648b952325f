import { expect } from 'chai'
import { FrameSequence } from '../../../dashboard/live/frame-sequence.ts'

const frame = (epoch: number, seq: number) => ({ epoch, seq, baseTimeMs: 0 })

describe('the sequence of frames', () => {
  it('begins wherever the first frame after a snapshot is', () => {
    const sequence = new FrameSequence()
    expect(sequence.follow(frame(7, 41))).to.equal('whole')
    expect(sequence.follow(frame(7, 42))).to.equal('whole')
  })

  it('notices a gap, once', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 1))
    expect(sequence.follow(frame(7, 3))).to.equal('gap')
    expect(sequence.follow(frame(7, 4))).to.equal('whole')
  })

  it('takes no doubled and no late frame for a gap', () => {
    const sequence = new FrameSequence()
    for (const seq of [5, 6, 5, 6, 1]) expect(sequence.follow(frame(7, seq))).to.equal('whole')
    expect(sequence.follow(frame(7, 7))).to.equal('whole')
  })

  it('notices a feed that began anew', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 1))
    expect(sequence.follow(frame(8, 1))).to.equal('new epoch')
    expect(sequence.follow(frame(8, 2))).to.equal('whole')
  })

  it('follows two feeds at once, as while a connection is replaced', () => {
    const sequence = new FrameSequence()
    expect(sequence.followAll([frame(7, 3), frame(9, 10), frame(7, 4), frame(9, 11)])).to.equal('whole')
    expect(sequence.follow(frame(7, 5))).to.equal('whole')
    expect(sequence.follow(frame(9, 12))).to.equal('whole')
    expect(sequence.follow(frame(7, 7))).to.equal('gap')
  })

  it('notices that frames are missing between those before a snapshot was asked for and those after', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 10))
    expect(sequence.followAll([frame(7, 13)])).to.equal('gap')
    expect(sequence.followAll([])).to.equal('whole')
    expect(sequence.follow(frame(7, 15))).to.equal('gap')
  })

  it('notices a gap in what came while the snapshot was on its way', () => {
    const sequence = new FrameSequence()
    expect(sequence.followAll([frame(7, 3), frame(7, 5)])).to.equal('gap')
    expect(sequence.follow(frame(7, 6))).to.equal('whole')
  })

  it('takes any epoch on a new connection, and no other one later', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(7, 3))
    sequence.begin()
    expect(sequence.follow(frame(8, 100))).to.equal('whole')
    expect(sequence.follow(frame(7, 4))).to.equal('gap')
    expect(sequence.follow(frame(9, 1))).to.equal('new epoch')
  })

  it('takes an epoch that has just begun for one that the snapshot may not know of', () => {
    const sequence = new FrameSequence()
    sequence.begin()
    expect(sequence.follow(frame(8, 1))).to.equal('new epoch')
    expect(sequence.followAll([frame(8, 2), frame(9, 1)])).to.equal('new epoch')
    expect(sequence.followAll([frame(10, 1), frame(8, 4)])).to.equal('gap')
  })

  it('remembers only a few epochs', () => {
    const sequence = new FrameSequence()
    sequence.follow(frame(1, 1))
    for (let epoch = 2; epoch <= 9; epoch++) sequence.follow(frame(epoch, 1))
    expect(sequence.follow(frame(9, 2))).to.equal('whole')
    expect(sequence.follow(frame(1, 2))).to.equal('gap')
  })
})
