import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { expect } from 'chai'
import { createDashboardPolicy, type DashboardHosts } from '../../../api/dashboard/policy.ts'
import { expectProblem, openFixture, type Fixture } from '../fixture.ts'

const HOSTS: DashboardHosts = {
  mqttUrl: undefined,
  mqttWsPort: 8083,
  mqttWssPort: undefined,
  tilesUrl: undefined,
  tilesAttribution: undefined,
  styleUrl: undefined,
  mapOrigins: undefined,
}
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const PAGE = '<!doctype html><title>the page</title>'
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2000))})`

const policyOf = (hosts: Partial<DashboardHosts>, hostname = 'fleet.example') =>
  createDashboardPolicy({ ...HOSTS, ...hosts })(hostname)

describe('the dashboard', () => {
  let fixture: Fixture
  const root = mkdtempSync(join(tmpdir(), 'fleetwire-dashboard-'))
  before(async () => {
    mkdirSync(join(root, 'assets'))
    writeFileSync(join(root, 'index.html'), PAGE)
    writeFileSync(join(root, 'icon.svg'), '<svg/>')
    writeFileSync(join(root, 'assets/main-1.js'), SCRIPT)
    writeFileSync(join(root, 'assets/main-1.js.br'), brotliCompressSync(SCRIPT))
    writeFileSync(join(root, 'assets/worker-1.mjs'), 'export {}')
    fixture = await openFixture({
      dashboard: { root, ...HOSTS, tilesUrl: 'https://tiles.example:8443/{z}/{x}/{y}.png' },
    })
  })
  after(async () => {
    await fixture.close()
    rmSync(root, { recursive: true, force: true })
  })

  const get = (path: string, headers: Record<string, string> = HTML) =>
    fixture.call('GET', path, { token: null, headers })

  it('has its page at each of its paths, and is asked for it each time', async () => {
    for (const path of ['/', '/vehicles/v1/replay', '/admin', '/settings', '/no/such/view']) {
      const { status, headers, body } = await get(path)
      expect([status, body]).to.deep.equal([200, PAGE])
      expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
      expect(headers.get('cache-control')).to.equal('no-cache')
    }
    expect((await fixture.call('HEAD', '/', { headers: HTML })).status).to.equal(200)
  })

  it('leaves to the API what is of the API, and to programs their problems', async () => {
    for (const path of ['/api', '/api/none', '/docs/none', '/assets/none.js', '/assets/main-1.js/x'])
      expectProblem(await get(path), 404, 'not_found')
    expectProblem(await get('/settings', { accept: '*/*' }), 404, 'not_found')
    expectProblem(await get('/', { accept: 'application/json' }), 404, 'not_found')
    expect((await get('/', { accept: '*/*' })).status).to.equal(200)
    expect((await get('/healthz')).body).to.deep.equal({ status: 'up' })
    expectProblem(await fixture.call('POST', '/settings', { headers: HTML }), 404, 'not_found')
  })

  it('serves nothing but the files of the build', async () => {
    for (const path of ['/../package.json', '/assets/../../secrets', '/assets/%2e%2e/index.html', '/assets/'])
      expect((await get(path, { accept: '*/*' })).status, path).to.equal(404)
  })

  it('lets its files be kept for ever, as their names change with them', async () => {
    const { status, headers, body } = await get('/assets/main-1.js', {
      accept: '*/*',
      'accept-encoding': 'identity',
    })
    expect([status, body]).to.deep.equal([200, SCRIPT])
    expect(headers.get('cache-control')).to.equal('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).to.match(/^text\/javascript/)
    expect((await get('/assets/worker-1.mjs')).headers.get('content-type')).to.match(/^text\/javascript/)
    expect((await get('/icon.svg')).headers.get('cache-control')).to.equal('no-cache')
  })

  it('sends what the build has compressed to those who accept it', async () => {
    const { headers, body } = await get('/assets/main-1.js', { accept: '*/*', 'accept-encoding': 'gzip, br' })
    expect(headers.get('content-encoding')).to.equal('br')
    expect(headers.get('vary')?.toLowerCase()).to.include('accept-encoding')
    expect(headers.get('content-type')).to.match(/^text\/javascript/)
    expect(body).to.equal(SCRIPT)
  })

  it('has a strict policy, for the page and for its workers', async () => {
    for (const path of ['/', '/assets/worker-1.mjs']) {
      const policy = (await get(path)).headers.get('content-security-policy')
      expect(policy?.split('; ')).to.deep.equal([
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob: https://tiles.example:8443",
        "connect-src 'self' ws://127.0.0.1:8083 https://tiles.example:8443",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ])
    }
  })

  it('lets the page connect to the broker, wherever that is', () => {
    const connectOf = (policy: string) => /connect-src 'self' ([^;]*)/.exec(policy)?.[1]
    expect(connectOf(policyOf({ mqttWssPort: 8084 }))).to.equal(
      'ws://fleet.example:8083 wss://fleet.example:8084',
    )
    const mqttUrl = 'wss://mqtt.example/mqtt'
    expect(connectOf(policyOf({ mqttUrl }))).to.equal('wss://mqtt.example')
    // A policy has no notation for these; what is no host name must not get into it.
    for (const host of ['[::1]', 'a;script-src *', ''])
      expect(connectOf(policyOf({}, host))).to.equal('ws://*:8083')
  })

  it('lets the page read the maps of an operator, and what their style names elsewhere', () => {
    const maps = {
      styleUrl: 'https://style.example/light.json',
      mapOrigins: 'https://tiles.example:8443,https://style.example',
    }
    const policy = policyOf(maps)
    const both = 'https://style.example https://tiles.example:8443'
    expect(policy).to.include(`img-src 'self' data: blob: ${both};`)
    expect(policy).to.include(`connect-src 'self' ws://fleet.example:8083 ${both};`)
  })

  it('is refused at the start with an address that is none', () => {
    for (const maps of [{ tilesUrl: 'https://a:99999/{z}' }, { mapOrigins: 'https://a,https://b:99999' }])
      expect(() => policyOf(maps)).to.throw('Invalid URL')
  })

  it('is there anew after a build, and until then says how to build it', async () => {
    writeFileSync(join(root, 'index.html'), '<title>another</title>')
    utimesSync(join(root, 'index.html'), new Date(), new Date(Date.now() + 5000))
    expect((await get('/')).body).to.equal('<title>another</title>')
    rmSync(join(root, 'index.html'))
    const { status, headers, body } = await get('/')
    expect(status).to.equal(503)
    expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
    expect(body).to.include('npm run dashboard')
    writeFileSync(join(root, 'index.html'), PAGE)
    expect((await get('/')).body).to.equal(PAGE)
  })

  it('is told where broker and maps are, without a login', async () => {
    const { status, body } = await get('/api/dashboard-config', {})
    expect(status).to.equal(200)
    expect(body).to.deep.equal({
      mqtt_url: null,
      mqtt_ws_port: 8083,
      mqtt_wss_port: null,
      tiles_url: 'https://tiles.example:8443/{z}/{x}/{y}.png',
      tiles_attribution: null,
      style_url: null,
      stale_after_s: 600,
      version: '0.1.0',
    })
  })
})
