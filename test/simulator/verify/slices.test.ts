import { expect } from 'chai'
import { cutSlices } from '../../../simulator/verify/slices.ts'

const message = (offset: number) => ({
  offset,
  bytes: 1,
  device: 'd',
  acked: true,
  sends: 1,
  hasRefusals: false,
})
const spans = (times: number[], max: number) =>
  cutSlices(
    times.map((us) => ({ us, message: message(us) })),
    max,
  ).map(({ fromUs, toUs }) => [fromUs, toUs])

describe('slices of a journal', () => {
  it('leave no gap between the first reading and the last', () => {
    expect(spans([30, 10, 20, 50, 40], 2)).to.deep.equal([
      [10, 30],
      [30, 50],
      [50, 51],
    ])
  })

  it('keep readings of one time together', () => {
    expect(spans([1, 2, 2, 2, 3], 2)).to.deep.equal([
      [1, 3],
      [3, 4],
    ])
  })

  it('are none for a vehicle without readings', () => {
    expect(spans([], 2)).to.deep.equal([])
  })

  it('hold each message once, in every slice that it reaches into', () => {
    const late = message(0)
    const slices = cutSlices(
      [1, 2, 3].map((us) => ({ us, message: late })),
      2,
    )
    expect(slices.map((it) => [...it.messages])).to.deep.equal([[late], [late]])
  })
})
