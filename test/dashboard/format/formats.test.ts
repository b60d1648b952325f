import { expect } from 'chai'
import { formatAge } from '../../../dashboard/format/format-age.ts'
import { formatDistance } from '../../../dashboard/format/format-distance.ts'
import { formatNumber } from '../../../dashboard/format/format-number.ts'
import { formatSpeed } from '../../../dashboard/format/format-speed.ts'
import { formatClock, formatDateTime } from '../../../dashboard/format/format-time.ts'

describe('formatted values', () => {
  it('numbers are formatted by the locale', () => {
    expect(formatNumber(1234.567, 'en-GB')).to.equal('1,234.57')
    expect(formatNumber(1234.567, 'de-DE')).to.equal('1.234,57')
    expect(formatNumber(2, 'en-GB')).to.equal('2')
    expect(formatNumber(2, 'en-GB', 1)).to.equal('2.0')
  })

  it('speeds are shown in the chosen units', () => {
    expect(formatSpeed(88.4, 'metric', 'en-GB')).to.equal('88 km/h')
    expect(formatSpeed(88.4, 'imperial', 'en-GB')).to.equal('55 mph')
  })

  it('distances are shown in the unit that suits their size', () => {
    const metric = [0, 999.4, 999.6, 12_345, 99_949, 99_951, 1_234_500].map((m) =>
      formatDistance(m, 'metric', 'en-GB'),
    )
    expect(metric).to.deep.equal(['0 m', '999 m', '1.0 km', '12.3 km', '99.9 km', '100 km', '1,235 km'])
    const imperial = [100, 304, 305, 12_345].map((m) => formatDistance(m, 'imperial', 'en-US'))
    expect(imperial).to.deep.equal(['328 ft', '997 ft', '0.2 mi', '7.7 mi'])
  })

  it('ages are shown in their largest unit', () => {
    const ages = [-5, 0, 3999, 59_999, 60_000, 3_599_999, 7_200_000, 86_400_000, 4 * 86_400_000]
    expect(ages.map((ms) => formatAge(ms, 'en-GB'))).to.deep.equal([
      '0 s',
      '0 s',
      '3 s',
      '59 s',
      '1 min',
      '59 min',
      '2 h',
      '1 d',
      '4 d',
    ])
  })

  it("times are shown in the machine's time zone", () => {
    const ms = new Date(2026, 10, 22, 13, 5, 9).getTime()
    expect(formatDateTime(ms, 'en-GB')).to.equal('22 Nov 2026, 13:05:09')
    expect(formatClock(ms, 'en-GB')).to.equal('13:05:09')
  })

  it('numbers that are 0 or rounded to 0 have no sign', () => {
    expect([-0, -0.001, -0.2].map((n) => formatNumber(n, 'en-GB', 0))).to.deep.equal(['0', '0', '0'])
    expect([-0.006, -1].map((n) => formatNumber(n, 'en-GB'))).to.deep.equal(['-0.01', '-1'])
  })

  it('unknown values are shown as a dash', () => {
    const unknown = [
      formatNumber(NaN, 'en-GB'),
      formatSpeed(NaN, 'metric', 'en-GB'),
      formatSpeed(undefined, 'metric', 'en-GB'),
      formatDistance(undefined, 'metric', 'en-GB'),
      formatAge(NaN, 'en-GB'),
      formatClock(NaN, 'en-GB'),
    ]
    expect(new Set(unknown)).to.deep.equal(new Set(['–']))
  })
})
