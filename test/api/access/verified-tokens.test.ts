import { expect } from 'chai'
import { keepVerified } from '../../../api/access/verified-tokens.ts'
import { makeClaims } from '../../../contract/claims.ts'
import { createJwt, type Jwt } from '../../../kit/jwt.ts'
import { CLOCK_TOLERANCE_S } from '../../../kit/token-times.ts'

describe('cache of verified tokens', () => {
  const lifetimeS = 900
  let jwt: Jwt
  let nowMs: number
  let verified: string[]
  let kept: Jwt
  beforeEach(() => {
    jwt = createJwt('a secret of at least 32 characters')
    nowMs = Date.now()
    verified = []
    const counting = { ...jwt, verify: (token: string) => (verified.push(token), jwt.verify(token)) }
    kept = keepVerified(counting, () => nowMs)
  })

  const sign = (sub: string) =>
    jwt.sign(
      makeClaims({ sub, role: 'user', aud: 'api', jti: sub, nowS: Math.floor(nowMs / 1000), lifetimeS }),
    )

  it('each token is verified only once', () => {
    const [one, two] = [sign('1'), sign('2')]
    for (const token of [one, two, one, two, one]) expect(kept.verify(token)).to.deep.equal(jwt.verify(token))
    expect(verified).to.deep.equal([one, two])
  })

  it('a cached token is refused once it has expired', () => {
    const token = sign('1')
    kept.verify(token)
    nowMs += (lifetimeS + CLOCK_TOLERANCE_S - 1) * 1000
    kept.verify(token)
    nowMs += 1000
    expect(() => kept.verify(token))
      .to.throw('expired')
      .with.property('code', 'token_expired')
  })

  it('a cached token does not validate another token with the same beginning', () => {
    const token = sign('1')
    kept.verify(token)
    const forged = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA')
    for (const _ of [1, 2])
      expect(() => kept.verify(forged))
        .to.throw()
        .with.property('code', 'token_invalid')
  })

  it('a token is verified again after a thousand other tokens', () => {
    const first = sign('0')
    kept.verify(first)
    for (let n = 1; n <= 1000; n++) kept.verify(sign(String(n)))
    kept.verify(first)
    expect(verified.filter((it) => it === first)).to.have.length(2)
  })
})
