import { expect } from 'chai'
import { findsAt, mapAt } from './map-points.ts'
import { rowOf, shows } from './page-parts.ts'
import { useStage } from './use-stage.ts'

const HERE = { lat: 40.42, lon: -3.7 }

describe('without WebGL', function () {
  this.timeout(60_000)
  const stage = useStage()

  it('without WebGL, the map shows vehicles that move', async () => {
    const tracker = await stage().addTracker({ name: 'Plain truck' })
    await tracker.publish({ ...HERE, speed: 14 })
    const page = await stage().visit({ as: stage().admin, path: `/?${mapAt(HERE)}`, hasWebGl: false })
    const hasWebGl = await page.evaluate(() => document.createElement('canvas').getContext('webgl2') !== null)
    expect(hasWebGl).to.equal(false)
    await shows(rowOf(page, tracker.vehicle).filter({ hasText: '14 km/h' }))
    await findsAt(page, HERE, HERE, 'Plain truck')
  })
})
