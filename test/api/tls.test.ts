import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { connect as connectTcp } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect } from 'chai'
import { createLog } from '../../kit/log.ts'
import { createMetrics, type Metrics } from '../../kit/metrics.ts'
import { openTls, type Tls } from '../../kit/tls.ts'
import { logIn } from '../../simulator/api-client.ts'
import { fetchTrusting } from '../../simulator/fetch-trusting.ts'
import { makeAuthority, makeCertificateFolder, type Authority } from '../support/certificates.ts'
import { failureOf } from '../support/failure.ts'
import { makeToken, openFixture, type Fixture } from './fixture.ts'

describe('API with TLS', () => {
  let authority: Authority
  let folder: ReturnType<typeof makeCertificateFolder>
  let metrics: Metrics
  let tls: Tls
  let fixture: Fixture
  let url: string
  before(async () => {
    authority = await makeAuthority('the authority of the test')
    folder = makeCertificateFolder(await authority.issue('localhost'))
  })
  beforeEach(async () => {
    metrics = createMetrics()
    const settings = { ...folder.settings, TLS_CLIENT_CERT: 'none', TLS_CLIENT_CA_FILE: undefined }
    tls = (await openTls(settings, { log: createLog('api', 'silent'), metrics }))!
    fixture = await openFixture({ tls, metrics })
    url = `https://127.0.0.1:${fixture.api.port}`
  })
  afterEach(async () => {
    tls.stop()
    await fixture.close()
  })
  after(() => folder.remove())

  const ask = (path: string) =>
    fetchTrusting(authority.cert)(url + path, { headers: { authorization: `Bearer ${makeToken()}` } })

  it('the API answers over HTTPS, and reports when its certificate expires', async () => {
    const answer = await ask('/api/vehicles')
    expect(await answer.json()).to.deep.equal({ items: [], next_cursor: null })
    const text = await (await ask('/metrics')).text()
    const expiry = Number(/^fleetwire_tls_certificate_expiry_timestamp_seconds (\S+)/m.exec(text)?.[1])
    expect(expiry * 1000).to.be.within(Date.now() + 364 * 86_400_000, Date.now() + 367 * 86_400_000)
  })

  it('every reply tells browsers to stop using plain HTTP', async () => {
    for (const path of ['/api/vehicles', '/api/none', '/healthz', '/docs', '/']) {
      const [response] = (await once(get(url + path, { ca: authority.cert }), 'response')) as [
        IncomingMessage,
      ]
      response.resume()
      expect(response.headers['strict-transport-security'], path).to.equal('max-age=31536000')
    }
  })

  it('plain HTTP is refused and counted', async () => {
    expect(await failureOf(fetch(`http://127.0.0.1:${fixture.api.port}/healthz`))).to.be.instanceOf(Error)
    expect(await metrics.text()).to.include(
      'tls_handshakes_failed_total{listener="https",reason="not_tls"} 1',
    )
  })

  it('new connections get a new certificate, and no client certificate is requested', async () => {
    const serial = () =>
      new Promise((resolve, reject) => {
        get(`${url}/healthz`, { ca: authority.cert, agent: false }, ({ socket }) => {
          resolve((socket as TLSSocket).getPeerCertificate().serialNumber)
          socket.destroy()
        }).on('error', reject)
      })
    const before = await serial()
    folder.writePair(await authority.issue('localhost'))
    await tls.reload()
    expect(await serial()).not.to.equal(before)
  })

  it('closing does not wait for unfinished handshakes', async () => {
    const socket = connectTcp(fixture.api.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {})
    await ask('/healthz')
    await fixture.api.close()
    expect(await metrics.text()).not.to.include('reason="timeout"')
  })

  it('the simulator trusts the API only with --ca', async () => {
    const login = { api: url, email: 'nobody@localhost', password: 'wrong' }
    const refused = await failureOf(logIn({ ...login, ca: authority.cert }))
    expect(refused).to.have.property('code', 'api_refused')
    expect(refused.message).to.include(' 401 ')
    const unknown = await failureOf(logIn(login))
    expect(unknown).to.have.property('code', 'api_unreachable')
    expect(unknown.message).to.include('unable to verify')
  })
})
