import { expect } from 'chai'
import { codeOf } from '../../kit/errors.ts'
import { checkTimes, CLOCK_TOLERANCE_S } from '../../kit/token-times.ts'

describe('times of a token', () => {
  const nowS = 1_000_000
  function verdict(payload: unknown): string {
    try {
      checkTimes(payload, nowS)
      return 'good'
    } catch (error) {
      return codeOf(error)
    }
  }

  it('times are tolerated for 60 s before and after', () => {
    expect(CLOCK_TOLERANCE_S).to.equal(60)
    const exp = nowS + 10
    expect(verdict({ exp: nowS - 59 })).to.equal('good')
    expect(verdict({ exp: nowS - 60 })).to.equal('token_expired')
    for (const name of ['iat', 'nbf']) {
      expect(verdict({ exp, [name]: nowS + 60 }), name).to.equal('good')
      expect(verdict({ exp, [name]: nowS + 61 }), name).to.equal('token_invalid')
    }
  })

  it('times are whole seconds up to the year 9999', () => {
    expect(verdict({ exp: 253_402_300_799 })).to.equal('good')
    for (const value of [
      -1,
      0.5,
      1e300,
      -1e300,
      253_402_300_800,
      '2000000',
      null,
      true,
      [],
      {},
      Number.NaN,
    ]) {
      for (const name of ['exp', 'iat', 'nbf']) {
        expect(verdict({ exp: nowS, [name]: value }), `${name} ${JSON.stringify(value)}`).to.equal(
          'token_invalid',
        )
      }
    }
    for (const payload of [{}, null, undefined, 'text', 7]) expect(verdict(payload)).to.equal('token_invalid')
  })
})
