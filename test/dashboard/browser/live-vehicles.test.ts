import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { findsAt, mapAt, pointAt } from './map-points.ts'
import { mapRegion, panelOf, rowOf, shows } from './page-parts.ts'
import { useStage } from './use-stage.ts'

const HERE = { lat: 59.33, lon: 18.06 }
const THERE = { lat: 59.335, lon: 18.1 }

describe('the live map in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()

  it('a vehicle appears in the list and on the map after its first position', async () => {
    const tracker = await stage().addTracker({ name: 'Truck of the first position' })
    const page = await stage().visit({ as: stage().admin, path: `/?${mapAt(HERE)}` })
    const row = rowOf(page, tracker.vehicle)
    await shows(row.filter({ hasText: 'no position' }))
    await shows(page.getByText('Live', { exact: true }))
    await tracker.publish({ ...HERE, speed: 62, heading: 90 })
    await shows(row.filter({ hasText: '62 km/h' }).filter({ hasText: 'Moving' }))
    await findsAt(page, HERE, HERE, 'Truck of the first position')
  })

  it('a vehicle moves on the map with each reading', async () => {
    const tracker = await stage().addTracker({ name: 'Truck that moves' })
    await tracker.publish({ ...HERE, speed: 50, heading: 45 })
    const page = await stage().visit({ as: stage().admin, path: `/?${mapAt(HERE)}&q=moves` })
    await shows(rowOf(page, tracker.vehicle).filter({ hasText: '50 km/h' }))
    await findsAt(page, HERE, HERE, 'Truck that moves')
    await tracker.publish({ ...THERE, speed: 51, heading: 45 })
    await shows(rowOf(page, tracker.vehicle).filter({ hasText: '51 km/h' }))
    await findsAt(page, HERE, THERE, 'Truck that moves')
    await pointAt(page, HERE, HERE)
    expect(await mapRegion(page).getByText('Truck that moves').isVisible()).to.equal(false)
  })

  it('a vehicle that is created while the page is open appears', async () => {
    const page = await stage().visit({ as: stage().admin, hasWebGl: false })
    await shows(page.getByText('Live', { exact: true }))
    const key = `new-${randomBytes(3).toString('hex')}`
    const tracker = await stage().addTracker({ key })
    await tracker.publish({ ...HERE, speed: 33 })
    await shows(rowOf(page, key).filter({ hasText: '33 km/h' }))
  })

  it('a vehicle is shown as moving, idling, stopped, offline or in alert', async () => {
    const tracker = await stage().addTracker()
    const page = await stage().visit({ as: stage().admin, hasWebGl: false })
    const row = rowOf(page, tracker.vehicle)
    await tracker.publish({ ...HERE, speed: 40 })
    await shows(row.filter({ hasText: 'Moving' }))
    await tracker.publish({ ...HERE, speed: 0, ignition: true })
    await shows(row.filter({ hasText: 'Idling' }))
    await tracker.publish({ ...HERE, speed: 0, ignition: false })
    await shows(row.filter({ hasText: 'Stopped' }))
    await tracker.client.endAsync()
    await shows(row.filter({ hasText: 'Offline' }))
    const other = await stage().addTracker()
    await other.publish({ ...HERE, status: 'sos' })
    await shows(rowOf(page, other.vehicle).filter({ hasText: 'Alert' }))
  })

  it('a stale state is shown with its age in the list, on the map and in the panel', async () => {
    const tracker = await stage().addTracker({ name: 'Truck of long ago' })
    const time = (minutesAgo: number) => Date.now() - minutesAgo * 60_000
    await tracker.publish({ ...HERE, time: time(210), speed: 80 })
    await tracker.publish({ time: time(150), status: 'sos' })
    const page = await stage().visit({ as: stage().admin, path: `/?${mapAt(HERE)}&q=long` })
    const row = rowOf(page, tracker.vehicle)
    await shows(row.filter({ hasText: 'Alert, 2 h ago' }).filter({ hasText: '3 h' }))
    expect(await row.textContent()).to.not.include('km/h')
    await findsAt(page, HERE, HERE, 'Alert, 2 h ago')
    await row.click()
    const panel = panelOf(page, tracker.vehicle)
    await shows(panel.getByText('Alert, 2 h ago').first())
    await shows(panel.getByText('3 h ago, stale').first())
    await tracker.publish({ ...HERE, status: 'ok', speed: 0 })
    await shows(row.filter({ hasText: 'Stopped' }))
  })
})
