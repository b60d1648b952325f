import { expect } from 'chai'
import { spread, summarize } from '../../../../dashboard/vehicle/charts/chart-summary.ts'

describe('a chart in words', () => {
  it('a summary has the lowest, highest and last value, without holes', () => {
    expect(
      summarize([
        [1, 2, 3, 4],
        [5, null, -2, 3],
      ]),
    ).to.deep.equal({ min: -2, max: 5, last: 3 })
    expect(
      summarize([
        [1, 2],
        [7, null],
      ]),
    ).to.deep.equal({ min: 7, max: 7, last: 7 })
    expect(summarize([[1], [null]])).to.equal(undefined)
  })

  it("a chart's table has at most the given rows, from the first value to the last", () => {
    const seconds = Array.from({ length: 1000 }, (_, at) => at)
    const places = spread([seconds, seconds.map((at) => (at % 2 === 0 ? at : null))], 60)
    expect(places).to.have.length(60)
    expect([places[0], places.at(-1)]).to.deep.equal([0, 998])
    expect(new Set(places).size).to.equal(60)
    expect(
      spread(
        [
          [1, 2],
          [null, 4],
        ],
        60,
      ),
    ).to.deep.equal([1])
  })
})
