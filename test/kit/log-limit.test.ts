import { expect } from 'chai'
import { createLogLimit } from '../../kit/log-limit.ts'

describe('limit of log lines', () => {
  let nowMs = 10_000
  beforeEach(() => (nowMs = 10_000))
  const allowMany = (limit: ReturnType<typeof createLogLimit>, count: number) =>
    Array.from({ length: count }, () => limit.allow())

  it('a limited number of lines a second is logged, and the rest omitted', () => {
    const limit = createLogLimit(3, () => nowMs)
    expect(allowMany(limit, 5)).to.deep.equal([0, 0, 0, -1, -1])
    nowMs += 999
    expect(allowMany(limit, 2)).to.deep.equal([-1, -1])
  })

  it('the next line has the number of lines omitted since the last', () => {
    const limit = createLogLimit(2, () => nowMs)
    allowMany(limit, 9)
    nowMs += 1000
    expect(allowMany(limit, 4)).to.deep.equal([7, 0, -1, -1])
    nowMs += 60_000
    expect(allowMany(limit, 2)).to.deep.equal([2, 0])
  })

  it('lines are logged after the clock was set back', () => {
    const limit = createLogLimit(1, () => nowMs)
    allowMany(limit, 2)
    nowMs -= 5000
    expect(limit.allow()).to.equal(1)
  })

  it('the limit uses the real clock by default', () => {
    expect(allowMany(createLogLimit(2), 2)).to.deep.equal([0, 0])
  })
})
