import { expect } from 'chai'
import { PendingTimes } from '../../../broker/live/pending-times.ts'

describe('pending times', () => {
  it('has of each vehicle the newest one, once', () => {
    const pending = new PendingTimes()
    pending.keep(7, 20)
    pending.keep(7, 30)
    pending.keep(7, 10)
    pending.keep(3, 1)
    expect(pending.take()).to.deep.equal([
      { vehicleId: 7, timeUs: 30 },
      { vehicleId: 3, timeUs: 1 },
    ])
    expect(pending.take()).to.deep.equal([])
  })

  it('takes any time of a vehicle that was taken, an earlier one and one before 1970, too', () => {
    const pending = new PendingTimes()
    pending.keep(7, 30)
    pending.take()
    pending.keep(7, -5)
    pending.keep(8, 0)
    expect(pending.take()).to.deep.equal([
      { vehicleId: 7, timeUs: -5 },
      { vehicleId: 8, timeUs: 0 },
    ])
  })

  it('grows with the vehicles, whose pending times stay', () => {
    const pending = new PendingTimes()
    const given = Array.from({ length: 1000 }, (_, n) => ({ vehicleId: 10 * n, timeUs: n }))
    for (const { vehicleId, timeUs } of given) pending.keep(vehicleId, timeUs)
    expect(pending.take()).to.deep.equal(given)
  })
})
