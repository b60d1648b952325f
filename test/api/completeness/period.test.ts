import { expect } from 'chai'
import { readPeriod } from '../../../api/completeness/period.ts'

const DAY_US = 86_400_000_000
const NOW_US = Date.UTC(2026, 10, 21) * 1000
const iso = (us: number) => new Date(us / 1000).toISOString()

describe('completeness period', () => {
  it('a period is as requested, or the day before its end, by default now', () => {
    const from = NOW_US - 3 * DAY_US
    const to = NOW_US - 2 * DAY_US
    expect(readPeriod({ from: iso(from), to: iso(to) }, NOW_US)).to.deep.equal({ fromUs: from, toUs: to })
    expect(readPeriod({ to: iso(to) }, NOW_US)).to.deep.equal({ fromUs: to - DAY_US, toUs: to })
    expect(readPeriod({ from: iso(from) }, NOW_US)).to.deep.equal({ fromUs: from, toUs: NOW_US })
    expect(readPeriod({}, NOW_US)).to.deep.equal({ fromUs: NOW_US - DAY_US, toUs: NOW_US })
  })

  it('a period that begins in the future and has no end is empty', () => {
    const from = NOW_US + DAY_US
    expect(readPeriod({ from: iso(from) }, NOW_US)).to.deep.equal({ fromUs: from, toUs: from })
  })

  it('a period of over 31 days, or one that runs backward, is refused', () => {
    const ask = (days: number) => readPeriod({ from: iso(NOW_US - days * DAY_US) }, NOW_US)
    expect(ask(31)).to.have.property('toUs', NOW_US)
    expect(ask(31.01)).to.have.nested.property('errors[0].pointer', '/from')
    expect(readPeriod({ from: iso(NOW_US), to: iso(NOW_US - 1000) }, NOW_US)).to.have.nested.property(
      'errors[0].pointer',
      '/to',
    )
  })
})
