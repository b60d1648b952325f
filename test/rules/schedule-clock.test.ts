import { expect } from 'chai'
import fc from 'fast-check'
import { DAYS, isZone, type Schedule } from '../../contract/schedule.ts'
import { createScheduleClock } from '../../rules/schedule-clock.ts'

const ms = (text: string) => Date.parse(text)
const night: Schedule = {
  zone: 'Europe/Stockholm',
  windows: [{ days: ['fri', 'sun'], from: '22:00', to: '06:00' }],
}

describe('schedules', () => {
  it('a window through midnight belongs to the day on which it begins', () => {
    const clock = createScheduleClock(night)
    // 2026-11-27 is a Friday, and Stockholm is an hour ahead of UTC.
    const open = ['2026-11-27T21:00Z', '2026-11-28T04:59:59.999Z', '2026-11-30T04:59Z']
    const shut = ['2026-11-27T20:59:59.999Z', '2026-11-28T05:00Z', '2026-11-28T22:00Z', '2026-11-30T05:00Z']
    expect(open.map((it) => clock.isOpenAt(ms(it)))).to.deep.equal([true, true, true])
    expect(shut.map((it) => clock.isOpenAt(ms(it)))).to.deep.equal([false, false, false, false])
  })

  it('follows the clock of its zone when the clock changes', () => {
    const clock = createScheduleClock({
      zone: 'Europe/Stockholm',
      windows: [{ days: ['sun'], from: '02:30', to: '04:00' }],
    })
    // Spring: 02:00 becomes 03:00 at 01:00 UTC. Autumn: 03:00 becomes 02:00 at 01:00 UTC.
    expect(
      ['2027-03-28T00:59Z', '2027-03-28T01:00Z', '2027-03-28T02:00Z'].map((it) => clock.isOpenAt(ms(it))),
    ).to.deep.equal([false, true, false])
    expect(
      ['2027-10-31T00:30Z', '2027-10-31T01:00Z', '2027-10-31T01:30Z'].map((it) => clock.isOpenAt(ms(it))),
    ).to.deep.equal([true, false, true])
  })

  it('24:00 is the end of the day, and equal times are a whole day', () => {
    const whole = { days: DAYS, zone: 'UTC' }
    for (const to of ['24:00', '00:00']) {
      const clock = createScheduleClock({
        zone: 'UTC',
        windows: [{ days: whole.days, from: '00:00', to }],
      })
      expect([0, 1, 86_399_999].map((it) => clock.isOpenAt(ms('2026-11-30T00:00Z') + it))).to.deep.equal([
        true,
        true,
        true,
      ])
    }
  })

  it('does not change before the time that it gives', () => {
    const time = fc.integer({ min: 0, max: 1439 }).map((it) => {
      return `${String(Math.floor(it / 60)).padStart(2, '0')}:${String(it % 60).padStart(2, '0')}`
    })
    const window = fc.record({ days: fc.subarray([...DAYS], { minLength: 1 }), from: time, to: time })
    const zones = ['Europe/Stockholm', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'UTC']
    const times = fc.oneof(
      fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }).map(Number),
      fc.integer({ min: ms('2027-03-27T12:00Z'), max: ms('2027-03-28T12:00Z') }),
      fc.integer({ min: ms('2027-04-03T12:00Z'), max: ms('2027-04-04T12:00Z') }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(window, { minLength: 1, maxLength: 3 }),
        times,
        (zone, windows, from) => {
          const clock = createScheduleClock({ zone, windows })
          const until = clock.sameUntil(from)
          expect(until).to.be.greaterThan(from)
          for (let at = from; at < until; at += 60_000)
            expect(clock.isOpenAt(at)).to.equal(clock.isOpenAt(from))
          expect(clock.isOpenAt(until - 1)).to.equal(clock.isOpenAt(from))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('knows the zones of IANA', () => {
    expect([isZone('Europe/Stockholm'), isZone('UTC'), isZone('Mars/Olympus')]).to.deep.equal([
      true,
      true,
      false,
    ])
  })
})
