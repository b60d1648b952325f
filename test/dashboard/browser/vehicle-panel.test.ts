import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'
import { computeJourneys } from '../../support/journeys.ts'
import { panelOf, rowOf, shows } from './page-parts.ts'
import type { Tracker } from './tracker.ts'
import { useStage } from './use-stage.ts'

const MINUTE_MS = 60_000
const START = { lat: 52.52, lon: 13.4 }

/** A time zone in which it is noon now, so that an hour ago was the same day. POSIX counts the hours west of Greenwich. */
function zoneAtNoon(): string {
  const west = new Date().getUTCHours() - 12
  return west < 0 ? `Etc/GMT${west}` : `Etc/GMT+${west}`
}

/** The readings of an hour's drive to the east, one each half minute, until a minute ago. */
function anHour(): object[] {
  const nowMs = Date.now()
  return Array.from({ length: 120 }, (_, n) => ({
    time: nowMs - (120 - n) * (MINUTE_MS / 2) - MINUTE_MS,
    lat: START.lat,
    lon: START.lon + n / 1000,
    speed: 30 + (n % 40),
    fuel_level: 80 - n / 10,
    heading: 90,
    ignition: true,
  }))
}

describe("a vehicle's panel in a browser", function () {
  this.timeout(60_000)
  const stage = useStage()
  let tracker: Tracker
  before(async () => {
    tracker = await stage().addTracker({ key: 'panel-truck', name: 'Truck with a past' })
    await tracker.publish(anHour())
  })

  /** @param hasWebGl for a way that is drawn on the map */
  const open = async (tab = '', hasWebGl = false): Promise<Page> => {
    const path = `/vehicles/panel-truck${tab}`
    const page = await stage().visit({ as: stage().admin, path, timezoneId: zoneAtNoon(), hasWebGl })
    await shows(panelOf(page, 'panel-truck').getByRole('heading', { name: 'Truck with a past' }))
    return page
  }

  it('a panel opens from the list with the newest values and updates with each reading', async () => {
    const page = await stage().visit({ as: stage().admin, hasWebGl: false })
    await rowOf(page, 'panel-truck').click()
    const panel = panelOf(page, 'panel-truck')
    const values = panel.getByRole('region', { name: 'Newest values' })
    await shows(values.getByText('69 km/h'))
    await shows(page.getByText('Live', { exact: true }))
    await tracker.publish({ ...START, speed: 123 })
    await shows(values.getByText('123 km/h'))
  })

  it('a panel shows readings that came just before it was opened and are not in the API yet', async () => {
    const other = await stage().addTracker()
    await other.publish({ ...START, speed: 11 })
    const page = await stage().visit({ as: stage().admin, hasWebGl: false })
    await shows(rowOf(page, other.vehicle).filter({ hasText: '11 km/h' }))
    // The first vehicle loads the code of the panel, so that the next one opens at once.
    await rowOf(page, 'panel-truck').click()
    await shows(
      panelOf(page, 'panel-truck').getByRole('region', { name: 'Newest values' }).getByText('Speed'),
    )
    await other.publish({ speed: 22 })
    await rowOf(page, other.vehicle).click()
    const values = panelOf(page, other.vehicle).getByRole('region', { name: 'Newest values' })
    await shows(values.getByText('22 km/h'))
  })

  it('the age of a stale state grows although nothing moves', async () => {
    const other = await stage().addTracker()
    await other.publish({ ...START, time: Date.now() - 12 * MINUTE_MS + 8000, speed: 0 })
    const page = await stage().visit({
      as: stage().admin,
      path: `/vehicles/${other.vehicle}`,
      hasWebGl: false,
    })
    await shows(panelOf(page, other.vehicle).getByText('Stopped, 12 min ago').first())
  })

  it('a panel shows whether a device is connected', async () => {
    const other = await stage().addTracker()
    await other.publish({ ...START, speed: 1 })
    const page = await stage().visit({
      as: stage().admin,
      path: `/vehicles/${other.vehicle}`,
      hasWebGl: false,
    })
    const connection = panelOf(page, other.vehicle).getByRole('region', { name: 'Connection' })
    const device = connection.getByRole('listitem').filter({ hasText: other.device })
    await shows(device.getByText('online', { exact: true }))
    await other.client.endAsync()
    await shows(connection.getByText(/^Not connected/))
    // Sooner than the next regular refresh.
    await shows(device.getByText(/^last seen \d+ s ago$/), 6000)
  })

  it('new readings are added to the chart of the last hours', async () => {
    const page = await open()
    const charts = panelOf(page, 'panel-truck').getByRole('region', { name: 'Charts' })
    const speed = charts.getByRole('figure').filter({ hasText: 'Speed' })
    await shows(speed.filter({ hasText: '30 km/h to' }))
    await speed.getByText('Table').click()
    await shows(speed.getByRole('table').getByRole('cell', { name: '69 km/h' }))
    await tracker.publish({ ...START, speed: 177 })
    await shows(speed.filter({ hasText: 'now 177 km/h' }))
  })

  it('the history tab shows the readings of a day', async () => {
    const page = await open('/history', true)
    const panel = panelOf(page, 'panel-truck')
    await shows(panel.getByRole('figure').filter({ hasText: 'Speed' }))
    await shows(panel.getByRole('table').getByRole('row').nth(5))
    await panel.getByRole('button', { name: 'Previous day' }).click()
    await shows(panel.getByText('no values'))
  })

  it('a replay plays at a chosen speed and follows its scrubber', async () => {
    const page = await open('/replay', true)
    const panel = panelOf(page, 'panel-truck')
    const scrubber = panel.getByRole('slider', { name: 'Time' })
    const at = async () => Number(await scrubber.inputValue())
    await shows(scrubber)
    const [min, max] = [await scrubber.getAttribute('min'), await scrubber.getAttribute('max')].map(Number)
    const middleMs = Math.round(((min ?? 0) + (max ?? 0)) / 2)
    await scrubber.fill(String(middleMs))
    expect(await at()).to.be.closeTo(middleMs, 1000)
    await panel.getByRole('combobox', { name: 'Speed of the replay' }).selectOption('60')
    await panel.getByRole('button', { name: 'Play' }).click()
    await eventually('the replay has advanced by a minute', async () => (await at()) > middleMs + MINUTE_MS)
    await panel.getByRole('button', { name: 'Pause' }).click()
    const pausedMs = await at()
    await scrubber.press('ArrowLeft')
    expect(await at()).to.be.lessThan(pausedMs)
  })

  it('the events tab shows trips, stops and gaps of a day with their places', async () => {
    const other = await stage().addTracker()
    const nowMs = Date.now()
    const at = (minutes: number) => nowMs - (60 - minutes) * MINUTE_MS
    const standing = { ...START, lon: START.lon + 0.12, speed: 0, ignition: false }
    // A trip of 8 km, a stop of 10 minutes, a gap of 20 minutes, and a trip that has only begun.
    await other.publish([
      ...Array.from({ length: 11 }, (_, n) => ({
        time: at(n),
        lat: START.lat,
        lon: START.lon + n * 0.012,
        speed: 50,
        ignition: true,
      })),
      ...Array.from({ length: 11 }, (_, n) => ({ ...standing, time: at(11 + n) })),
      ...Array.from({ length: 5 }, (_, n) => ({
        time: at(42 + n),
        lat: START.lat + n * 0.01,
        lon: START.lon + 0.12,
        speed: 60,
      })),
    ])
    await computeJourneys(stage().sql, other.vehicle)
    const path = `/vehicles/${other.vehicle}/events`
    const page = await stage().visit({
      as: stage().admin,
      path,
      timezoneId: zoneAtNoon(),
      hasWebGl: false,
    })
    const section = panelOf(page, other.vehicle).getByRole('region', { name: 'Trips and stops' })
    const items = section.getByRole('listitem')
    await shows(items.nth(3))
    const texts = await items.allInnerTexts()
    expect(texts[0]).to.match(
      /^Since \d\d:\d\d\s+Under way for 4 min\s+4\.5 km, up to 60 km\/h, newest reading \d\d:\d\d\s+\S/,
    )
    expect(texts[1]).to.match(/No readings for 21 min/)
    expect(texts[2]).to.match(/Stopped 10 min\s+\S/)
    expect(texts[3]).to.match(/Drove 11 min\s+8\.1 km, up to 50 km\/h\s+Berlin$/)
    await section.getByRole('button', { name: 'Previous day' }).click()
    await shows(section.getByText('No trips or stops on this day'))
  })

  it("a command is sent, and the device's answer is shown", async () => {
    const names = await tracker.answerCommands({ doors: 'locked' })
    const page = await open('/commands')
    const panel = panelOf(page, 'panel-truck')
    await panel.getByLabel('Name').fill('lock')
    await panel.getByLabel('Parameters, JSON').fill('{"doors":"all"}')
    await panel.getByRole('button', { name: 'Send' }).click()
    const item = panel.getByRole('listitem').filter({ hasText: 'lock' })
    await shows(item.filter({ hasText: 'Done' }).filter({ hasText: '"doors":"locked"' }))
    expect(names).to.deep.equal(['lock'])
  })

  it('the data tab shows refused readings with the reason', async () => {
    await tracker.publish({ ...START, speed: -5 })
    const page = await open('/data')
    await shows(panelOf(page, 'panel-truck').getByRole('listitem').filter({ hasText: '/speed' }))
  })

  it('the panel of an unknown vehicle says that the vehicle was not found', async () => {
    const missing = /status of 404 .*\/api\/vehicles\/not-a-truck/
    const page = await stage().visit({
      as: stage().admin,
      path: '/vehicles/not-a-truck',
      expected: [missing],
    })
    await shows(page.getByRole('heading', { name: 'Vehicle not-a-truck not found' }))
  })
})
