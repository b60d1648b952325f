import { expect } from 'chai'
import { backoffMs } from '../../../dashboard/live/backoff.ts'

describe('the wait before a reconnect', () => {
  it('the wait before a reconnect doubles from 0.5 s to 15 s', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoffMs(attempt, 1))
    expect(longest).to.deep.equal([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  })

  it('half of the wait before a reconnect is random', () => {
    expect(backoffMs(3, 0)).to.equal(1000)
    expect(backoffMs(3, 0.5)).to.equal(1500)
  })
})
