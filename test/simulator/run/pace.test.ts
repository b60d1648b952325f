import { expect } from 'chai'
import { createPace } from '../../../simulator/run/pace.ts'

describe('the pace', () => {
  it('the rate is exact, however uneven the ticks are', () => {
    const pace = createPace(333, 1000)
    let given = 0
    for (let now = 1000; now < 61_000; now += 3 + (now % 17)) given += pace.due(now)
    given += pace.due(61_000)
    expect(given).to.equal(333 * 60)
  })

  it('the rate may be less than one a second', () => {
    const pace = createPace(0.5, 0)
    expect([500, 1999, 2000, 2001, 4000].map((now) => pace.due(now))).to.deep.equal([0, 0, 1, 0, 1])
  })

  it('after a long pause only one second is caught up', () => {
    const pace = createPace(100, 0)
    expect(pace.due(60_000)).to.equal(100)
    expect(pace.due(60_010)).to.equal(1)
  })
})
