import { expect } from 'chai'
import { createRevokedTokens } from '../../../broker/registry/revoked-tokens.ts'

describe('revoked tokens', () => {
  it('are remembered until some time after their expiry, and then forgotten', () => {
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

  it('do not grow with all that were ever revoked', () => {
    let nowS = 0
    const revoked = createRevokedTokens({ keptS: 100, nowS: () => nowS })
    for (nowS = 0; nowS < 100_000; nowS++) revoked.add(`token-${nowS}`, nowS + 50)
    expect(revoked.size).to.be.lessThan(50 + 100 + 61)
  })
})
