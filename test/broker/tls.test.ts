import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import {
  makeAuthority,
  makeCertificateFolder,
  type Authority,
  type CertificateFolder,
} from '../support/certificates.ts'
import { logIn, openRawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'

const FREE_PORTS = { MQTTS_PORT: '0', MQTT_WSS_PORT: '0' }

describe('a broker with TLS', () => {
  let authority: Authority
  let folder: CertificateFolder
  let broker: TestBroker
  let device: TestDevice
  before(async () => {
    authority = await makeAuthority('the authority of the test')
    folder = makeCertificateFolder(await authority.issue('localhost'))
    broker = await openTestBroker({ ...FREE_PORTS, ...folder.settings })
    device = await broker.addDevice()
  })
  after(async () => {
    await broker.close()
    folder.remove()
  })

  const urls = {
    mqtts: () => `mqtts://127.0.0.1:${broker.mqttsPort}`,
    wss: () => `wss://127.0.0.1:${broker.wssPort}/mqtt`,
  }
  const ports = { mqtts: () => broker.mqttsPort ?? 0, wss: () => broker.wssPort ?? 0 }
  const logInOver = (listener: 'mqtts' | 'wss', ca = authority.cert): Promise<MqttClient> =>
    logIn(broker, device, { url: urls[listener](), ca })
  const failures = (listener: string, reason: string) =>
    broker.metric('tls_handshakes_failed_total', { listener, reason })

  it('HSTS is sent to browsers over TLS, and over no other port', async () => {
    const secure = `https://127.0.0.1:${broker.wssPort}`
    for (const headers of [{}, { upgrade: 'websocket', connection: 'upgrade' }]) {
      const request = getHttps(`${secure}/elsewhere`, { ca: authority.cert, headers })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.resume()
      expect(response.headers['strict-transport-security']).to.equal('max-age=31536000')
    }
    for (const url of [
      `http://127.0.0.1:${broker.wsPort}/`,
      `http://127.0.0.1:${broker.statusPort}/healthz`,
    ]) {
      const { headers } = await fetch(url)
      expect(headers.get('strict-transport-security'), url).to.equal(null)
    }
  })

  for (const listener of ['mqtts', 'wss'] as const) {
    it(`a reading published over ${listener} is stored before its acknowledgement`, async () => {
      const before = await rowsOf(broker, device)
      const client = await logInOver(listener)
      await client.publishAsync(device.topic, '{"speed":1}', { qos: 1 })
      expect(await rowsOf(broker, device)).to.equal(before + 1)
      await client.endAsync()
    })

    it(`a client that does not know the authority does not trust ${listener}`, async () => {
      const other = await makeAuthority('another one')
      const error = await failureOf(logInOver(listener, other.cert))
      expect(error).to.have.property('code', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    })

    it(`bytes that are not TLS are closed on the port of ${listener}, and clients can still log in`, async () => {
      const plain = await openRawClient(ports[listener]())
      plain.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'x' })
      await plain.closed
      for (const bytes of [
        'GET / HTTP/1.1\r\n\r\n',
        '\x16\x03\x01\x00\x05garbage of no meaning at all',
        '\0',
      ]) {
        const socket = await openTcp(ports[listener]())
        socket.end(bytes)
        await closeOf(socket)
      }
      const reset = await openTcp(ports[listener]())
      reset.write(Buffer.from([0x16, 3, 1]))
      reset.resetAndDestroy()
      await eventually(
        'the plain client and the HTTP one',
        async () => (await failures(listener, 'not_tls')) >= 2,
      )
      await eventually('the client that disconnected', async () => (await failures(listener, 'closed')) >= 2)
      const client = await logInOver(listener)
      await client.endAsync()
    })

    it(`${listener} speaks TLS 1.2 and 1.3, and no older version`, async () => {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const socket = await openSecure(ports[listener](), { ca: authority.cert, maxVersion: version })
        expect(socket.getProtocol()).to.equal(version)
        socket.destroy()
      }
      for (const version of ['TLSv1', 'TLSv1.1'] as const) {
        // Without this level, the client itself would refuse the old version.
        const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
        const error = await failureOf(openSecure(ports[listener](), { ca: authority.cert, ...old }))
        expect(error).to.have.property('code', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
      }
      await eventually(
        'both handshakes are counted',
        async () => (await failures(listener, 'old_version')) === 2,
      )
    })
  }

  it('failed handshakes are logged with the address, a few a second at most', async () => {
    const seen = broker.log.length
    const sockets = await Promise.all(Array.from({ length: 50 }, () => openTcp(ports.mqtts())))
    for (const socket of sockets) socket.write('no TLS at all, but a lot of something else')
    await Promise.all(sockets.map(closeOf))
    const lines = () => broker.log.slice(seen).filter((it) => it['event'] === 'tls_handshake_failed')
    const failed = await failures('mqtts', 'not_tls')
    // The lines of this second may already be used up.
    const last = await eventually('a line with the number of omitted lines', async () => {
      const socket = await openTcp(ports.mqtts())
      socket.end('one more that is no TLS at all')
      await closeOf(socket)
      return lines().find((it) => Number(it['heldBack']) > 0)
    })
    expect(failed).to.be.at.least(50)
    expect(lines().length).to.be.lessThan(20)
    expect(last).to.include({ listener: 'mqtts', reason: 'not_tls', remoteAddress: '127.0.0.1' })
  })

  it('new connections get a new certificate, while open ones continue', async () => {
    const port = ports.mqtts()
    const oldSerial = await serialAt(port, authority.cert)
    const client = await logInOver('mqtts')
    const webSocket = await logIn(broker, await broker.addDevice(), { url: urls.wss(), ca: authority.cert })
    folder.writePair(await authority.issue('localhost'))
    await broker.reloadCertificate()
    expect(await broker.metric('tls_reloads_total', { result: 'ok' })).to.equal(1)
    const newSerial = await serialAt(port, authority.cert)
    expect(newSerial).not.to.equal(oldSerial)
    expect(await serialAt(ports.wss(), authority.cert)).to.equal(newSerial)
    await client.publishAsync(device.topic, '{"speed":2}', { qos: 1 })
    expect(client.connected && webSocket.connected).to.equal(true)
    await Promise.all([client.endAsync(), webSocket.endAsync()])
  })

  it('a bad new certificate is ignored, and the old one stays in use', async () => {
    const before = await serialAt(ports.mqtts(), authority.cert)
    folder.write('key.pem', 'half of a')
    await broker.reloadCertificate()
    expect(await broker.metric('tls_reloads_total', { result: 'failed' })).to.equal(1)
    expect(await serialAt(ports.mqtts(), authority.cert)).to.equal(before)
    folder.writePair(await authority.issue('localhost'))
    await broker.reloadCertificate()
    expect(await serialAt(ports.mqtts(), authority.cert)).not.to.equal(before)
  })

  it('closing the broker does not wait for unfinished handshakes', async () => {
    const closing = await openTestBroker({ ...FREE_PORTS, ...folder.settings })
    const stalled = [await openTcp(closing.mqttsPort ?? 0), await openTcp(closing.wssPort ?? 0)]
    // These are accepted once later connections are.
    for (const port of [closing.mqttsPort ?? 0, closing.wssPort ?? 0])
      (await openSecure(port, { ca: authority.cert })).destroy()
    await closing.close()
    await Promise.all(stalled.map(closeOf))
    expect(closing.log.map((it) => it['reason'])).not.to.include('timeout')
  })

  it('plain ports are bound to loopback, and a log line says so', async () => {
    const open = await openTestBroker({ ...FREE_PORTS, ...folder.settings, HOST: '0.0.0.0' })
    try {
      for (const port of [open.mqttPort, open.wsPort, open.statusPort]) {
        expect(await isOpen('127.0.0.1', port), `127.0.0.1:${port}`).to.equal(true)
        expect(await isOpen('127.0.0.2', port), `127.0.0.2:${port}`).to.equal(false)
      }
      for (const port of [open.mqttsPort, open.wssPort])
        expect(await isOpen('127.0.0.2', port ?? 0), `127.0.0.2:${port}`).to.equal(true)
      const events = open.log.map((it) => it['event'])
      expect(events).to.include('plain_text_on_loopback').and.not.include('listening_without_tls')
    } finally {
      await open.close()
    }
  })

  it('PLAIN_HOST opens the plain ports, with a warning', async () => {
    const open = await openTestBroker({ ...FREE_PORTS, ...folder.settings, PLAIN_HOST: '0.0.0.0' })
    try {
      expect(await isOpen('127.0.0.2', open.mqttPort)).to.equal(true)
      expect(await isOpen('127.0.0.2', open.mqttsPort ?? 0)).to.equal(false)
      const warning = open.log.find((it) => it['event'] === 'listening_without_tls')
      expect(warning).to.include({ level: 'warn', host: '0.0.0.0' })
      expect(warning?.['msg']).to.include('tokens and passwords of MQTT, MQTT over WebSocket, broker status')
    } finally {
      await open.close()
    }
  })

  it('a key of another certificate prevents the start, and both files are named', async () => {
    const { key } = await authority.issue('localhost')
    const mixed = makeCertificateFolder({ cert: (await authority.issue('localhost')).cert, key })
    const error = await failureOf(openTestBroker({ ...FREE_PORTS, ...mixed.settings }))
    expect(error.message)
      .to.include(`TLS_KEY_FILE: ${mixed.keyFile} is not the private key`)
      .and.include(`${mixed.certFile} (TLS_CERT_FILE)`)
    mixed.remove()
  })
})

describe('a broker without TLS', () => {
  it('all ports are bound to HOST with a warning, and none is for TLS', async () => {
    const broker = await openTestBroker({ HOST: '0.0.0.0' })
    try {
      expect(broker).to.include({ mqttsPort: undefined, wssPort: undefined })
      for (const port of [broker.mqttPort, broker.wsPort, broker.statusPort])
        expect(await isOpen('127.0.0.2', port)).to.equal(true)
      expect(broker.log.map((it) => it['event'])).to.include('listening_without_tls')
    } finally {
      await broker.close()
    }
  })
})

async function rowsOf({ db }: TestBroker, { vehicleId }: TestDevice): Promise<number> {
  return (await db.sql`select from telemetry where vehicle_id = ${vehicleId}`).length
}

async function openTcp(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connectTcp(port, host)
  await once(socket, 'connect')
  socket.on('error', () => {}).resume()
  return socket
}

async function closeOf(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close')
}

async function isOpen(host: string, port: number): Promise<boolean> {
  try {
    const socket = await openTcp(port, host)
    socket.destroy()
    return true
  } catch {
    return false
  }
}

async function openSecure(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', ...options })
  await once(socket, 'secureConnect')
  return socket
}

async function serialAt(port: number, ca: string): Promise<string> {
  const socket = await openSecure(port, { ca })
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}
