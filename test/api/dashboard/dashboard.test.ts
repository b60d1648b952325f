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

describe('dashboard files', () => {
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

  it('every path of the dashboard serves its page, and browsers revalidate it each time', async () => {
    for (const path of ['/', '/vehicles/v1/replay', '/admin', '/settings', '/no/such/view']) {
      const { status, headers, body } = await get(path)
      expect([status, body]).to.deep.equal([200, PAGE])
      expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
      expect(headers.get('cache-control')).to.equal('no-cache')
    }
    expect((await fixture.call('HEAD', '/', { headers: HTML })).status).to.equal(200)
  })

  it('unknown API paths and requests from programs get problems, not the page', async () => {
    for (const path of ['/api', '/api/none', '/docs/none', '/assets/none.js', '/assets/main-1.js/x'])
      expectProblem(await get(path), 404, 'not_found')
    expectProblem(await get('/settings', { accept: '*/*' }), 404, 'not_found')
    expectProblem(await get('/', { accept: 'application/json' }), 404, 'not_found')
    expect((await get('/', { accept: '*/*' })).status).to.equal(200)
    expect((await get('/healthz')).body).to.deep.equal({ status: 'up' })
    expectProblem(await fixture.call('POST', '/settings', { headers: HTML }), 404, 'not_found')
  })

  it('only files of the build are served', async () => {
    for (const path of ['/../package.json', '/assets/../../secrets', '/assets/%2e%2e/index.html', '/assets/'])
      expect((await get(path, { accept: '*/*' })).status, path).to.equal(404)
  })

  it('files with hashed names may be cached for ever, others must be revalidated', async () => {
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

  it('files compressed by the build are sent to clients that accept them', async () => {
    const { headers, body } = await get('/assets/main-1.js', { accept: '*/*', 'accept-encoding': 'gzip, br' })
    expect(headers.get('content-encoding')).to.equal('br')
    expect(headers.get('vary')?.toLowerCase()).to.include('accept-encoding')
    expect(headers.get('content-type')).to.match(/^text\/javascript/)
    expect(body).to.equal(SCRIPT)
  })

  it('the page and its workers have a strict content security policy', async () => {
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

  it('the policy lets the page connect to the broker, wherever the broker is', () => {
    const connectOf = (policy: string) => /connect-src 'self' ([^;]*)/.exec(policy)?.[1]
    expect(connectOf(policyOf({ mqttWssPort: 8084 }))).to.equal(
      'ws://fleet.example:8083 wss://fleet.example:8084',
    )
    const mqttUrl = 'wss://mqtt.example/mqtt'
    expect(connectOf(policyOf({ mqttUrl }))).to.equal('wss://mqtt.example')
    // A policy has no notation for IPv6 literals, and an invalid host name must not get into it.
    for (const host of ['[::1]', 'a;script-src *', ''])
      expect(connectOf(policyOf({}, host))).to.equal('ws://*:8083')
  })

  it("the policy admits the operator's maps and the other origins of their style", () => {
    const maps = {
      styleUrl: 'https://style.example/light.json',
      mapOrigins: 'https://tiles.example:8443,https://style.example',
    }
    const policy = policyOf(maps)
    const both = 'https://style.example https://tiles.example:8443'
    expect(policy).to.include(`img-src 'self' data: blob: ${both};`)
    expect(policy).to.include(`connect-src 'self' ws://fleet.example:8083 ${both};`)
  })

  it('an invalid map address is refused at the start', () => {
    for (const maps of [{ tilesUrl: 'https://a:99999/{z}' }, { mapOrigins: 'https://a,https://b:99999' }])
      expect(() => policyOf(maps)).to.throw('Invalid URL')
  })

  it('a rebuilt page is served at once, and a missing one explains how to build', async () => {
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

  it('dashboard-config gives the addresses of broker and maps without a login', async () => {
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
