import { expect } from 'chai'
import { scaleBar } from '../../../../dashboard/map/controls/scale-bar.ts'

const METRES = { m: 1, km: 1000, ft: 0.3048, mi: 1609.344 }

describe('the scale bar', () => {
  const cases = [
    [0.3, 'metric', 20, 'm'],
    [1, 'metric', 100, 'm'],
    [10, 'metric', 1, 'km'],
    [70, 'metric', 5, 'km'],
    [30_000, 'metric', 2000, 'km'],
    [1, 'imperial', 200, 'ft'],
    [100, 'imperial', 5, 'mi'],
  ] as const
  for (const [metresPerPx, units, value, unit] of cases) {
    it(`the scale bar is ${value} ${unit} if a pixel is ${metresPerPx} m`, () => {
      const bar = scaleBar(metresPerPx, units)
      expect(bar).to.include({ value, unit })
      expect(bar.widthPx).to.be.closeTo((value * METRES[unit]) / metresPerPx, 1e-6)
      expect(bar.widthPx).to.be.within(40, 120)
    })
  }
})
