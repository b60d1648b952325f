import { expect } from 'chai'
import { scaleBar } from '../../../dashboard/map/scale-bar.ts'

describe('the scale bar', () => {
  it('stands for a round number of metres', () => {
    for (const [metresPerPx, metres] of [
      [0.3, 20],
      [1, 100],
      [10, 1000],
      [70, 5000],
      [30_000, 2_000_000],
    ] as const) {
      const bar = scaleBar(metresPerPx, 'metric')
      expect(bar.metres).to.be.closeTo(metres, 1e-6)
      expect(bar.widthPx).to.be.closeTo(metres / metresPerPx, 1e-6)
      expect(bar.widthPx).to.be.within(40, 120)
    }
  })

  it('stands for a round number of feet or miles', () => {
    expect(scaleBar(1, 'imperial').metres / 0.3048).to.be.closeTo(200, 1e-6)
    expect(scaleBar(100, 'imperial').metres / 1609.344).to.be.closeTo(5, 1e-6)
  })
})
