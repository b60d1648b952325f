import { expect } from 'chai'
import { formatDuration } from '../../../../dashboard/vehicle/events/format-duration.ts'

describe('a duration', () => {
  it('a duration has hours and minutes, without those that are zero', () => {
    const texts = [0, 45, 60, 65, 1560].map((minutes) => formatDuration(minutes * 60_000, 'en'))
    expect(texts).to.deep.equal(['0 min', '45 min', '1 h', '1 h 5 min', '26 h'])
  })
})
