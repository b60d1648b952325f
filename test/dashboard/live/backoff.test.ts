import { expect } from 'chai'
import { backoffMs } from '../../../dashboard/live/backoff.ts'

describe('the wait before a reconnect', () => {
  it('doubles from half a second to 15 s', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoffMs(attempt, 1))
    expect(longest).to.deep.equal([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  })

  it('is by chance for half of it', () => {
    expect(backoffMs(3, 0)).to.equal(1000)
    expect(backoffMs(3, 0.5)).to.equal(1500)
  })
})
