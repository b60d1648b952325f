import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { eventually } from '../../support/eventually.ts'
import { mapRegion, shows } from './page-parts.ts'
import { useStage } from './use-stage.ts'

/** One red pixel, which is stretched over a tile. */
const RED_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)
const TILE = /^\/\d+\/\d+\/\d+\.png$/

/** A server of maps as an operator has it, at an origin of its own. */
interface MapServer {
  origin: string
  /** paths */
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

describe('the maps of an operator', function () {
  this.timeout(60_000)
  let tiles: MapServer
  before(async () => {
    tiles = await openMapServer()
  })
  after(() => tiles.close())
  beforeEach(() => tiles.asked.splice(0))

  const tilesUrl = () => `${tiles.origin}/{z}/{x}/{y}.png`
  const isAskedForTiles = () => eventually('a tile', () => tiles.asked.some((it) => TILE.test(it)), 20_000)

  describe('as tiles', () => {
    const stage = useStage({}, async () => ({
      tilesUrl: tilesUrl(),
      tilesAttribution: '© Maps & <b>More</b>',
    }))

    it('are drawn instead of ours, and it is said whose they are', async () => {
      const page = await stage().visit({ as: stage().admin, path: '/?map=4/50/10', origins: [tiles.origin] })
      await isAskedForTiles()
      await shows(mapRegion(page).getByText('© Maps & <b>More</b>'))
      expect(await mapRegion(page).getByText('Natural Earth').count()).to.equal(0)
    })
  })

  describe('as tiles at the host of the page', () => {
    const stage = useStage({}, async () => ({ tilesUrl: '/tiles/{z}/{x}/{y}.png' }))

    it('are asked for there', async () => {
      // Where a proxy would answer; here nobody does.
      const page = await stage().visit({ as: stage().admin, path: '/settings', expected: [/status of 404/] })
      const asked = page.waitForRequest((it) => it.url().startsWith(`${stage().url}/tiles/`))
      await page.goto('/?map=4/50/10')
      expect(new URL((await asked).url()).pathname).to.match(/^\/tiles\/\d+\/\d+\/\d+\.png$/)
    })
  })

  describe('as a style that names tiles of another origin', () => {
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

    it('are drawn', async () => {
      const origins = [tiles.origin, styles.origin]
      const page = await stage().visit({ as: stage().admin, path: '/?map=4/50/10', origins })
      await isAskedForTiles()
      await shows(mapRegion(page).getByText('Styled by hand'))
    })
  })
})
