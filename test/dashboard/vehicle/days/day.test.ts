import { expect } from 'chai'
import { dayOf, localTimeOf, rangeOfDay, shiftDay } from '../../../../dashboard/vehicle/days/day.ts'

const HOUR_MS = 3_600_000

describe('a day', () => {
  const zone = process.env['TZ']
  before(() => {
    process.env['TZ'] = 'Europe/Stockholm'
  })
  after(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  it('a day goes from midnight to midnight, also when the clocks change', () => {
    expect(rangeOfDay('2026-11-22')?.fromMs).to.equal(Date.UTC(2026, 10, 21, 23))
    const hours = ['2026-11-22', '2026-03-29', '2026-10-25'].map((day) => {
      const { fromMs, toMs } = rangeOfDay(day) ?? { fromMs: 0, toMs: 0 }
      return (toMs - fromMs) / HOUR_MS
    })
    expect(hours).to.deep.equal([24, 23, 25])
  })

  it("a day is of the browser's time zone, not of UTC", () => {
    expect(dayOf(Date.UTC(2026, 10, 22, 23, 30))).to.equal('2026-11-23')
    expect(localTimeOf(Date.UTC(2026, 10, 22, 23, 30))).to.equal('2026-11-23T00:30')
  })

  it('shiftDay crosses ends of months and clock changes', () => {
    expect(shiftDay('2026-11-01', -1)).to.equal('2026-10-31')
    expect(shiftDay('2026-12-31', 1)).to.equal('2027-01-01')
    expect(shiftDay('2026-10-25', 1)).to.equal('2026-10-26')
    expect(shiftDay('2026-03-30', -1)).to.equal('2026-03-29')
  })

  it('a date that does not exist has no range', () => {
    for (const text of ['2026-02-30', '2026-13-01', 'today', '', '1999-12-31', '2026-1-1'])
      expect(rangeOfDay(text), text).to.equal(undefined)
  })
})
