import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { openSampleFleet } from './sample-fleet.ts'
import { seriousIssues } from './serious-issues.ts'
import { useStage } from './use-stage.ts'
import { THEMES, untilShown, VIEWPORTS, viewsOf } from './views.ts'
import { createVisits, type Visits } from './visits.ts'

const VEHICLES = 8
/** axe-core does not see what is drawn on the map, which is here in the views that are about it only. */
const WITH_MAP = ['map', 'list']
const [VIEWPORT] = VIEWPORTS

describe('for everybody, the dashboard', function () {
  this.timeout(60_000)
  const stage = useStage()
  let vehicles: string[]
  let visits: Visits
  /** One after the other shows views that need no page of their own, which takes half the time of opening one for each. */
  let shared: Page | undefined
  before(async () => {
    ;({ vehicles } = await openSampleFleet(stage(), VEHICLES))
    visits = createVisits(stage())
  })
  afterEach(() => {
    expect(visits.faults.splice(0), 'faults of the page').to.deep.equal([])
  })
  after(() => visits?.close())

  const expected = [/status of 40[14]/]
  const openShared = () => visits.open({ viewport: VIEWPORT, expected, as: stage().admin, hasWebGl: false })

  for (const { name, path, isPublic, isAlone, arrange } of viewsOf('truck-01')) {
    it(`has no serious issue for axe-core in ${name}, in both themes, wide and narrow`, async () => {
      expect(vehicles).to.include('truck-01')
      const page =
        isPublic || isAlone || WITH_MAP.includes(name)
          ? await stage().visit({
              path,
              viewport: VIEWPORT,
              expected,
              ...(!isPublic && { as: stage().admin }),
            })
          : (shared ??= await openShared())
      if (page === shared) {
        await page.setViewportSize(VIEWPORT)
        await page.emulateMedia({ colorScheme: THEMES[0] })
        await page.goto(path)
      }
      await untilShown(page)
      await arrange?.(page)
      const issues: Record<string, string[]> = {}
      for (const viewport of VIEWPORTS) {
        for (const colorScheme of THEMES) {
          await page.setViewportSize(viewport)
          await page.emulateMedia({ colorScheme })
          // Halfway from one theme's colour to the other's nothing can be read.
          await page.waitForFunction(() =>
            document.getAnimations().every((it) => !(it instanceof CSSTransition)),
          )
          // A theme is a set of colours: dashboard/ui/theme.css.
          const found = await seriousIssues(page, colorScheme === 'light' ? 'all' : 'colours')
          if (found.length > 0) issues[`${colorScheme}, ${viewport.width} px`] = found
        }
      }
      expect(issues).to.deep.equal({})
    })
  }
})
