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
  it('slices leave no gap between the first reading and the last', () => {
    expect(spans([30, 10, 20, 50, 40], 2)).to.deep.equal([
      [10, 30],
      [30, 50],
      [50, 51],
    ])
  })

  it('readings of one time are in one slice', () => {
    expect(spans([1, 2, 2, 2, 3], 2)).to.deep.equal([
      [1, 3],
      [3, 4],
    ])
  })

  it('a vehicle without readings has no slices', () => {
    expect(spans([], 2)).to.deep.equal([])
  })

  it('a message is in every slice that it reaches into, once', () => {
    const late = message(0)
    const slices = cutSlices(
      [1, 2, 3].map((us) => ({ us, message: late })),
      2,
    )
    expect(slices.map((it) => [...it.messages])).to.deep.equal([[late], [late]])
  })
})
