import { expect } from 'chai'
import { advance, createPlayback, seek, toggle } from '../../../../dashboard/vehicle/replay/playback.ts'

const start = toggle(createPlayback(1000, 61_000))

describe('the playback of a replay', () => {
  it('a replay waits at its start until it is played', () => {
    const playback = createPlayback(1000, 61_000)
    expect(advance(playback, 500)).to.deep.equal(playback)
    expect(playback.atMs).to.equal(1000)
  })

  it('a replay advances at its speed', () => {
    expect(advance({ ...start, speed: 1 }, 500).atMs).to.equal(1500)
    expect(advance({ ...start, speed: 60 }, 500).atMs).to.equal(31_000)
  })

  it('a replay stops at the end, and playing it then starts over', () => {
    const over = advance({ ...start, speed: 120 }, 900)
    expect(over).to.include({ atMs: 61_000, isPlaying: false })
    expect(toggle(over)).to.include({ atMs: 1000, isPlaying: true })
  })

  it('a paused replay does not advance', () => {
    const paused = toggle(advance(start, 100))
    expect(advance(paused, 500).atMs).to.equal(2000)
  })

  it('a replay continues where it was after a long time hidden, and never goes back', () => {
    expect(advance({ ...start, speed: 1 }, 3_600_000).atMs).to.equal(2000)
    expect(advance(start, -50).atMs).to.equal(1000)
  })

  it('a replay can only be set to times of its track', () => {
    expect(seek(start, 30_000).atMs).to.equal(30_000)
    expect(seek(start, 0).atMs).to.equal(1000)
    expect(seek(start, 1e9).atMs).to.equal(61_000)
  })

  it('a track of a single moment does not play', () => {
    expect(toggle(createPlayback(5, 5)).isPlaying).to.equal(false)
  })
})
