import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'
import { mapRegion } from './page-parts.ts'
import { useStage } from './use-stage.ts'

/** Long enough for software rendering on a busy machine. */
const DRAWN_MS = 30_000
/** Land without borders and names around it, in the middle of a cell of the graticule. */
const MIDDLE = { lat: 59.31, lon: 15.21 }
const PART_PX = 60
/** Two cells, outside of the geofence. */
const AWAY_PX = 233

describe('geofences on the map', function () {
  this.timeout(90_000)
  const stage = useStage()

  /** Whether the map's middle looks like a part to the left of it. */
  async function isPlain(page: Page): Promise<boolean> {
    const box = await mapRegion(page).boundingBox()
    if (!box) throw new Error('there is no map')
    const x = box.x + (box.width - PART_PX) / 2
    const y = box.y + (box.height - PART_PX) / 2
    const [middle, left] = await Promise.all(
      [x, x - AWAY_PX].map((x) => page.screenshot({ clip: { x, y, width: PART_PX, height: PART_PX } })),
    )
    return middle?.equals(left ?? Buffer.alloc(0)) ?? false
  }

  it('the map shows the geofences that the user may see, and no others', async () => {
    const user = await stage().addUser('user')
    await stage().call('POST', '/api/vehicles', { body: { key: 'v', group: 'north' } })
    await stage().call('POST', '/api/grants', { body: { user: user.id, group: 'north' } })
    const geometry = { type: 'Point', coordinates: [MIDDLE.lon, MIDDLE.lat] }
    await stage().call('POST', '/api/geofences', { body: { key: 'depot', geometry, radius_m: 900 } })
    const path = `/?map=12/${MIDDLE.lat}/${MIDDLE.lon}`
    const page = await stage().visit({ as: user, path })
    const load = async () => {
      const loading = page.waitForResponse((it) => it.url().includes('/api/geofences'))
      await page.reload()
      return (await (await loading).json()) as { items: { key: string }[] }
    }
    expect((await load()).items).to.deep.equal([])
    await eventually('a map without geofences', () => isPlain(page), DRAWN_MS)

    await stage().call('PATCH', '/api/geofences/depot', { body: { group: 'north', name: 'Depot' } })
    expect((await load()).items.map(({ key }) => key)).to.deep.equal(['depot'])
    await eventually('the geofence on the map', async () => !(await isPlain(page)), DRAWN_MS)
    const picture = process.env['PICTURE']
    if (picture !== undefined) await page.screenshot({ path: picture })
  })
})
