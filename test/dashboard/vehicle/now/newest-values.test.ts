import { expect } from 'chai'
import {
  merge,
  ofLatest,
  withReading,
  type NewestValues,
} from '../../../../dashboard/vehicle/now/newest-values.ts'

const NONE: NewestValues = new Map()
const reading = (timeMs: number, values: Record<string, number>, extra = {}) => ({ timeMs, values, extra })

describe('the newest values', () => {
  it('each newest value has the time of the reading that had the field', () => {
    const known = [reading(1, { speed: 10, rpm: 900 }), reading(2, { speed: 20 })].reduce(withReading, NONE)
    expect(known.get('speed')).to.deep.equal({ value: 20, timeMs: 2 })
    expect(known.get('rpm')).to.deep.equal({ value: 900, timeMs: 1 })
  })

  it('a late reading does not replace newer values', () => {
    const known = [reading(5, { speed: 10 }), reading(3, { speed: 20, rpm: 1 })].reduce(withReading, NONE)
    expect(known.get('speed')?.value).to.equal(10)
    expect(known.get('rpm')?.value).to.equal(1)
  })

  it("of several readings of one instant, the last one's values are the newest", () => {
    const known = [reading(5, { speed: 10 }), reading(5, { speed: 20, rpm: 1 })].reduce(withReading, NONE)
    expect(known.get('speed')?.value).to.equal(20)
    const stored = ofLatest({
      speed: { value: 3, time: new Date(5).toISOString() },
      rpm: { value: 8, time: new Date(5).toISOString() },
      odometer: { value: 7, time: new Date(4).toISOString() },
      extra: {
        door: { value: 'open', time: new Date(1).toISOString() },
        load: { value: null, time: new Date(1).toISOString() },
      },
    })
    const newest = merge(stored, withReading(NONE, reading(5, { rpm: 9 })))
    expect(Array.from(newest, ([name, { value, timeMs }]) => [name, value, timeMs])).to.have.deep.members([
      ['speed', 3, 5],
      ['rpm', 9, 5],
      ['odometer', 7, 4],
      ['extra.door', 'open', 1],
    ])
    expect(merge(stored, withReading(NONE, reading(4, { rpm: 7 }))).get('rpm')?.value).to.equal(8)
  })

  it('the newest values are the same map when nothing is new', () => {
    const known = withReading(NONE, reading(5, { speed: 10 }))
    expect(withReading(known, reading(3, { speed: 20 }))).to.equal(known)
  })

  it('at most 200 newest values are kept', () => {
    const made = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`sensor${n}`, n]))
    expect(withReading(NONE, reading(1, {}, made)).size).to.equal(200)
  })
})
