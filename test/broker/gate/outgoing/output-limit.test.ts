import { expect } from 'chai'
import { createOutputLimit } from '../../../../broker/gate/outgoing/output-limit.ts'

describe('output limits', () => {
  it('each subscriber has its own output limit in each turn of the event loop', async () => {
    const limit = createOutputLimit(100)
    const [one, other] = [{ isSlow: false }, { isSlow: false }]
    expect(limit.mayForward(one, 60)).to.equal(true)
    expect(limit.mayForward(one, 60)).to.equal(false)
    expect(limit.mayForward(one, 40)).to.equal(true)
    expect(limit.mayForward(other, 100)).to.equal(true)
    await new Promise(setImmediate)
    expect(limit.mayForward(one, 100)).to.equal(true)
  })

  it('a slow subscriber receives nothing', () => {
    expect(createOutputLimit(100).mayForward({ isSlow: true }, 1)).to.equal(false)
  })
})
