import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { mustSkipBrowser } from '../../support/browser.ts'
import { openStage, type Stage, type StageMaps } from './stage.ts'
import { createVisits, type VisitOptions, type Visits } from './visits.ts'

/** The stage that the tests of a suite share. */
export interface StageInUse extends Stage {
  /** Opens a page in a browser context of its own, until the test ends. */
  visit(options?: VisitOptions): Promise<Page>
}

const OPEN_DEADLINE_MS = 60_000
/** Directory of the screenshots of failed tests. */
const PICTURES = join(tmpdir(), 'fleetwire-browser')

/**
 * Opens a stage for the suite around the call, or skips the suite if there is no browser. After each test, its pages are closed,
 * and errors in a page fail the test.
 * @param openMaps opens an operator's maps, if any
 */
export function useStage(
  settings: Record<string, string> = {},
  openMaps: () => Promise<StageMaps> = async () => ({}),
): () => StageInUse {
  let stage: Stage | undefined
  let visits: Visits | undefined

  before(async function () {
    if (mustSkipBrowser()) this.skip()
    // The first suite of a run builds the page.
    this.timeout(OPEN_DEADLINE_MS)
    stage = await openStage(settings, await openMaps())
    visits = createVisits(stage)
  })
  afterEach(async function () {
    const faults = visits?.faults.splice(0) ?? []
    if (this.currentTest?.isFailed()) await takePictures(visits?.pages() ?? [], this.currentTest.fullTitle())
    await visits?.close()
    expect(faults, 'what went wrong in the page').to.deep.equal([])
  })
  after(async function () {
    this.timeout(OPEN_DEADLINE_MS)
    await stage?.close()
  })

  return () => {
    if (stage === undefined || visits === undefined) throw new Error('the stage is not open')
    return { ...stage, visit: visits.open }
  }
}

async function takePictures(pages: readonly Page[], title: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  for (const [index, page] of pages.entries()) {
    const path = join(PICTURES, `${title.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${index}.png`)
    await page.screenshot({ path, timeout: 5000 }).catch(() => {})
    console.log(`a picture of the page: ${path}`)
  }
}
