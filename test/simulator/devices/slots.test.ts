import { expect } from 'chai'
import { backoffMs } from '../../../simulator/devices/backoff.ts'
import { createSlots } from '../../../simulator/devices/slots.ts'

describe('slots', () => {
  it('no more slots are taken than exist; the next caller waits for a release', async () => {
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

  it('a slot is released once, however often `release` is called', async () => {
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

describe('backoff', () => {
  it('the backoff doubles up to fifteen seconds, half of it random', () => {
    expect([0, 1, 2, 10].map((attempt) => backoffMs(attempt, () => 1))).to.deep.equal([
      250, 500, 1000, 15_000,
    ])
    expect(backoffMs(2, () => 0)).to.equal(500)
  })
})
