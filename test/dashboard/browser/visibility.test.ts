import { expect } from 'chai'
import { findsAt, mapAt, pointAt } from './map-points.ts'
import { isGone, mapRegion, rowOf, shows, vehicleList } from './page-parts.ts'
import type { StageUser } from './stage.ts'
import { useStage } from './use-stage.ts'

const HERE = { lat: 45.46, lon: 9.19 }
const THERE = { lat: 45.47, lon: 9.24 }
const MISSING = /status of 404/

describe('visibility in a browser', function () {
  this.timeout(60_000)
  const stage = useStage()
  let user: StageUser
  before(async () => {
    user = await stage().addUser('user')
  })

  it('users see no vehicle of others: in the list, on the map, in the feed, by its address', async () => {
    const [theirs, hidden] = [
      await stage().addTracker({ key: 'granted-1', name: 'Granted' }),
      await stage().addTracker({ key: 'hidden-1', name: 'Secret lorry' }),
    ]
    await stage().call('POST', '/api/grants', { body: { user: user.id, vehicle: 'granted-1' } })
    await theirs.publish({ ...HERE, speed: 21 })
    await hidden.publish({ ...THERE, speed: 22 })
    const page = await stage().visit({ as: user, path: `/?${mapAt(HERE)}`, expected: [MISSING] })
    const frames: Buffer[] = []
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => frames.push(Buffer.from(payload))),
    )
    await page.reload()
    await shows(rowOf(page, 'granted-1').filter({ hasText: '21 km/h' }))
    await shows(page.getByText('Live', { exact: true }))
    expect(await vehicleList(page).getByRole('option').count()).to.equal(1)
    await findsAt(page, HERE, HERE, 'Granted')
    await pointAt(page, HERE, THERE)
    await isGone(mapRegion(page).getByText('Granted'))
    expect(await mapRegion(page).getByText('Secret lorry').isVisible()).to.equal(false)

    await hidden.publish({ ...THERE, speed: 23 })
    await theirs.publish({ ...HERE, speed: 24 })
    await shows(rowOf(page, 'granted-1').filter({ hasText: '24 km/h' }))
    expect(await rowOf(page, 'hidden-1').count()).to.equal(0)
    // The latitude as a frame's record encodes it.
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(Math.round(THERE.lat * 1e7))
    expect(frames.length).to.be.greaterThan(0)
    expect(Buffer.concat(frames).includes(bytes)).to.equal(false)

    await page.goto('/vehicles/hidden-1')
    await shows(page.getByRole('heading', { name: 'Vehicle hidden-1 not found' }))
    expect(await page.getByText('Secret lorry').count()).to.equal(0)
  })

  it("a vehicle disappears within seconds of its grant's revocation, without a reload", async () => {
    const tracker = await stage().addTracker({ key: 'taken-back' })
    const grant = await stage().call('POST', '/api/grants', {
      body: { user: user.id, vehicle: 'taken-back' },
    })
    await tracker.publish({ ...HERE, speed: 31 })
    const page = await stage().visit({ as: user, expected: [MISSING], hasWebGl: false })
    await shows(rowOf(page, 'taken-back'))
    await shows(page.getByText('Live', { exact: true }))
    await stage().call('DELETE', `/api/grants/${grant.body.id}`)
    await isGone(rowOf(page, 'taken-back'))
    await stage().call('POST', '/api/grants', { body: { user: user.id, vehicle: 'taken-back' } })
    await shows(rowOf(page, 'taken-back'))
  })

  it('users cannot open pages for administrators', async () => {
    const page = await stage().visit({ as: user, path: '/admin/users', expected: [/status of 403/] })
    await shows(page.getByRole('heading', { name: /administrators/ }))
  })
})
