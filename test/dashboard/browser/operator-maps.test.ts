import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { eventually } from '../../support/eventually.ts'
import { mapRegion, shows } from './page-parts.ts'
import { useStage } from './use-stage.ts'

/** A red pixel, which is stretched over a tile. */
const RED_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)
const TILE = /^\/\d+\/\d+\/\d+\.png$/

/** An operator's map server, at an origin of its own. */
interface MapServer {
  origin: string
  /** requested paths */
  asked: string[]
  close(): Promise<void>
}

async function openMapServer(style?: object): Promise<MapServer> {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    response.setHeader('access-control-allow-origin', '*')
    if (path === '/style.json') response.end(JSON.stringify(style))
    else if (TILE.test(path)) response.setHeader('content-type', 'image/png').end(RED_PNG)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

describe('maps of an operator', function () {
  this.timeout(60_000)
  let tiles: MapServer
  before(async () => {
    tiles = await openMapServer()
  })
  after(() => tiles.close())
  beforeEach(() => tiles.asked.splice(0))

  const tilesUrl = () => `${tiles.origin}/{z}/{x}/{y}.png`
  const isAskedForTiles = () => eventually('a tile', () => tiles.asked.some((it) => TILE.test(it)), 20_000)

  describe('tiles', () => {
    const stage = useStage({}, async () => ({
      tilesUrl: tilesUrl(),
      tilesAttribution: '© Maps & <b>More</b>',
    }))

    it("an operator's tiles replace our map and are attributed", async () => {
      const page = await stage().visit({ as: stage().admin, path: '/?map=4/50/10', origins: [tiles.origin] })
      await isAskedForTiles()
      await shows(mapRegion(page).getByText('© Maps & <b>More</b>'))
      expect(await mapRegion(page).getByText('Natural Earth').count()).to.equal(0)
    })
  })

  describe("tiles at the page's host", () => {
    const stage = useStage({}, async () => ({ tilesUrl: '/tiles/{z}/{x}/{y}.png' }))

    it("tiles at the page's host are requested from there", async () => {
      // A proxy would serve them. Here they are not found.
      const page = await stage().visit({ as: stage().admin, path: '/settings', expected: [/status of 404/] })
      const asked = page.waitForRequest((it) => it.url().startsWith(`${stage().url}/tiles/`))
      await page.goto('/?map=4/50/10')
      expect(new URL((await asked).url()).pathname).to.match(/^\/tiles\/\d+\/\d+\/\d+\.png$/)
    })
  })

  describe('a style with tiles of another origin', () => {
    let styles: MapServer
    const stage = useStage({}, async () => {
      const source = { type: 'raster', tiles: [tilesUrl()], tileSize: 256, attribution: 'Styled by hand' }
      styles = await openMapServer({
        version: 8,
        sources: { tiles: source },
        layers: [{ id: 'tiles', type: 'raster', source: 'tiles' }],
      })
      return { styleUrl: `${styles.origin}/style.json`, mapOrigins: tiles.origin }
    })
    after(() => styles?.close())

    it('a style with tiles of another origin is drawn', async () => {
      const origins = [tiles.origin, styles.origin]
      const page = await stage().visit({ as: stage().admin, path: '/?map=4/50/10', origins })
      await isAskedForTiles()
      await shows(mapRegion(page).getByText('Styled by hand'))
    })
  })
})
