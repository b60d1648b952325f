import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { shows } from './page-parts.ts'
import { useStage } from './use-stage.ts'

/** Brightness of the page's background, from 0 (black) to 255 (white). */
const brightness = (page: Page) =>
  page.evaluate(() => {
    const numbers =
      getComputedStyle(document.body)
        .backgroundColor.match(/[\d.]+/g)
        ?.map(Number) ?? []
    return numbers.slice(0, 3).reduce((sum, it) => sum + it, 0) / 3
  })

describe('themes in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()

  it("the page follows the system's theme", async () => {
    for (const theme of ['light', 'dark'] as const) {
      const page = await stage().visit({ as: stage().admin, theme })
      await shows(page.getByRole('navigation', { name: 'Views' }))
      if (theme === 'light') expect(await brightness(page)).to.be.greaterThan(200)
      else expect(await brightness(page)).to.be.lessThan(60)
    }
  })

  it('a chosen theme survives a reload', async () => {
    const page = await stage().visit({ as: stage().admin, path: '/settings' })
    await page.getByRole('radio', { name: 'Dark' }).check()
    expect(await brightness(page)).to.be.lessThan(60)
    await page.reload()
    await shows(page.getByRole('heading', { name: 'Settings' }))
    expect(await brightness(page)).to.be.lessThan(60)
  })

  it('units and number formats follow the settings', async () => {
    const tracker = await stage().addTracker({ key: 'fast-one' })
    await tracker.publish({ lat: 51.5, lon: -0.1, speed: 100 })
    const page = await stage().visit({ as: stage().admin, path: '/settings', hasWebGl: false })
    await page.getByRole('radio', { name: 'mi, mph' }).check()
    await page.getByRole('link', { name: 'Map', exact: true }).click()
    await shows(page.getByRole('option').filter({ hasText: '62 mph' }))
  })
})
