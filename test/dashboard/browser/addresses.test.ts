import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'
import { isGone, panelOf, rowOf, shows, vehicleList } from './page-parts.ts'
import { useStage } from './use-stage.ts'

describe('addresses in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()
  before(async () => {
    const { addTracker } = stage()
    for (const key of ['cab-1', 'cab-2'])
      await (await addTracker({ key })).publish({ lat: 50, lon: 14, speed: 9 })
  })
  const isAt = (page: Page, path: string) =>
    eventually(`at ${path}`, () => new URL(page.url()).pathname === path)

  it('every view and tab opens by its address', async () => {
    const page = await stage().visit({ as: stage().admin, path: '/vehicles/cab-2/history?q=cab' })
    await shows(panelOf(page, 'cab-2').getByRole('tab', { name: 'History', selected: true }))
    await page.goto('/vehicles/cab-1/commands')
    await shows(panelOf(page, 'cab-1').getByRole('tab', { name: 'Commands', selected: true }))
    await page.goto('/admin/devices')
    await shows(page.getByRole('tab', { name: 'Devices', selected: true }))
    await page.goto('/settings')
    await shows(page.getByRole('heading', { name: 'Settings' }))
    await page.goto('/there/is/no/such/view')
    await shows(page.getByRole('heading', { name: 'Nothing at this address' }))
  })

  it('the address follows what is opened, and the back button returns', async () => {
    const page = await stage().visit({ as: stage().admin, hasWebGl: false })
    await rowOf(page, 'cab-1').click()
    await shows(panelOf(page, 'cab-1'))
    await isAt(page, '/vehicles/cab-1')
    await rowOf(page, 'cab-2').click()
    await shows(panelOf(page, 'cab-2'))
    await page.getByRole('link', { name: 'Overview', exact: true }).click()
    await shows(page.getByRole('heading', { name: 'Overview', exact: true }))
    await page.goBack()
    await shows(panelOf(page, 'cab-2'))
    await page.goBack()
    await shows(panelOf(page, 'cab-1'))
    await page.goBack()
    await isGone(panelOf(page, 'cab-1'))
    await isAt(page, '/')
    await page.goForward()
    await shows(panelOf(page, 'cab-1'))
  })

  it('filters stay in the address from view to view', async () => {
    const page = await stage().visit({ as: stage().admin, path: '/?q=cab-2', hasWebGl: false })
    await shows(rowOf(page, 'cab-2'))
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('link', { name: 'Map', exact: true }).click()
    await shows(rowOf(page, 'cab-2'))
    expect(await vehicleList(page).getByRole('option').count()).to.equal(1)
  })
})
