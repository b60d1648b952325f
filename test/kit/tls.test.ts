import { once } from 'node:events'
import { mkdirSync, renameSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer, type Server } from 'node:tls'
import { expect } from 'chai'
import { createLog } from '../../kit/log.ts'
import { createMetrics, type Metrics } from '../../kit/metrics.ts'
import { openTls, type Tls } from '../../kit/tls.ts'
import {
  makeAuthority,
  makeCertificateFolder,
  type Authority,
  type CertificateFolder,
  type Signed,
} from '../support/certificates.ts'
import { eventually } from '../support/eventually.ts'

const POLL_MS = 10

describe('certificate of a running server', () => {
  let authority: Authority
  let pairs: Signed[]
  before(async () => {
    authority = await makeAuthority('the authority of the test')
    pairs = await Promise.all([1, 2].map(() => authority.issue('localhost')))
  })

  let folder: CertificateFolder
  let metrics: Metrics
  let log: Record<string, unknown>[]
  let tls: Tls
  let server: Server
  beforeEach(() => {
    folder = makeCertificateFolder(pairs[0]!)
    metrics = createMetrics()
    log = []
  })
  afterEach(async () => {
    tls.stop()
    server.close()
    await once(server, 'close')
    folder.remove()
  })

  async function open(settings: object = folder.settings): Promise<void> {
    const destination = {
      write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>),
    }
    const all = { ...folder.settings, TLS_CLIENT_CERT: 'none', TLS_CLIENT_CA_FILE: undefined, ...settings }
    tls = (await openTls(all, { log: createLog('test', 'info', destination), metrics, pollMs: POLL_MS }))!
    server = createServer(tls.options, (socket) => socket.on('error', () => {}).pipe(socket))
    tls.attach(server, 'test')
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }

  /** The index of the pair that the server presents. */
  async function shown(): Promise<number> {
    const { port } = server.address() as AddressInfo
    // An expired certificate must be accepted here.
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const pem = socket.getPeerX509Certificate()?.toString()
    socket.destroy()
    return pairs.findIndex(({ cert }) => cert.replaceAll(/\s/g, '') === pem?.replaceAll(/\s/g, ''))
  }
  const eventsOf = () => log.map((it) => it['event'])
  const reloads = async (result: string) =>
    Number(new RegExp(`tls_reloads_total{result="${result}"} (\\d+)`).exec(await metrics.text())?.[1])
  const becomes = (index: number) => eventually('the new certificate', async () => (await shown()) === index)

  it('a certificate is renewed when its files are rewritten', async () => {
    await open()
    expect(await shown()).to.equal(0)
    writeFileSync(folder.certFile, pairs[1]!.cert)
    writeFileSync(folder.keyFile, pairs[1]!.key)
    await becomes(1)
    expect(await reloads('ok')).to.equal(1)
    expect(eventsOf().filter((it) => it === 'certificate_loaded')).to.have.length(2)
  })

  it('a certificate is renewed when its files are replaced by a rename', async () => {
    await open()
    folder.writePair(pairs[1]!)
    await becomes(1)
  })

  it('a certificate is renewed when a symbolic link above it is swapped, as Kubernetes does', async () => {
    const root = join(folder.certFile, '..')
    pairs.forEach(({ cert, key }, index) => {
      mkdirSync(join(root, `v${index}`))
      writeFileSync(join(root, `v${index}`, 'cert.pem'), cert)
      writeFileSync(join(root, `v${index}`, 'key.pem'), key)
    })
    symlinkSync('v0', join(root, 'live'))
    const settings = {
      TLS_CERT_FILE: join(root, 'live', 'cert.pem'),
      TLS_KEY_FILE: join(root, 'live', 'key.pem'),
    }
    await open(settings)
    symlinkSync('v1', join(root, 'live.new'))
    renameSync(join(root, 'live.new'), join(root, 'live'))
    await becomes(1)
    expect(await reloads('failed')).to.equal(0)
  })

  it('the old certificate stays until the new one is complete, with one error logged', async () => {
    await open()
    folder.write('cert.pem', pairs[1]!.cert)
    await eventually('the failed reload is counted', async () => (await reloads('failed')) === 1)
    expect(await shown()).to.equal(0)
    await Promise.all([tls.reload(), tls.reload()])
    expect(await reloads('failed')).to.equal(1)
    const refusals = log.filter((it) => it['event'] === 'certificate_refused')
    expect(refusals).to.have.length(1)
    expect(refusals[0]).to.include({ level: 'error' })
    expect(JSON.stringify(log)).to.include(`TLS_KEY_FILE: ${folder.keyFile} is not the private key`)
    folder.write('key.pem', pairs[1]!.key)
    await becomes(1)
    expect(await reloads('ok')).to.equal(1)
  })

  it('the certificate stays while its files are away, and is renewed afterwards', async () => {
    await open()
    renameSync(folder.keyFile, `${folder.keyFile}.away`)
    await eventually('the failed reload is counted', async () => (await reloads('failed')) === 1)
    expect(await shown()).to.equal(0)
    await tls.reload()
    expect(await reloads('failed')).to.equal(1)
    // Another reason is also logged.
    mkdirSync(folder.keyFile)
    await tls.reload()
    expect(await reloads('failed')).to.equal(2)
    expect(JSON.stringify(log)).to.include('ENOENT').and.include('it is not a file')
    rmdirSync(folder.keyFile)
    folder.writePair(pairs[1]!)
    await becomes(1)
  })

  it('a private key never appears in the log or the metrics', async () => {
    await open()
    folder.write('cert.pem', pairs[0]!.key)
    folder.write('key.pem', pairs[0]!.key.slice(0, -40))
    await eventually('the failed reload is counted', async () => (await reloads('failed')) >= 1)
    const lines = pairs[0]!.key.split('\n').filter((it) => it !== '' && !it.startsWith('-'))
    expect(lines).not.to.have.length(0)
    const all = JSON.stringify(log) + (await metrics.text())
    for (const line of lines) expect(all).not.to.include(line)
  })

  it('an expired certificate is logged, and the expiry is a metric', async () => {
    const expired = await authority.issue('localhost', new Date(1_700_000_000_000))
    folder.writePair(expired)
    await open()
    expect(eventsOf()).to.include('certificate_not_valid')
    expect(await metrics.text()).to.match(/tls_certificate_expiry_timestamp_seconds 1700000000$/m)
    folder.writePair(pairs[1]!)
    await becomes(1)
    expect(await metrics.text()).to.match(/tls_certificate_expiry_timestamp_seconds (?!1700000000)\d+$/m)
  })
})

describe('server without a certificate', () => {
  it('TLS stays off without a certificate', async () => {
    const settings = {
      TLS_CERT_FILE: undefined,
      TLS_KEY_FILE: undefined,
      TLS_CLIENT_CERT: 'none',
      TLS_CLIENT_CA_FILE: undefined,
    }
    const parts = { log: createLog('test', 'silent'), metrics: createMetrics() }
    expect(await openTls(settings, parts)).to.equal(undefined)
  })
})
