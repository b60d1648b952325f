import { expect } from 'chai'
import { createRevokedTokens } from '../../../broker/registry/revoked-tokens.ts'

describe('revoked tokens', () => {
  it('a revoked token is forgotten some time after its expiry', () => {
    let nowS = 1000
    const revoked = createRevokedTokens({ keptS: 100, nowS: () => nowS })
    revoked.add('a', 1050)
    revoked.add('b', 2000)
    nowS = 1149
    revoked.add('c', 2000)
    expect(revoked.has('a')).to.equal(true)
    nowS = 1250
    revoked.add('d', 2000)
    expect(revoked.has('a')).to.equal(false)
    expect(revoked.size).to.equal(3)
  })

  it('the number of revoked tokens does not grow without bound', () => {
    let nowS = 0
    const revoked = createRevokedTokens({ keptS: 100, nowS: () => nowS })
    for (nowS = 0; nowS < 100_000; nowS++) revoked.add(`token-${nowS}`, nowS + 50)
    expect(revoked.size).to.be.lessThan(50 + 100 + 61)
  })

  it('announced tokens are bounded, and forgotten when a later read does not list them', () => {
    const revoked = createRevokedTokens({ keptS: 100, nowS: () => 0, announcedMax: 2 })
    revoked.add('listed', 50)
    expect([1, 2, 3].map((n) => revoked.announce(`before-${n}`, 50))).to.deep.equal([true, true, false])
    const read = revoked.beginReading()
    expect([1, 2, 3].map((n) => revoked.announce(`after-${n}`, 50))).to.deep.equal([true, true, false])
    const known = () => ['listed', 'before-1', 'before-3', 'after-1'].filter((jti) => revoked.has(jti))
    expect(known()).to.deep.equal(['listed', 'before-1', 'after-1'])
    expect(revoked.size).to.equal(5)
    read()
    expect(known()).to.deep.equal(['listed', 'after-1'])
  })

  it('a read keeps all announced tokens while there is room', () => {
    const revoked = createRevokedTokens({ keptS: 100, nowS: () => 0, announcedMax: 2 })
    revoked.announce('a', 50)
    revoked.beginReading()()
    expect(revoked.has('a')).to.equal(true)
  })
})
