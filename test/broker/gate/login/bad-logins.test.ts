import { expect } from 'chai'
import { createBadLogins } from '../../../../broker/gate/login/bad-logins.ts'

describe('failed logins', () => {
  it('are answered at once up to 10 in a minute, then later and later, up to 5 s, then not at all', () => {
    const logins = createBadLogins()
    const delays = Array.from({ length: 101 }, () => logins.fail('192.0.2.1', 0))
    expect(delays.slice(0, 10)).to.deep.equal(Array<number>(10).fill(0))
    expect(delays.slice(10, 13)).to.deep.equal([100, 200, 300])
    expect(delays.slice(58, 100).every((delay) => delay !== undefined && delay >= 4900)).to.equal(true)
    expect(Math.max(...delays.slice(0, 100).map(Number))).to.equal(5000)
    expect(delays[100]).to.equal(undefined)
  })

  it('are forgiven with time', () => {
    const logins = createBadLogins()
    for (let n = 0; n < 20; n++) logins.fail('192.0.2.1', 0)
    expect(logins.fail('192.0.2.1', 59_000)).to.be.greaterThan(0)
    expect(logins.fail('192.0.2.1', 60_001)).to.be.greaterThan(0)
    // In the window of a minute ago were 21, of which 10 % still count, besides the one just now.
    expect(logins.fail('192.0.2.1', 60_000 + 54_000)).to.equal(0)
    expect(logins.fail('192.0.2.1', 300_000)).to.equal(0)
  })

  it('count for their own address, of IPv6 for its /64, and for IPv4 whatever it is written as', () => {
    const logins = createBadLogins()
    for (let n = 0; n < 10; n++) logins.fail('192.0.2.1', 0)
    for (let n = 0; n < 10; n++) logins.fail(`2001:db8:1:2::${n}`, 0)
    expect(logins.fail('192.0.2.2', 0)).to.equal(0)
    expect(logins.fail('2001:db8:1:3::1', 0)).to.equal(0)
    expect(logins.fail('::ffff:192.0.2.1', 0)).to.equal(100)
    expect(logins.fail('2001:db8:1:2:ffff::', 0)).to.equal(100)
  })

  it('wait only so many at once, of all addresses together', () => {
    const logins = createBadLogins({ delayedMax: 2 })
    for (let n = 0; n < 12; n++) logins.fail('192.0.2.1', 0)
    expect(logins.fail('192.0.2.1', 0)).to.equal(undefined)
    expect(logins.fail('192.0.2.2', 0)).to.equal(0)
    logins.done()
    expect(logins.fail('192.0.2.1', 0)).to.equal(400)
  })

  it('are remembered for so many addresses, of which the one that failed longest ago is forgotten', () => {
    const logins = createBadLogins({ addressesMax: 3 })
    for (let n = 0; n < 11; n++) logins.fail('192.0.2.1', 0)
    for (const last of [2, 3]) logins.fail(`192.0.2.${last}`, 0)
    expect(logins.fail('192.0.2.1', 0)).to.equal(200)
    logins.fail('192.0.2.4', 0)
    expect(logins.size).to.equal(3)
    expect(logins.fail('192.0.2.1', 0)).to.equal(300)
    for (const last of [5, 6, 7]) logins.fail(`192.0.2.${last}`, 0)
    expect(logins.fail('192.0.2.1', 0)).to.equal(0)
  })
})
