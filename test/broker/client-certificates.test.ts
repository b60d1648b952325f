import { once } from 'node:events'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { expect } from 'chai'
import type { IClientOptions } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import {
  makeAuthority,
  makeCertificateFolder,
  type Authority,
  type CertificateFolder,
  type Signed,
} from '../support/certificates.ts'
import { logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'

describe('client certificates', () => {
  let authority: Authority
  let clients: Authority
  let folder: CertificateFolder
  let server: Signed
  before(async () => {
    authority = await makeAuthority('who signs the server')
    clients = await makeAuthority('who signs the clients')
    server = await authority.issue('localhost')
    folder = makeCertificateFolder(server)
    folder.write('ca.pem', clients.cert)
  })
  after(() => folder.remove())

  let broker: TestBroker
  let device: TestDevice
  async function open(mode: string): Promise<void> {
    broker = await openTestBroker({
      MQTTS_PORT: '0',
      MQTT_WSS_PORT: '0',
      ...folder.settings,
      TLS_CLIENT_CA_FILE: folder.caFile,
      TLS_CLIENT_CERT: mode,
    })
    device = await broker.addDevice()
  }
  afterEach(() => broker.close())

  const urls = () => [`mqtts://127.0.0.1:${broker.mqttsPort}`, `wss://127.0.0.1:${broker.wssPort}/mqtt`]
  const failures = (url: string) => {
    const listener = url.split(':')[0] ?? ''
    return broker.metric('tls_handshakes_failed_total', { listener, reason: 'client_certificate' })
  }
  const logInWith = (url: string, signed?: Signed, who: Pick<TestDevice, 'clientId' | 'token'> = device) =>
    logIn(broker, who, { url, ca: authority.cert, ...signed })
  async function worksWith(url: string, signed?: Signed): Promise<void> {
    const client = await logInWith(url, signed)
    await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    await client.endAsync()
  }

  it('a required certificate admits the device it names, together with its token', async () => {
    await open('required')
    const own = await clients.issue(device.clientId)
    for (const url of urls()) {
      await worksWith(url, own)
      const error = await failureOf(logInWith(url, own, { ...device, token: '' }))
      expect(error).to.have.property('code', 4)
    }
  })

  it('a required certificate may not be missing, expired or of another authority', async () => {
    await open('required')
    const foreign = await (await makeAuthority('somebody else')).issue(device.clientId)
    const expired = await clients.issue(device.clientId, new Date(Date.now() - 1000))
    for (const url of urls()) {
      for (const signed of [undefined, foreign, expired]) {
        const before = await failures(url)
        const error = await failureOf(logInWith(url, signed))
        expect(wasConnack(error)).to.equal(false)
        await eventually('the failed handshake is counted', async () => (await failures(url)) > before)
      }
    }
    expect(await broker.metric('logins_refused_total')).to.equal(0)
  })

  for (const mode of ['optional', 'required']) {
    it(`a certificate (${mode}) for another device is refused with code 5, counted and logged`, async () => {
      await open(mode)
      const other = await broker.addDevice()
      const ofOther = await clients.issue(other.clientId)
      for (const url of urls()) {
        const error = await failureOf(logInWith(url, ofOther))
        expect(error).to.have.property('code', 5)
      }
      expect(await broker.metric('logins_refused_total', { reason: 'client_certificate' })).to.equal(2)
      const line = broker.log.find((it) => it['event'] === 'login_refused')
      expect(line).to.include({ reason: 'client_certificate', clientId: device.clientId })
    })
  }

  it('an optional certificate may be missing, but not invalid', async () => {
    await open('optional')
    const foreign = await (await makeAuthority('somebody else')).issue(device.clientId)
    const own = await clients.issue(device.clientId)
    for (const url of urls()) {
      await worksWith(url)
      await worksWith(url, own)
      const error = await failureOf(logInWith(url, foreign))
      expect(wasConnack(error)).to.equal(false)
      await eventually('the failed handshake is counted', async () => (await failures(url)) === 1)
    }
    expect(await broker.metric('logins_refused_total')).to.equal(0)
  })

  it('the certificate of an administrator may have any name', async () => {
    await open('required')
    const admin = { clientId: 'ui/1/terminal', token: broker.sign({ sub: '1', role: 'admin' }) }
    const client = await logInWith(urls()[0] ?? '', await clients.issue('Ada'), admin)
    await client.endAsync()
  })

  it('no certificate is requested by default', async () => {
    await open('none')
    const socket = await openSecure({ ca: authority.cert, port: broker.mqttsPort ?? 0 })
    socket.destroy()
    await worksWith(urls()[0] ?? '', await clients.issue('another name'))
  })

  it('a resumed session has the certificate of its first handshake', async () => {
    await open('optional')
    const own = await clients.issue(device.clientId)
    const other = await broker.addDevice()
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const options = { ca: authority.cert, port: broker.mqttsPort ?? 0, maxVersion }
      const session = await sessionOf({ ...options, ...own })
      const socket = await openSecure({ ...options, session })
      expect(socket.isSessionReused()).to.equal(true)
      socket.destroy()
      // The session contains the certificate: a client that sends none is still that device, and no other.
      const url = urls()[0] ?? ''
      const resumed = { url, session, maxVersion, ca: authority.cert } as IClientOptions & { url: string }
      expect(await failureOf(logIn(broker, other, resumed))).to.have.property('code', 5)
      const client = await logIn(broker, device, resumed)
      await client.endAsync()

      const without = { ...resumed, session: await sessionOf(options) }
      for (const who of [device, other]) {
        const client = await logIn(broker, who, without)
        await client.endAsync()
      }
    }
  })

  it('new connections are checked against a reloaded list of authorities', async () => {
    await open('required')
    const next = await makeAuthority('who signs the clients from now on')
    const [url = ''] = urls()
    const before = await clients.issue(device.clientId)
    const open1 = await logInWith(url, before)
    const session = await sessionOf({ ca: authority.cert, port: broker.mqttsPort ?? 0, ...before })
    folder.write('ca.pem', next.cert)
    await broker.reloadCertificate()
    await failureOf(logInWith(url, before))
    const resumed = { url, session, ca: authority.cert } as IClientOptions & { url: string }
    await failureOf(logIn(broker, device, resumed))
    expect(open1.connected).to.equal(true)
    await open1.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
    await open1.endAsync()
    await worksWith(url, await next.issue(device.clientId))
    folder.write('ca.pem', clients.cert)
  })
})

async function openSecure(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', ...options })
  await once(socket, 'secureConnect')
  return socket
}

/** MQTT.js reports the return code of a CONNACK as a number, and network errors with a text code or none. */
function wasConnack(error: Error): boolean {
  return 'code' in error && typeof error.code === 'number'
}

/** What a client needs to resume the session later. */
async function sessionOf(options: ConnectionOptions): Promise<Buffer> {
  const socket = connectTls({ host: '127.0.0.1', ...options })
  const [session] = (await once(socket, 'session')) as [Buffer]
  socket.destroy()
  return session
}
