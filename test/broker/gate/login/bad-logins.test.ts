import { expect } from 'chai'
import { createBadLogins } from '../../../../broker/gate/login/bad-logins.ts'

describe('failed logins', () => {
  it('failures are delayed from the 11th a minute, up to 5 s, and unanswered from the 101st', () => {
    const logins = createBadLogins()
    const delays = Array.from({ length: 101 }, () => logins.fail('192.0.2.1', 0))
    expect(delays.slice(0, 10)).to.deep.equal(Array<number>(10).fill(0))
    expect(delays.slice(10, 13)).to.deep.equal([100, 200, 300])
    expect(delays.slice(58, 100).every((delay) => delay !== undefined && delay >= 4900)).to.equal(true)
    expect(Math.max(...delays.slice(0, 100).map(Number))).to.equal(5000)
    expect(delays[100]).to.equal(undefined)
  })

  it('old failures of an address stop counting with time', () => {
    const logins = createBadLogins()
    for (let n = 0; n < 20; n++) logins.fail('192.0.2.1', 0)
    expect(logins.fail('192.0.2.1', 59_000)).to.be.greaterThan(0)
    expect(logins.fail('192.0.2.1', 60_001)).to.be.greaterThan(0)
    // The previous minute had 21 failures, of which 10 % still count, in addition to the current failure.
    expect(logins.fail('192.0.2.1', 60_000 + 54_000)).to.equal(0)
    expect(logins.fail('192.0.2.1', 300_000)).to.equal(0)
  })

  it('failures count per IPv4 address, however it is written, and per IPv6 /64', () => {
    const logins = createBadLogins()
    for (let n = 0; n < 10; n++) logins.fail('192.0.2.1', 0)
    for (let n = 0; n < 10; n++) logins.fail(`2001:db8:1:2::${n}`, 0)
    expect(logins.fail('192.0.2.2', 0)).to.equal(0)
    expect(logins.fail('2001:db8:1:3::1', 0)).to.equal(0)
    expect(logins.fail('::ffff:192.0.2.1', 0)).to.equal(100)
    expect(logins.fail('2001:db8:1:2:ffff::', 0)).to.equal(100)
  })

  it('the number of answers delayed at the same time is limited, for all addresses together', () => {
    const logins = createBadLogins({ delayedMax: 2 })
    for (let n = 0; n < 12; n++) logins.fail('192.0.2.1', 0)
    expect(logins.fail('192.0.2.1', 0)).to.equal(undefined)
    expect(logins.fail('192.0.2.2', 0)).to.equal(0)
    logins.done()
    expect(logins.fail('192.0.2.1', 0)).to.equal(400)
  })

  it('the address whose last failure is oldest is forgotten when there are too many', () => {
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
