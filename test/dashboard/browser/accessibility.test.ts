import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { openSampleFleet } from './sample-fleet.ts'
import { seriousIssues } from './serious-issues.ts'
import { useStage } from './use-stage.ts'
import { THEMES, untilShown, VIEWPORTS, viewsOf, type View } from './views.ts'
import { createVisits, type Visits } from './visits.ts'

const VEHICLES = 8
/** An address without a view. */
const NOWHERE = '/nowhere'
/** The views with a drawn map: axe-core does not see what is drawn, so the others have the plain one. */
const WITH_MAP = new Set(['map', 'list'])
const [VIEWPORT] = VIEWPORTS

describe('accessibility of the dashboard', function () {
  this.timeout(60_000)
  const stage = useStage()
  let vehicles: string[]
  let visits: Visits
  /** For the views that need no page of their own: going on to the next one takes half the time of opening a page. */
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
  async function open({ name, path, isPublic, isAlone }: View): Promise<Page> {
    const common = { viewport: VIEWPORT, expected, hasWebGl: WITH_MAP.has(name) }
    if (isPublic) return stage().visit({ ...common, path })
    if (isAlone || common.hasWebGl) return stage().visit({ ...common, path, as: stage().admin })
    const page = (shared ??= await visits.open({ ...common, path: NOWHERE, as: stage().admin }))
    await page.setViewportSize(VIEWPORT)
    await page.emulateMedia({ colorScheme: THEMES[0] })
    if (name === 'missing') await page.goto(path)
    else await follow(page, path)
    return page
  }

  /** Goes to another view as a link does, which takes a fifth of the time of loading the page again. */
  async function follow(page: Page, path: string): Promise<void> {
    const nothing = page.getByText('Nothing at this address')
    for (const to of [NOWHERE, path]) {
      await page.evaluate((address) => {
        history.pushState(null, '', address)
        dispatchEvent(new PopStateEvent('popstate'))
      }, to)
      // No part of the view before is left, nor a dialog.
      await nothing.waitFor({ state: to === NOWHERE ? 'visible' : 'detached' })
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  }

  for (const view of viewsOf('truck-01')) {
    it(`axe-core finds no serious issue in ${view.name}, in both themes, wide and narrow`, async () => {
      expect(vehicles).to.include('truck-01')
      const page = await open(view)
      await untilShown(page)
      await view.arrange?.(page)
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
