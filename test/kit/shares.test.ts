import { expect } from 'chai'
import fc from 'fast-check'
import { createShares } from '../../kit/shares.ts'

/** Takes every place that a user can get. */
function takeAll(shares: ReturnType<typeof createShares>, user: string): (() => void)[] {
  const taken: (() => void)[] = []
  for (let giveBack = shares.take(user); giveBack !== undefined; giveBack = shares.take(user))
    taken.push(giveBack)
  return taken
}

describe('shares of places', () => {
  it('one user gets a small part of the places, however many it requests', () => {
    const shares = createShares(256)
    expect(takeAll(shares, 'a')).to.have.length(29)
    expect(takeAll(shares, 'b')).to.have.length(26)
  })

  it('others still get places beside 20 greedy users, and one beside 32', () => {
    const shares = createShares(256)
    for (let n = 0; n < 20; n++) takeAll(shares, `user ${n}`)
    expect(takeAll(shares, 'victim')).to.have.length.of.at.least(3)
    for (let n = 20; n < 32; n++) takeAll(shares, `user ${n}`)
    expect(shares.take('another')).to.be.a('function')
  })

  it('a place is released only once', () => {
    const shares = createShares(2, 1)
    const [giveBack] = takeAll(shares, 'a')
    expect(shares.take('a')).to.equal(undefined)
    giveBack?.()
    giveBack?.()
    expect(takeAll(shares, 'a')).to.have.length(1)
    expect(takeAll(shares, 'b')).to.have.length(1)
    expect(shares.take('c')).to.equal(undefined)
  })

  it('a single place goes to one user', () => {
    const shares = createShares(1)
    expect(shares.take('a')).to.be.a('function')
    expect(shares.take('b')).to.equal(undefined)
    expect(createShares(0).take('a')).to.equal(undefined)
  })

  it('no more places are taken than exist', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 200 }),
        (max, steps) => {
          const shares = createShares(max)
          const taken: (() => void)[] = []
          for (const [user, isTake] of steps) {
            const giveBack = isTake ? shares.take(String(user)) : undefined
            if (!isTake) taken.pop()?.()
            if (giveBack !== undefined) taken.push(giveBack)
            expect(taken.length).to.be.at.most(max)
          }
        },
      ),
    )
  })
})
