import { expect } from 'chai'
import { createTurn } from '../../../broker/gate/turn.ts'

const SLICE_MS = 3
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Works for so long without giving way. */
function work(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}

describe('a turn', () => {
  it('has time until its slice is spent', () => {
    const turn = createTurn(SLICE_MS)
    expect(turn.hasTime()).to.equal(true)
    expect(turn.hasTime()).to.equal(true)
    work(SLICE_MS + 1)
    expect(turn.hasTime()).to.equal(false)
    expect(turn.hasTime()).to.equal(false)
  })

  it('is followed by one that has time again', async () => {
    const turn = createTurn(SLICE_MS)
    turn.hasTime()
    work(SLICE_MS + 1)
    await nextTurn()
    expect(turn.hasTime()).to.equal(true)
  })

  it('has time for work that takes none, however often it asks', () => {
    const turn = createTurn(60_000)
    for (let n = 0; n < 100_000; n++) if (!turn.hasTime()) expect.fail(`not at ${n}`)
  })

  it('lets nothing overtake what waits', async () => {
    const turn = createTurn(SLICE_MS)
    const handled: string[] = []
    turn.later(() => handled.push('waited'))
    expect(turn.hasTime()).to.equal(false)
    expect(handled).to.deep.equal([])
    await nextTurn()
    expect(handled).to.deep.equal(['waited'])
    expect(turn.hasTime()).to.equal(true)
  })

  it('handles what waits in the order in which it came, and all of it', async () => {
    const turn = createTurn(60_000)
    const handled: number[] = []
    for (let n = 0; n < 1000; n++) turn.later(() => handled.push(n))
    await nextTurn()
    expect(handled).to.deep.equal(Array.from({ length: 1000 }, (_, n) => n))
  })

  it('gives way to others between slices', async () => {
    const turn = createTurn(SLICE_MS)
    const events: string[] = []
    const isDone = new Promise<void>((resolve) => {
      for (let n = 0; n < 4; n++) {
        turn.later(() => {
          work(SLICE_MS + 1)
          events.push(`slice ${n}`)
          if (n === 3) resolve()
        })
      }
    })
    let others = 0
    const other = setInterval(() => {
      others++
      events.push('other')
    }, 0)
    await isDone
    clearInterval(other)
    expect(events.filter((it) => it !== 'other')).to.deep.equal(['slice 0', 'slice 1', 'slice 2', 'slice 3'])
    expect(others).to.be.at.least(2)
  })

  it('handles later what was put off while something was handled', async () => {
    const turn = createTurn(60_000)
    const handled: string[] = []
    turn.later(() => {
      handled.push('first')
      expect(turn.hasTime()).to.equal(false)
      turn.later(() => handled.push('third'))
    })
    turn.later(() => handled.push('second'))
    await nextTurn()
    await nextTurn()
    expect(handled).to.deep.equal(['first', 'second', 'third'])
  })
})
