import { expect } from 'chai'
import { freshnessOf } from '../../../dashboard/live/staleness.ts'

describe('a silent feed', () => {
  it('a silent feed is live until after its 5 s heartbeat, then stale, then dead', () => {
    expect([0, 5000, 7999, 8000, 29_999, 30_000].map(freshnessOf)).to.deep.equal([
      'live',
      'live',
      'live',
      'stale',
      'stale',
      'dead',
    ])
  })
})
