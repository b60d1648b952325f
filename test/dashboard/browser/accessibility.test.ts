import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { openSampleFleet } from './sample-fleet.ts'
import { useStage } from './use-stage.ts'
import { THEMES, untilShown, VIEWPORTS, viewsOf } from './views.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const VEHICLES = 8

/** What axe-core finds to be serious or critical. */
async function findIssues(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map((it) => `${id}: ${help}: ${it.html} ${it.failureSummary}`))
}

describe('for everybody, the dashboard', function () {
  this.timeout(60_000)
  const stage = useStage()
  let vehicles: string[]
  before(async () => {
    ;({ vehicles } = await openSampleFleet(stage(), VEHICLES))
  })

  for (const { name, path, isPublic } of viewsOf('truck-01')) {
    it(`has no serious issue for axe-core in ${name}, in both themes, wide and narrow`, async () => {
      expect(vehicles).to.include('truck-01')
      const expected = [/status of 404/]
      const page = await stage().visit({ path, expected, ...(!isPublic && { as: stage().admin }) })
      await untilShown(page)
      // Through the debugger's protocol, which the page's policy does not concern.
      await page.evaluate(AXE)
      const issues: Record<string, string[]> = {}
      for (const viewport of VIEWPORTS) {
        for (const colorScheme of THEMES) {
          await page.setViewportSize(viewport)
          await page.emulateMedia({ colorScheme })
          // Halfway from one theme's colour to the other's nothing can be read.
          await page.waitForFunction(() =>
            document.getAnimations().every((it) => !(it instanceof CSSTransition)),
          )
          const found = await findIssues(page)
          if (found.length > 0) issues[`${colorScheme}, ${viewport.width} px`] = found
        }
      }
      expect(issues).to.deep.equal({})
    })
  }
})
