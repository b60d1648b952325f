import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { openFixture, type Fixture } from '../fixture.ts'

describe('API documentation page', () => {
  let fixture: Fixture
  before(async () => (fixture = await openFixture()))
  after(() => fixture.close())

  const read = (path: string) => fixture.call('GET', path, { token: null })

  it('the page loads everything from its own server', async () => {
    const { status, headers, body } = await read('/docs')
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.match(/^text\/html/)
    const parts = [...String(body).matchAll(/(?:src|href)="([^"]+)"/g)].map((it) => it[1] ?? '')
    expect(parts).to.include.members([
      '/docs/swagger-ui-bundle.js',
      '/docs/swagger-ui.css',
      '/api/openapi.json',
    ])
    for (const path of parts) expect((await read(path)).status, path).to.equal(200)
    expect((await read('/docs/start.js')).body).to.include("url: '/api/openapi.json'")
  })

  it('the page runs no script but its own', async () => {
    const { headers, body } = await read('/docs')
    const policy = headers.get('content-security-policy')
    expect(policy).to.include("default-src 'none'").and.to.include("script-src 'self';")
    expect(policy).to.not.include('unsafe')
    expect(body).to.not.match(/<script(?! src=)|<style| style=| on[a-z]+=/)
  })

  it('no other file of the package is served', async () => {
    for (const path of ['/docs/', '/docs/package.json', '/docs/..%2fpackage.json', '/docs/swagger-ui.js']) {
      expect((await read(path)).status, path).to.equal(404)
    }
  })

  it('unchanged files are not sent again', async () => {
    const date = (await read('/docs/swagger-ui.css')).headers.get('last-modified') ?? ''
    // As a browser does; fetch would add a header that forbids cached replies.
    const again = get(`${fixture.url}/docs/swagger-ui.css`, { headers: { 'if-modified-since': date } })
    const [response] = (await once(again, 'response')) as [IncomingMessage]
    expect(response.resume().statusCode).to.equal(304)
  })
})

describe('security headers of replies', () => {
  it('TLS is required (HSTS) behind a trusted TLS proxy, and never over plain HTTP', async () => {
    const headers = { 'x-forwarded-proto': 'https' }
    for (const [trustProxy, expected] of [
      [1, 'max-age=31536000'],
      [0, null],
    ] as const) {
      const fixture = await openFixture({ trustProxy })
      const hsts = async (call: object) =>
        (await fixture.call('GET', '/healthz', call)).headers.get('strict-transport-security')
      expect(await hsts({ headers })).to.equal(expected)
      expect(await hsts({})).to.equal(null)
      await fixture.close()
    }
  })

  it('replies forbid browsers to run or frame them', async () => {
    const fixture = await openFixture()
    for (const path of ['/api/vehicles', '/api/none', '/healthz']) {
      const { headers } = await fixture.call('GET', path)
      expect(headers.get('content-security-policy')).to.equal("default-src 'none';frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).to.equal('nosniff')
      expect(headers.get('x-frame-options')).to.equal('SAMEORIGIN')
      expect(headers.get('referrer-policy')).to.equal('no-referrer')
      expect(headers.get('strict-transport-security')).to.equal(null)
    }
    await fixture.close()
  })
})
