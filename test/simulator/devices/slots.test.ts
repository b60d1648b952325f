import { expect } from 'chai'
import { backoffMs } from '../../../simulator/devices/backoff.ts'
import { createSlots } from '../../../simulator/devices/slots.ts'

describe('slots', () => {
  it('let so many in at once, and the next one when one is through', async () => {
    const slots = createSlots(2)
    const [first] = await Promise.all([slots.take(), slots.take()])
    let third = false
    const waiting = slots.take().then(() => (third = true))
    await Promise.resolve()
    expect(third).to.equal(false)
    first()
    await waiting
    expect(third).to.equal(true)
  })

  it('are given back once, however often one says so', async () => {
    const slots = createSlots(1)
    const release = await slots.take()
    release()
    release()
    await slots.take()
    let second = false
    void slots.take().then(() => (second = true))
    await Promise.resolve()
    expect(second).to.equal(false)
  })
})

describe('the backoff', () => {
  it('doubles up to fifteen seconds, half of it by chance', () => {
    expect([0, 1, 2, 10].map((attempt) => backoffMs(attempt, () => 1))).to.deep.equal([
      250, 500, 1000, 15_000,
    ])
    expect(backoffMs(2, () => 0)).to.equal(500)
  })
})
