import { expect } from 'chai'
import fc from 'fast-check'
import { formatTime, parseTime, TIME_MIN_US } from '../../contract/time.ts'
import { seeded, whole } from '../support/seeded.ts'

const two = (value: number) => String(value).padStart(2, '0')
const three = (value: number) => String(value).padStart(3, '0')
const offsetOf = (minutes: number) =>
  `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`

describe('times', () => {
  const same: Record<string, string> = {
    '2026-11-21T08:00:00Z': '2026-11-21T08:00:00.000Z',
    '2026-11-21t08:00:00z': '2026-11-21T08:00:00.000Z',
    '2026-11-21 08:00:00Z': '2026-11-21T08:00:00.000Z',
    '2026-11-21T08:00:00.25+01:00': '2026-11-21T07:00:00.250Z',
    '2026-11-21T08:00:00-05:30': '2026-11-21T13:30:00.000Z',
    '2026-01-01T00:30:00+01:00': '2025-12-31T23:30:00.000Z',
    '2026-11-21T08:00:00-00:00': '2026-11-21T08:00:00.000Z',
    '2026-11-21T08:00:00+23:59': '2026-11-20T08:01:00.000Z',
    '2026-11-21T08:00:00.000001Z': '2026-11-21T08:00:00.000001Z',
    '2026-11-21T08:00:00.1234567899Z': '2026-11-21T08:00:00.123456Z',
    '2026-11-21T08:00:00.999999999Z': '2026-11-21T08:00:00.999999Z',
    '2016-12-31T23:59:60Z': '2016-12-31T23:59:59.998001Z',
    '2016-12-31T23:59:60.0009Z': '2016-12-31T23:59:59.998001Z',
    '2016-12-31T23:59:60.5Z': '2016-12-31T23:59:59.999001Z',
    '2016-12-31t23:59:60.999999z': '2016-12-31T23:59:59.999999Z',
    '2017-01-01T00:59:60+01:00': '2016-12-31T23:59:59.998001Z',
    '2016-12-31 17:29:60-06:30': '2016-12-31T23:59:59.998001Z',
    '2015-06-30T23:59:60Z': '2015-06-30T23:59:59.998001Z',
    '2024-02-29T23:59:60Z': '2024-02-29T23:59:59.998001Z',
    '2026-11-30T23:59:60Z': '2026-11-30T23:59:59.998001Z',
    '2254-12-31T23:59:60Z': '2254-12-31T23:59:59.998001Z',
    '2024-02-29T12:00:00Z': '2024-02-29T12:00:00.000Z',
    '2000-01-01T00:00:00Z': '2000-01-01T00:00:00.000Z',
    '2255-01-01T00:00:00Z': '2255-01-01T00:00:00.000Z',
  }
  for (const [text, expected] of Object.entries(same)) {
    it(`${text} is ${expected}`, () => {
      const us = parseTime(text)
      if (typeof us !== 'number') return expect.fail(us)
      expect(formatTime(us)).to.equal(expected)
    })
  }

  it('a time is exact to the microsecond', () => {
    expect(parseTime('2026-11-21T08:00:00.123456Z')).to.equal(Date.UTC(2026, 10, 21, 8) * 1000 + 123_456)
    expect(parseTime('2254-12-31T23:59:59.999999Z')).to.equal(Date.UTC(2255, 0, 1) * 1000 - 1)
  })

  it('a time may be in epoch milliseconds', () => {
    expect(parseTime(1_700_000_000_123)).to.equal(1_700_000_000_123_000)
    expect(parseTime(TIME_MIN_US / 1000)).to.equal(TIME_MIN_US)
  })

  it('times agree with Date at any moment and in any zone', () => {
    const random = seeded(1)
    for (let n = 0; n < 5000; n++) {
      const ms = whole(random, Date.UTC(2000, 0, 2), Date.UTC(2254, 11, 30))
      const zone = whole(random, -1439, 1439)
      const local = new Date(ms + zone * 60_000).toISOString().slice(0, -1)
      const text = local + offsetOf(zone)
      expect(parseTime(text), text).to.equal(ms * 1000)
    }
  })

  it('a time on a day that does not exist is refused', () => {
    for (const year of [2000, 2001, 2024, 2100]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const date = new Date(Date.UTC(year, month - 1, day))
          const exists = date.getUTCMonth() === month - 1 && date.getUTCFullYear() === year
          const text = `${year}-${two(month)}-${two(day)}T12:00:00Z`
          expect(parseTime(text), text).to.equal(exists ? (date.getTime() + 43_200_000) * 1000 : 'bad_time')
        }
      }
    }
  })

  it('times of a leap second are distinct and in order, before the next day', () => {
    const before = Array.from({ length: 1000 }, (_, ms) => `2016-12-31T23:59:59.${three(ms)}Z`)
    const leap = Array.from({ length: 1000 }, (_, ms) => `2016-12-31T23:59:60.${three(ms)}Z`)
    const times = [...before, ...leap, '2017-01-01T00:00:00Z'].map((text) => parseTime(text) as number)
    expect(new Set(times).size).to.equal(2001)
    const leapTimes = times.slice(1000, 2000)
    expect(leapTimes.toSorted((a, b) => a - b)).to.deep.equal(leapTimes)
    expect(leapTimes.every((us) => us > (times[998] ?? 0) && us < (times[2000] ?? 0))).to.equal(true)
  })

  it('second 60 is accepted only at the end of a month in UTC', () => {
    const midnightMs = fc.integer({ min: 10_958, max: 92_000 }).map((days) => days * 86_400_000)
    const moment = fc.oneof(
      midnightMs,
      fc.integer({ min: 15_780_000, max: 130_000_000 }).map((it) => it * 60_000),
    )
    const zone = fc.integer({ min: -1439, max: 1439 })
    fc.assert(
      fc.property(moment, zone, fc.nat(999), (nextMs, minutes, ms) => {
        // The minute before, as a clock in that zone shows it.
        const local = new Date(nextMs - 60_000 + minutes * 60_000).toISOString().slice(0, 17)
        const text = `${local}60.${three(ms)}${offsetOf(minutes)}`
        const isLeap = new Date(nextMs).toISOString().endsWith('-01T00:00:00.000Z')
        expect(parseTime(text), text).to.equal(isLeap ? nextMs * 1000 - 1999 + 2 * ms : 'bad_time')
      }),
      {
        numRuns: 5000,
        examples: [
          [Date.UTC(2017, 0, 1), 60, 0],
          [Date.UTC(2017, 0, 2), 0, 0],
        ],
      },
    )
  })

  it('a time needs a zone', () => {
    expect(parseTime('2026-11-21T08:00:00')).to.equal('time_without_zone')
    expect(parseTime('2026-11-21T08:00:00.5')).to.equal('time_without_zone')
    expect(parseTime('2016-12-31T23:59:60')).to.equal('time_without_zone')
  })

  it('a time before the year 2000 is refused', () => {
    expect(parseTime('1999-12-31T23:59:59.999999Z')).to.equal('time_too_old')
    expect(parseTime('2000-01-01T00:00:00+00:01')).to.equal('time_too_old')
    expect(parseTime('0099-06-01T00:00:00Z')).to.equal('time_too_old')
    expect(parseTime('0000-01-01T00:00:00Z')).to.equal('time_too_old')
    expect(parseTime('1998-12-31T23:59:60Z')).to.equal('time_too_old')
    expect(parseTime('1999-12-31T23:59:60.999999Z')).to.equal('time_too_old')
    expect(parseTime(0)).to.equal('time_too_old')
    expect(parseTime(-1)).to.equal('time_too_old')
    // seconds where milliseconds are meant
    expect(parseTime(1_700_000_000)).to.equal('time_too_old')
  })

  it('a time too far ahead for a double is refused', () => {
    expect(parseTime('2255-01-01T00:00:00.000001Z')).to.equal('bad_time')
    expect(parseTime('9999-12-31T23:59:59Z')).to.equal('bad_time')
    expect(parseTime(Number.MAX_SAFE_INTEGER)).to.equal('bad_time')
    expect(parseTime(Number.NaN)).to.equal('bad_time')
    expect(parseTime(Number.POSITIVE_INFINITY)).to.equal('bad_time')
  })

  const bad = [
    '',
    'yesterday',
    '2026',
    '2026-11-21',
    '2026-11-21T08:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T08:60:00Z',
    '2026-11-21T08:00:61Z',
    '2026-11-21T12:00:60Z',
    '2026-11-21T23:59:60Z',
    '2016-12-30T23:59:60Z',
    '2016-12-31T22:59:60Z',
    '2016-12-31T23:58:60Z',
    '2016-12-31T23:59:60+01:00',
    '2017-01-01T00:00:60Z',
    '2023-02-29T23:59:60Z',
    '2024-02-28T23:59:60Z',
    '2016-12-31T23:59:60.Z',
    '2016-12-31T23:59:61Z',
    '2016-12-31T24:00:00Z',
    '0000-06-30T12:00:60Z',
    '2026-11-21T8:00:00Z',
    '2026-1-21T08:00:00Z',
    '26-11-21T08:00:00Z',
    '+002026-11-21T08:00:00Z',
    '2026/11/21T08:00:00Z',
    '2026-11-21X08:00:00Z',
    '2026-11-21\u000008:00:00Z',
    '2026-11-21T08:00:00.Z',
    '2026-11-21T08:00:00,5Z',
    '2026-11-21T08:00:00.5.5Z',
    '2026-11-21T08:00:00Zulu',
    '2026-11-21T08:00:00Z ',
    ' 2026-11-21T08:00:00Z',
    '2026-11-21T08:00:00+1',
    '2026-11-21T08:00:00+0100',
    '2026-11-21T08:00:00+24:00',
    '2026-11-21T08:00:00+23:60',
    '2026-11-21T08:00:00-24:00',
    '2026-11-21T08:00:00+-1:00',
    '2026-11-21T08:00:00+01:60',
    '2026-11-21T08:00:00+01:000',
    '2026-11-21T08:00:00*01:00',
    '２０２６-11-21T08:00:00Z',
    '1700000000000',
  ]
  for (const text of bad) {
    it(`${JSON.stringify(text)} is not a time`, () => {
      expect(parseTime(text)).to.equal('bad_time')
    })
  }

  it('a time is written with all its digits, and read back unchanged', () => {
    expect(formatTime(1_700_000_000_123_000)).to.equal('2023-11-14T22:13:20.123Z')
    expect(formatTime(1_700_000_000_123_004)).to.equal('2023-11-14T22:13:20.123004Z')
    const random = seeded(2)
    for (let n = 0; n < 2000; n++) {
      const us = whole(random, TIME_MIN_US, Date.UTC(2255, 0, 1) * 1000)
      expect(parseTime(formatTime(us))).to.equal(us)
    }
  })
})
