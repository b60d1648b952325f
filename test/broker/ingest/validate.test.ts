import { expect } from 'chai'
import type { Problem } from '../../../contract/problems.ts'
import { createValidate, type ValidateOptions } from '../../../broker/ingest/validate.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 10, 21, 8)

describe('the age of a reading', () => {
  let nowMs: number
  beforeEach(() => {
    nowMs = NOW_MS
  })

  function validator(options: Partial<ValidateOptions>) {
    const validate = createValidate({ clockSkewMaxS: 300, now: () => nowMs, ...options })
    return (reading: object, receivedMs = nowMs) => validate(reading, receivedMs * 1000)
  }
  const aged = (ms: number) => ({ time: NOW_MS - ms, speed: 1 })
  const problemOf = (result: number | Problem[]) => (typeof result === 'number' ? undefined : result[0])

  it('a reading of any age is valid without settings', () => {
    const validate = validator({ retentionDays: 0, readingAgeMaxDays: 0 })
    expect(validate({ time: '2000-01-01T00:00:00Z', speed: 1 })).to.equal(Date.UTC(2000, 0, 1) * 1000)
    expect(validate({ speed: 1 }, Date.UTC(2001, 0, 1))).to.equal(Date.UTC(2001, 0, 1) * 1000)
  })

  for (const [setting, options] of [
    ['RETENTION_DAYS', { retentionDays: 30 }],
    ['READING_AGE_MAX_DAYS', { readingAgeMaxDays: 30 }],
    ['RETENTION_DAYS', { retentionDays: 30, readingAgeMaxDays: 31 }],
    ['READING_AGE_MAX_DAYS', { retentionDays: 31, readingAgeMaxDays: 30 }],
  ] as const) {
    it(`the stricter bound limits the age to the microsecond: ${JSON.stringify(options)}`, () => {
      const validate = validator(options)
      expect(validate(aged(30 * DAY_MS))).to.equal((NOW_MS - 30 * DAY_MS) * 1000)
      expect(validate({ time: '2026-10-22T07:59:59.999999Z', speed: 1 })).to.deep.equal([
        {
          code: 'time_too_old',
          pointer: '/time',
          detail: `2026-10-22T07:59:59.999999Z is older than ${setting}=30 allows`,
        },
      ])
      expect(problemOf(validate(aged(30 * DAY_MS + 1)))?.detail).to.include(`${setting}=30`)
    })
  }

  it('the age counts from now, not from the receipt of the reading', () => {
    const validate = validator({ retentionDays: 30 })
    expect(validate(aged(29 * DAY_MS))).to.be.a('number')
    nowMs += 2 * DAY_MS
    expect(problemOf(validate(aged(29 * DAY_MS), NOW_MS))?.code).to.equal('time_too_old')
  })

  it('the age of a reading without a time counts from its receipt', () => {
    const validate = validator({ retentionDays: 1 })
    expect(validate({ speed: 1 }, NOW_MS - DAY_MS)).to.equal((NOW_MS - DAY_MS) * 1000)
    expect(validate({ speed: 1 }, NOW_MS - DAY_MS - 1)).to.deep.equal([
      {
        code: 'time_too_old',
        pointer: '',
        detail:
          'the reading has no time, and its receipt at 2026-11-20T07:59:59.999Z is older than RETENTION_DAYS=1 allows',
      },
    ])
  })

  it('the age is not checked when the time has another fault', () => {
    const validate = validator({ retentionDays: 1 })
    expect(problemOf(validate({ time: '1970-01-01T00:00:00Z', speed: 1 }))?.detail).to.include('before 2000')
    expect(problemOf(validate(aged(-DAY_MS)))?.code).to.equal('time_in_future')
    expect(problemOf(validate({ time: '2007-01-01T12:00:60Z', speed: 1 }))?.code).to.equal('bad_time')
  })
})
