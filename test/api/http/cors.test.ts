import { expect } from 'chai'
import { loadConfig } from '../../../kit/config.ts'
import { openFixture, type Fixture } from '../fixture.ts'

const LISTED = 'https://fleet.example'
const preflight = {
  'access-control-request-method': 'PUT',
  'access-control-request-headers': 'authorization,content-type',
}

describe('CORS', () => {
  let fixture: Fixture
  afterEach(() => fixture.close())

  const ask = (method: string, origin: string, headers = {}) =>
    fixture.call(method, '/api/vehicles', { headers: { origin, ...headers } })

  it('no other origin is admitted by default', async () => {
    fixture = await openFixture()
    const { status, headers } = await ask('GET', LISTED)
    expect(status).to.equal(200)
    expect(headers.get('access-control-allow-origin')).to.equal(null)
  })

  it('only listed origins are admitted, with cookies', async () => {
    fixture = await openFixture({ corsOrigins: `https://other.example,${LISTED}` })
    const { headers } = await ask('GET', LISTED)
    expect(headers.get('access-control-allow-origin')).to.equal(LISTED)
    expect(headers.get('access-control-allow-credentials')).to.equal('true')
    expect(headers.get('access-control-expose-headers'))
      .to.include('x-request-id')
      .and.to.include('ratelimit')
    expect(headers.get('vary')).to.match(/\borigin\b/i)
    for (const origin of ['https://fleet.example.evil', 'http://fleet.example', 'null']) {
      const other = (await ask('GET', origin)).headers
      expect(other.get('access-control-allow-origin'), origin).to.equal(null)
      expect(other.get('vary')).to.match(/\borigin\b/i)
    }
  })

  it('* admits any origin, but never with cookies', async () => {
    fixture = await openFixture({ corsOrigins: '*' })
    const { headers } = await ask('GET', 'https://anybody.example')
    expect(headers.get('access-control-allow-origin')).to.equal('*')
    expect(headers.get('access-control-allow-credentials')).to.equal(null)
  })

  it('preflights are answered without a token, and OPTIONS with the allowed methods', async () => {
    fixture = await openFixture({ corsOrigins: LISTED })
    const origin = { origin: LISTED, ...preflight }
    const { status, headers } = await fixture.call('OPTIONS', '/api/vehicles', {
      token: null,
      headers: origin,
    })
    expect(status).to.equal(204)
    expect(headers.get('access-control-allow-methods')).to.include('PUT')
    expect(headers.get('access-control-allow-headers')).to.equal('authorization,content-type')
    expect(headers.get('access-control-max-age')).to.equal('7200')
    expect(headers.get('allow')).to.equal('POST, GET, HEAD')
  })
})

describe('CORS_ORIGINS', () => {
  it('CORS_ORIGINS is a list of origins, and anything else in it is refused', () => {
    const load = (CORS_ORIGINS: string) => loadConfig({ CORS_ORIGINS }).CORS_ORIGINS
    for (const good of ['*', LISTED, `${LISTED},http://localhost:5173`]) expect(load(good)).to.equal(good)
    expect(load('')).to.equal(undefined)
    for (const bad of [
      'fleet.example',
      `${LISTED}/`,
      `${LISTED}, ${LISTED}`,
      'https://*.example',
      `*,${LISTED}`,
    ]) {
      expect(() => load(bad), bad).to.throw('CORS_ORIGINS')
    }
  })
})
