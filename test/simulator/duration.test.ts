import { expect } from 'chai'
import { parseDuration } from '../../simulator/duration.ts'

describe('durations', () => {
  it('a duration is a number and a unit', () => {
    const ms = ['500ms', '30s', '1.5m', '2h'].map((it) => parseDuration(it))
    expect(ms).to.deep.equal([500, 30_000, 90_000, 7_200_000])
  })

  it('any other text is not a duration', () => {
    for (const text of ['', '30', 's', '-1s', '1d', '1 s', '0s', '1e3s', '1.s']) {
      expect(parseDuration(text), text).to.equal(undefined)
    }
  })
})
