import { expect } from 'chai'
import { TokenBucket } from '../../kit/token-bucket.ts'

describe('token bucket', () => {
  it('a bucket starts full, and makes its owner wait once it is overspent', () => {
    const bucket = new TokenBucket(10, 100, 0)
    bucket.charge(100, 0)
    expect(bucket.waitMs(0)).to.equal(0)
    bucket.charge(5, 0)
    expect(bucket.waitMs(0)).to.equal(500)
    expect(bucket.waitMs(499)).to.equal(1)
    expect(bucket.waitMs(500)).to.equal(0)
  })

  it('a bucket never holds more than its burst', () => {
    const bucket = new TokenBucket(10, 100, 0)
    bucket.charge(-1000, 0)
    bucket.charge(110, 1_000_000)
    expect(bucket.waitMs(1_000_000)).to.equal(1000)
  })

  it('a bucket allows its rate over time, and no more', () => {
    const bucket = new TokenBucket(7, 70, 0)
    let spent = 0
    for (let ms = 0; ms < 100_000; ms += 13) {
      if (bucket.waitMs(ms) > 0) continue
      bucket.charge(3, ms)
      spent += 3
    }
    expect(spent).to.be.within(7 * 100 + 70 - 3, 7 * 100 + 70 + 3)
  })
})
