import { expect } from 'chai'
import { createSecretSeal } from '../../kit/sealed-secret.ts'

describe('sealed secrets', () => {
  const [old, current] = ['o'.repeat(32), 'c'.repeat(32)]

  it('a sealed secret can be opened with the same JWT_SECRET only, and equal secrets differ', () => {
    const seal = createSecretSeal(current)
    const [a, b] = [seal.seal('whsec_x'), seal.seal('whsec_x')]
    expect(a.equals(b)).to.equal(false)
    expect(a.includes('whsec_x')).to.equal(false)
    expect(seal.open(a)).to.equal('whsec_x')
    expect(() => createSecretSeal(old).open(a)).to.throw('set the secret again')
  })

  it('a changed or cut secret is refused', () => {
    const seal = createSecretSeal(current)
    const sealed = seal.seal('whsec_x')
    for (const bytes of [Buffer.alloc(0), sealed.subarray(0, 20), Buffer.from(sealed).fill(0, 14, 15)])
      expect(() => seal.open(bytes)).to.throw('set the secret again')
  })

  it('after a change of JWT_SECRET, the secret is opened with the previous one, and can be sealed again', () => {
    const sealed = createSecretSeal(old).seal('whsec_x')
    const seal = createSecretSeal(current, old)
    expect(seal.open(sealed)).to.equal('whsec_x')
    const renewed = seal.renew(sealed)
    expect(renewed && createSecretSeal(current).open(renewed)).to.equal('whsec_x')
    expect(seal.renew(renewed ?? Buffer.alloc(0))).to.equal(undefined)
  })
})
