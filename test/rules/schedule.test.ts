import { expect } from 'chai'
import fc from 'fast-check'
import { IDLING_TIMES, OVERSPEED_TIMES, REQUIRED_TIMES, type RuleKind } from '../../rules/rule.ts'
import { DAYS, type Day } from '../../contract/schedule.ts'
import { compileSchedule, scheduleProblem, type WeeklySchedule } from '../../rules/schedule.ts'
import type { Geofence } from '../../rules/geofence.ts'
import { BEGIN_MS, eventsOf, foldRule, type Line } from './rule-lines.ts'

const at = (text: string) => Date.parse(text)
const includes = (weekly: WeeklySchedule, ...times: string[]) =>
  times.map((it) => compileSchedule(weekly).includes(at(it)))

describe('a weekly schedule', () => {
  it('a window is of the clocks of its zone', () => {
    const office: WeeklySchedule = {
      zone: 'Europe/Stockholm',
      windows: [{ days: DAYS.slice(0, 5), from: '07:00', to: '16:30' }],
    }
    expect(
      includes(
        office,
        '2026-11-30T05:59:59.999Z',
        '2026-11-30T06:00:00Z',
        '2026-11-30T15:29:59.999Z',
        '2026-11-30T15:30:00Z',
        '2026-11-29T12:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false, false])
    expect(includes(office, '2026-06-29T04:59:59Z', '2026-06-29T05:00:00Z')).to.deep.equal([false, true])
  })

  it('a window that ends before it begins ends on the next day, on Monday after Sunday', () => {
    const night: WeeklySchedule = { zone: 'UTC', windows: [{ days: ['sun'], from: '22:00', to: '06:00' }] }
    expect(
      includes(
        night,
        '2026-11-29T21:59:00Z',
        '2026-11-29T22:00:00Z',
        '2026-11-30T05:59:00Z',
        '2026-11-30T06:00:00Z',
        '2026-11-29T05:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false, false])
  })

  it('a window may be a whole day', () => {
    const sunday: WeeklySchedule = { zone: 'UTC', windows: [{ days: ['sun'], from: '00:00', to: '24:00' }] }
    expect(
      includes(
        sunday,
        '2026-11-28T23:59:59Z',
        '2026-11-29T00:00:00Z',
        '2026-11-29T23:59:59Z',
        '2026-11-30T00:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false])
  })

  it('a window includes an hour that is repeated twice', () => {
    const window: WeeklySchedule = {
      zone: 'Europe/Stockholm',
      windows: [{ days: ['sun'], from: '02:00', to: '03:00' }],
    }
    // The clocks go back at 01:00 UTC on 2026-10-25.
    expect(
      includes(
        window,
        '2026-10-24T23:59:00Z',
        '2026-10-25T00:00:00Z',
        '2026-10-25T01:59:00Z',
        '2026-10-25T02:00:00Z',
      ),
    ).to.deep.equal([false, true, true, false])
  })

  it('an unknown zone, day or time is a problem', () => {
    const window = { days: ['mon' as const], from: '07:00', to: '08:00' }
    expect(scheduleProblem({ zone: 'UTC', windows: [window] })).to.equal(undefined)
    expect(scheduleProblem({ zone: 'Mars/Olympus', windows: [] })).to.match(
      /unknown time zone "Mars\/Olympus"/,
    )
    expect(scheduleProblem({ zone: 'UTC', windows: [{ ...window, to: '24:01' }] })).to.match(
      /invalid time "24:01"/,
    )
    expect(scheduleProblem({ zone: 'UTC', windows: [{ ...window, days: ['day' as Day] }] })).to.match(
      /invalid day "day"/,
    )
    expect(() => compileSchedule({ zone: 'Mars/Olympus', windows: [] })).to.throw(RangeError)
  })

  it('a schedule agrees with the clocks that Intl writes', () => {
    const zones = [
      'UTC',
      'Europe/Stockholm',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'America/St_Johns',
      'Pacific/Apia',
    ]
    const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 })
    const window = fc.record({ days: fc.subarray([...DAYS]), from: minutes, to: minutes })
    const format = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
    const times = fc.array(fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }))
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(window, { maxLength: 3 }),
        times,
        (zone, windows, moments) => {
          const weekly = windows.map(({ days, from, to }) => ({ days, from: format(from), to: format(to) }))
          const schedule = compileSchedule({ zone, windows: weekly })
          for (const it of moments) {
            const local = (type: Intl.DateTimeFormatOptions) =>
              new Date(it).toLocaleString('en-GB', { timeZone: zone, ...type })
            const day = local({ weekday: 'short' }).toLowerCase() as Day
            const time = local({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
            const yesterday = DAYS[(DAYS.indexOf(day) + 6) % 7] ?? 'mon'
            const expected = weekly.some(({ days, from, to }) =>
              from < to
                ? days.includes(day) && time >= from && time < to
                : (days.includes(day) && time >= from) || (days.includes(yesterday) && time < to),
            )
            expect(schedule.includes(it)).to.equal(expected)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a rule with a schedule', () => {
  const OVERSPEED: RuleKind = {
    kind: 'overspeed',
    limit: 90,
    tolerance: 5,
    ofGeofences: 'ignored',
    times: OVERSPEED_TIMES,
  }
  /** From 100 s to 200 s. */
  const schedule = { includes: (ms: number) => ms >= BEGIN_MS + 100_000 && ms < BEGIN_MS + 200_000 }
  const fast: Line[] = Array.from({ length: 13 }, (_, i) => [i * 20, { speed: 120 }])

  it('an interval is judged within its windows only', () => {
    expect(eventsOf(OVERSPEED, fast)).to.deep.equal([[0, null, null]])
    expect(eventsOf(OVERSPEED, fast, { schedule })).to.deep.equal([[100, 180, null]])
    expect(eventsOf(OVERSPEED, fast.slice(0, 8), { schedule })).to.deep.equal([[100, null, null]])
    const { states } = foldRule(OVERSPEED, fast, { schedule })
    expect(states.map((it) => it.memories.length)).to.deep.equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0])
  })

  it('an event of a moment, or with a memory, counts if it begins within the windows', () => {
    const braking: RuleKind = { kind: 'harsh_braking', limit: 4 }
    const lines = [90, 150, 210].flatMap((s): Line[] => [
      [s, { speed: 90 }],
      [s + 1, { speed: 60 }],
      [s + 10, { speed: 60 }],
    ])
    expect(eventsOf(braking, lines, { schedule })).to.deep.equal([[151, 151, null]])
    const status: RuleKind = { kind: 'device_status', statuses: ['sos'], coolDownMs: 600_000 }
    expect(eventsOf(status, [[0, { status: 'sos' }]], { schedule })).to.deep.equal([])
    expect(eventsOf(status, [[110, { status: 'sos' }]], { schedule })).to.deep.equal([[110, null, 'sos']])
  })

  it('idling that begins before a window is an event of the time within it', () => {
    const idling: RuleKind = { kind: 'idling', times: { ...IDLING_TIMES, forMs: 60_000 } }
    const lines: Line[] = Array.from({ length: 13 }, (_, i) => [i * 20, { speed: 0, ignition: true }])
    expect(eventsOf(idling, lines, { schedule })).to.deep.equal([[100, 180, null]])
  })
})

describe('a required place', () => {
  const METRES_PER_DEGREE = 111_319.49
  const YARD: Geofence = { key: 'yard', shape: { type: 'Point', coordinates: [30, 0], radiusM: 1000 } }
  const required = (
    side: 'inside' | 'outside',
    windows: ReturnType<typeof compileSchedule> | null,
  ): RuleKind => ({
    kind: 'geofence_required',
    geofence: 'yard',
    side,
    windows,
    times: REQUIRED_TIMES,
  })
  /** Out of the yard from 250 s to 650 s. */
  const trip: Line[] = [2000, 0, 0, 2000, 2000, 2000, 2000, 0, 0].map((metres, i) => [
    i * 100,
    { lat: 0, lon: 30 + metres / METRES_PER_DEGREE },
  ])
  const geofences = [YARD]

  it('a vehicle that must be inside violates that while it is outside', () => {
    expect(eventsOf(required('inside', null), trip, { geofences })).to.deep.equal([
      [0, 100, null],
      [400, 700, null],
    ])
    expect(eventsOf(required('inside', null), trip.slice(0, 6), { geofences }).at(-1)).to.deep.equal([
      400,
      null,
      null,
    ])
  })

  it('a vehicle that must be outside violates that while it is inside', () => {
    expect(eventsOf(required('outside', null), trip, { geofences })).to.deep.equal([[200, 300, null]])
  })

  it('a required place is judged within its windows only', () => {
    const windows = { includes: (ms: number) => ms >= BEGIN_MS + 500_000 && ms <= BEGIN_MS + 600_000 }
    expect(eventsOf(required('inside', windows), trip, { geofences })).to.deep.equal([[500, 600, null]])
    expect(eventsOf(required('inside', windows), trip.slice(0, 7), { geofences })).to.deep.equal([
      [500, null, null],
    ])
  })

  it('a place is not required of a vehicle without a position, or if the geofence no longer exists', () => {
    const unknown: Line[] = trip.map(([s]) => [s, { rpm: 900 }])
    expect(eventsOf(required('inside', null), unknown, { geofences })).to.deep.equal([])
    expect(eventsOf(required('inside', null), trip)).to.deep.equal([])
  })
})
