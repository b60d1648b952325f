import { expect } from 'chai'
import { advance, createPlayback, seek, toggle } from '../../../../dashboard/vehicle/replay/playback.ts'

const start = toggle(createPlayback(1000, 61_000))

describe('the clock of a replay', () => {
  it('waits at the beginning until it plays', () => {
    const playback = createPlayback(1000, 61_000)
    expect(advance(playback, 500)).to.deep.equal(playback)
    expect(playback.atMs).to.equal(1000)
  })

  it('goes as many times as fast as its speed says', () => {
    expect(advance({ ...start, speed: 1 }, 500).atMs).to.equal(1500)
    expect(advance({ ...start, speed: 60 }, 500).atMs).to.equal(31_000)
  })

  it('stops at the end, and begins anew from there', () => {
    const over = advance({ ...start, speed: 120 }, 900)
    expect(over).to.include({ atMs: 61_000, isPlaying: false })
    expect(toggle(over)).to.include({ atMs: 1000, isPlaying: true })
  })

  it('stays where it is when it is paused', () => {
    const paused = toggle(advance(start, 100))
    expect(advance(paused, 500).atMs).to.equal(2000)
  })

  it('goes on where it was after the page was hidden for long, and never back', () => {
    expect(advance({ ...start, speed: 1 }, 3_600_000).atMs).to.equal(2000)
    expect(advance(start, -50).atMs).to.equal(1000)
  })

  it('is set only to times that there are', () => {
    expect(seek(start, 30_000).atMs).to.equal(30_000)
    expect(seek(start, 0).atMs).to.equal(1000)
    expect(seek(start, 1e9).atMs).to.equal(61_000)
  })

  it('does not play a track of a single moment', () => {
    expect(toggle(createPlayback(5, 5)).isPlaying).to.equal(false)
  })
})
