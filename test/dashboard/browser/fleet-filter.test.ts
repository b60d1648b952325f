import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'
import { findsAt, mapAt, pointAt } from './map-points.ts'
import {
  isGone,
  mapRegion,
  panelOf,
  rowOf,
  searchField,
  shows,
  stateChip,
  vehicleList,
} from './page-parts.ts'
import { useStage } from './use-stage.ts'

const PLACE = { lat: 48.14, lon: 11.58 }
const OTHER_PLACE = { lat: 48.15, lon: 11.62 }

describe('the list in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()
  before(async () => {
    const { addTracker } = stage()
    const [moving, standing] = await Promise.all([
      addTracker({ key: 'van-1', name: 'Göteborg 1', group: 'north' }),
      addTracker({ key: 'van-2', name: 'Malmö 2', group: 'south' }),
      addTracker({ key: 'van-3', name: 'Malmö 3', group: 'south' }),
    ])
    await moving.publish({ ...PLACE, speed: 80 })
    await standing.publish({ ...OTHER_PLACE, speed: 0, ignition: false })
  })

  const open = async (query = '', hasWebGl = false) => {
    const page = await stage().visit({ as: stage().admin, path: `/?${query}`, hasWebGl })
    await shows(vehicleList(page).getByRole('option'))
    await shows(page.getByText('Live', { exact: true }))
    return page
  }
  const shown = async (page: Page) =>
    (await vehicleList(page).getByRole('option').allTextContents()).map((it) => /van-\d/.exec(it)?.[0])
  const showsOnly = (page: Page, ...keys: string[]) =>
    eventually(`only ${keys.join(', ')}`, async () => String(await shown(page)) === String(keys))

  it('the search finds parts of names, also without accents, and is kept in the address', async () => {
    const page = await open()
    await searchField(page).fill('goteb')
    await showsOnly(page, 'van-1')
    await shows(page.getByRole('status').filter({ hasText: '1 of 3 vehicles' }))
    await eventually(
      'the search is in the address',
      () => new URL(page.url()).searchParams.get('q') === 'goteb',
    )
    await page.reload()
    await showsOnly(page, 'van-1')
  })

  it('the search finds a tag added just now, whatever its case', async () => {
    const page = await open()
    await searchField(page).fill('ku\u0308hlwagen')
    await shows(page.getByRole('status').filter({ hasText: '0 of 3 vehicles' }))
    await stage().call('PATCH', '/api/vehicles/van-3', { body: { tags: ['KÜHLWAGEN'] } })
    await showsOnly(page, 'van-3')
  })

  it('the list filters by state and group and shows the counts', async () => {
    const page = await open()
    await shows(stateChip(page, 'Moving 1'))
    await stateChip(page, 'Moving').click()
    await showsOnly(page, 'van-1')
    await stateChip(page, 'Moving').click()
    await page.getByRole('combobox', { name: 'Group' }).selectOption('south')
    await showsOnly(page, 'van-2', 'van-3')
  })

  it('a tile of the overview opens the list of the vehicles that it counts', async () => {
    const page = await stage().visit({ as: stage().admin, path: '/overview?state=stopped' })
    await page.getByRole('button', { name: /^Moving/ }).click()
    await showsOnly(page, 'van-1')
    expect(new URL(page.url()).searchParams.get('state')).to.equal('moving')
  })

  it("the list's filter also applies to the map", async () => {
    const page = await open(mapAt(PLACE), true)
    const tip = mapRegion(page).getByText('Malmö 2')
    await findsAt(page, PLACE, OTHER_PLACE, 'Malmö 2')
    await searchField(page).fill('göteborg')
    await showsOnly(page, 'van-1')
    await isGone(tip)
    await findsAt(page, PLACE, PLACE, 'Göteborg 1')
    await pointAt(page, PLACE, OTHER_PLACE)
    await isGone(mapRegion(page).getByText('Göteborg 1'))
    expect(await tip.isVisible()).to.equal(false)
  })

  it('the list works with the keyboard alone: /, arrows, Enter and Esc', async () => {
    const page = await open()
    await page.keyboard.press('/')
    await page.keyboard.type('malm')
    await showsOnly(page, 'van-2', 'van-3')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await shows(panelOf(page, 'van-3').getByRole('heading', { name: 'Malmö 3' }))
    expect(await rowOf(page, 'van-3').getAttribute('aria-selected')).to.equal('true')
    await page.keyboard.press('Escape')
    await isGone(panelOf(page, 'van-3'))
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    await showsOnly(page, 'van-1', 'van-2', 'van-3')
  })

  it('Esc closes a panel whose code is still loading', async () => {
    const page = await open()
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    await page.route(/\/vehicle-panel[^/]*\.js/, async (it) => {
      await released
      await it.continue()
    })
    await rowOf(page, 'van-3').click()
    await shows(panelOf(page, 'van-3').getByText('Loading the vehicle'))
    await page.keyboard.press('Escape')
    await isGone(panelOf(page, 'van-3'))
    release()
  })

  it('an empty list says that nothing matches and can clear the filters', async () => {
    const page = await open()
    await searchField(page).fill('nowhere to be found')
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await showsOnly(page, 'van-1', 'van-2', 'van-3')
  })
})
