import { expect } from 'chai'
import { toAnswer, toReading, type Line } from '../journey-lines.ts'
import { createReplay } from './journeys-of.ts'

const STOP: Line[] = [
  [0, 0, 0],
  [180, 0, 0],
]
const FIRST: Line[] = [
  [200, 150, 50],
  [220, 430, 50],
  [240, 700, 0],
]
const PAUSE: Line[] = [
  [330, 700, 0],
  [430, 700, 0],
]
const SECOND: Line[] = [
  [440, 800, 50],
  [460, 1080, 50],
  [480, 1300, 0],
  [660, 1300, 0],
]

/** Batches in the order of their arrival; readings of all are the same. */
const ARRIVALS: Record<string, Line[][]> = {
  'in order': [STOP, FIRST, PAUSE, SECOND],
  // A storm of enters and exits, and trips there and back.
  'live first, and then from the memory of a tracker': [SECOND, STOP, FIRST, PAUSE],
  'from memory, newest first': [[...STOP, ...FIRST, ...PAUSE, ...SECOND].toReversed()],
  // Positions that came hours after the others were in no event.
  'with a trip that comes after all others': [STOP, PAUSE, SECOND, FIRST],
  'with a stop that comes after all others': [STOP, FIRST, SECOND, PAUSE],
  'in turns of two networks': [
    [...STOP, ...FIRST, ...PAUSE, ...SECOND].filter((_, i) => i % 2 === 0),
    [...STOP, ...FIRST, ...PAUSE, ...SECOND].filter((_, i) => i % 2 === 1),
  ],
}

describe('the order of arrival', () => {
  for (const [name, batches] of Object.entries(ARRIVALS))
    it(`journeys are the same when readings arrive ${name}`, () => {
      const replay = createReplay()
      for (const batch of batches) replay.accept(batch.map(toReading))
      expect(replay.journeys().map(toAnswer)).to.deep.equal([
        ['stop', 0, 200, 0],
        ['trip', 200, 240, 700],
        ['stop', 240, 440, 0],
        ['trip', 440, 480, 600],
        ['stop', 480, null, 0],
      ])
    })

  it('a trip is part of a gap until its readings arrive', () => {
    const replay = createReplay()
    for (const batch of [STOP, SECOND.map(([s, ...it]): Line => [s + 600, ...it])])
      replay.accept(batch.map(toReading))
    expect(replay.journeys().map(toAnswer)[1]).to.deep.equal(['gap', 180, 1040, 800])
    replay.accept([...FIRST, ...PAUSE].map(toReading))
    expect(replay.journeys().map(toAnswer).slice(0, 4)).to.deep.equal([
      ['stop', 0, 200, 0],
      ['trip', 200, 240, 700],
      ['stop', 240, 430, 0],
      ['gap', 430, 1040, 100],
    ])
  })
})
