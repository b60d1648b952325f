import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { closeTestBrowsers } from '../../support/browser.ts'
import { closeTestServer } from '../../support/database.ts'
import { openSampleFleet } from './sample-fleet.ts'
import { openStage, type Stage } from './stage.ts'
import { THEMES, untilShown, VIEWPORTS, viewsOf } from './views.ts'
import { createVisits } from './visits.ts'

/**
 * `npm run screenshots -- DIRECTORY [NAME]` takes screenshots of every view whose name contains NAME, in both themes and two
 * sizes, with a driving fleet.
 */
const [directory, wanted = ''] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('usage: npm run screenshots -- DIRECTORY [NAME]\n')
  process.exit(2)
}
const VEHICLES = 40

mkdirSync(directory, { recursive: true })
const stage = await openStage()
try {
  const fleet = await openSampleFleet(stage, VEHICLES)
  const stopDriving = fleet.drive()
  try {
    for (const viewport of VIEWPORTS)
      for (const theme of THEMES) await takePictures(stage, viewport, theme, directory)
  } finally {
    await stopDriving()
  }
} finally {
  await stage.close()
  await closeTestBrowsers()
  await closeTestServer()
}

async function takePictures(
  stage: Stage,
  viewport: (typeof VIEWPORTS)[number],
  theme: (typeof THEMES)[number],
  directory: string,
): Promise<void> {
  const visits = createVisits(stage)
  for (const { name, path, isPublic, arrange } of viewsOf('truck-01')) {
    if (!name.includes(wanted)) continue
    const page = await visits.open({ path, viewport, theme, ...(!isPublic && { as: stage.admin }) })
    await untilShown(page)
    await arrange?.(page)
    // The map is drawn last.
    await page.waitForTimeout(1500)
    await page.screenshot({ path: join(directory, `${name}-${viewport.width}-${theme}.png`) })
    await visits.close()
  }
  for (const fault of visits.faults) console.log(fault)
}
