import { expect } from 'chai'
import { createLoginLimit } from '../../api/login-limit.ts'

describe('api login limit', () => {
  const fail = (limit: ReturnType<typeof createLoginLimit>, address: string) => {
    const attempt = limit.begin(address)
    attempt.done(false)
    return attempt.retryAfterS
  }

  it('forgets failures after a minute', () => {
    let nowMs = 0
    const limit = createLoginLimit({ failuresPerMinuteMax: 2, now: () => nowMs })
    expect([fail(limit, 'a'), fail(limit, 'a'), fail(limit, 'a')]).to.deep.equal([0, 0, 60])
    nowMs = 59_500
    expect(fail(limit, 'a')).to.equal(1)
    nowMs = 60_000
    expect(fail(limit, 'a')).to.equal(0)
  })

  it('counts attempts that are still being checked', () => {
    const limit = createLoginLimit({ failuresPerMinuteMax: 2, now: () => 0 })
    const running = [limit.begin('a'), limit.begin('a')]
    expect(limit.begin('a').retryAfterS).to.equal(60)
    running.forEach((it) => it.done(true))
    expect(limit.begin('a').retryAfterS).to.equal(0)
  })

  it('gives places back', () => {
    const limit = createLoginLimit({ atOnceMax: 1, now: () => 0 })
    const first = limit.begin('a')
    expect(limit.begin('b').retryAfterS).to.equal(1)
    first.done(true)
    expect(limit.begin('b').retryAfterS).to.equal(0)
  })

  it('remembers a bounded number of addresses', () => {
    const limit = createLoginLimit({ failuresPerMinuteMax: 1, addressesMax: 2, now: () => 0 })
    fail(limit, 'a')
    fail(limit, 'b')
    expect(fail(limit, 'a')).to.equal(60)
    fail(limit, 'c')
    expect([fail(limit, 'c'), fail(limit, 'b')]).to.deep.equal([60, 60])
    expect(fail(limit, 'a')).to.equal(0)
  })

  it('takes a /64 of IPv6 for one address', () => {
    const limit = createLoginLimit({ failuresPerMinuteMax: 1, now: () => 0 })
    fail(limit, '2001:db8::1')
    expect(fail(limit, '2001:db8:0:0:7::2')).to.equal(60)
    expect(fail(limit, '2001:db8:0:1::1')).to.equal(0)
    expect(fail(limit, '::ffff:10.0.0.1')).to.equal(0)
    expect(fail(limit, '::ffff:10.0.0.2')).to.equal(0)
  })
})
