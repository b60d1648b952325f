import { expect } from 'chai'
import { openSampleFleet } from './sample-fleet.ts'
import { seriousIssues } from './serious-issues.ts'
import { useStage } from './use-stage.ts'
import { THEMES, untilShown, VIEWPORTS, viewsOf } from './views.ts'

const VEHICLES = 8

describe('accessibility of the dashboard', function () {
  this.timeout(60_000)
  const stage = useStage()
  let vehicles: string[]
  before(async () => {
    ;({ vehicles } = await openSampleFleet(stage(), VEHICLES))
  })

  for (const { name, path, isPublic, arrange } of viewsOf('truck-01')) {
    it(`axe-core finds no serious issue in ${name}, in both themes, wide and narrow`, async () => {
      expect(vehicles).to.include('truck-01')
      const expected = [/status of 40[14]/]
      const page = await stage().visit({ path, expected, ...(!isPublic && { as: stage().admin }) })
      await untilShown(page)
      await arrange?.(page)
      const issues: Record<string, string[]> = {}
      for (const viewport of VIEWPORTS) {
        for (const colorScheme of THEMES) {
          await page.setViewportSize(viewport)
          await page.emulateMedia({ colorScheme })
          // During the transition from one theme to the other, text has too little contrast.
          await page.waitForFunction(() =>
            document.getAnimations().every((it) => !(it instanceof CSSTransition)),
          )
          // A theme changes only colours: dashboard/ui/theme.css.
          const found = await seriousIssues(page, colorScheme === 'light' ? 'all' : 'colours')
          if (found.length > 0) issues[`${colorScheme}, ${viewport.width} px`] = found
        }
      }
      expect(issues).to.deep.equal({})
    })
  }
})
