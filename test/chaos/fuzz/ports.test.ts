import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { expect } from 'chai'
import { generate } from 'selfsigned'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/processes.ts'
import { seeded, whole } from '../../support/seeded.ts'
import { startBrokerProcess, type BrokerProcess } from './broker-process.ts'
import { bytes, cut, pick, sizeOf, type Random } from './chance.ts'
import { oddFrame, upgradeRequest } from './web-socket-frames.ts'
import { startWitness } from './witness.ts'

/** The number of connections for each port and kind of attack. */
const CONNECTIONS = Math.ceil(sizeOf('FUZZ_PACKETS', 80_000) / 200)
const SEED = sizeOf('FUZZ_SEED', 1)
const AT_ONCE = 16
const LINGER_MS = 20
/** An incomplete request is closed at the latest when Node.js checks for timeouts. */
const CLOSE_DEADLINE_MS = 60_000

type Make = (random: Random) => Buffer[]

const noise: Make = (random) => cut(random, bytes(random, 1, 400), 4)

/** An HTTP request with bytes changed, inserted or removed. */
const request: Make = (random) => {
  const base = pick(random, [upgradeRequest(), upgradeRequest('/x'), ...REQUESTS])
  let spoiled = Buffer.from(base)
  for (let n = whole(random, 0, 4); n > 0; n--) {
    const at = whole(random, 0, spoiled.length)
    const put = random() < 0.5 ? bytes(random, 1, 3) : Buffer.from(pick(random, ODD_HEADERS))
    spoiled = Buffer.concat([spoiled.subarray(0, at), put, spoiled.subarray(at + whole(random, 0, 3))])
  }
  return cut(random, Buffer.concat([spoiled, bytes(random, 0, 40)]), 5)
}

/** A valid upgrade, followed by random frames. */
const upgraded: Make = (random) => {
  const frames = Array.from({ length: whole(random, 1, 6) }, () => oddFrame(random, bytes(random, 0, 200)))
  // Sometimes in one piece, so that the server gets the first frames together with the request.
  const upgrade = Buffer.from(upgradeRequest())
  return random() < 0.3 ? cut(random, Buffer.concat([upgrade, ...frames]), 6) : [upgrade, ...frames]
}

/** The first bytes of a TLS handshake, followed by random bytes. */
const hello: Make = (random) => {
  const body = bytes(random, 0, 300)
  const record = Buffer.from([
    pick(random, [20, 21, 22, 23, 24, 128]),
    3,
    whole(random, 0, 4),
    body.length >> 8,
    body.length & 255,
  ])
  return cut(random, Buffer.concat([record, body]), 3)
}

const REQUESTS = [
  'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /readyz?x=%00 HTTP/1.0\r\n\r\n',
  'POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello',
  'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET //[ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
]
const ODD_HEADERS = [
  '\r\n',
  '\r\n\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked, identity\r\n',
  'Sec-WebSocket-Extensions: permessage-deflate; x="\r\n',
  'Sec-WebSocket-Protocol: ,,\r\n',
  'Sec-WebSocket-Key: x\r\n',
  'Sec-WebSocket-Version: 99\r\n',
  `X: ${'y'.repeat(20_000)}\r\n`,
  '\0',
]

interface Target {
  name: string
  port: (broker: BrokerProcess) => number
  make: Make
  open?: (port: number) => Socket
}

const plain = (port: number) => connectTcp(port, '127.0.0.1')

async function attack(broker: BrokerProcess, { name, port, make, open = plain }: Target): Promise<void> {
  let next = 0
  async function work(): Promise<void> {
    while (next < CONNECTIONS && broker.faults().length === 0) {
      const number = next++
      const random = seeded(Math.imul(SEED, 0x9e37_79b1) ^ number)
      const pieces = make(random)
      const closed = await send(open(port(broker)), pieces, random)
      if (!closed) throw new Error(`${name} ${number} of seed ${SEED} was not closed: ${hex(pieces)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  // The last attacks: each can be repeated from the seed and its number.
  const last = `${name} of seed ${SEED}, one of the ${AT_ONCE} up to number ${next - 1}`
  expect(broker.faults(), last).to.deep.equal([])
}

/** Resolves with whether the socket was closed in time. */
async function send(socket: Socket, pieces: readonly Buffer[], random: Random): Promise<boolean> {
  socket.on('error', () => {})
  socket.resume()
  const closed = once(socket, 'close').then(
    () => true,
    () => true,
  )
  await Promise.race([once(socket, 'connect').catch(() => {}), closed])
  for (const piece of pieces) {
    if (socket.destroyed || !socket.writable) break
    socket.write(piece)
    await new Promise(setImmediate)
  }
  const ending = random()
  if (ending < 0.3) await Promise.race([closed, delay(LINGER_MS)])
  if (ending < 0.8) socket.end()
  // Node.js cannot reset a TLS connection; dropping it without a close is the nearest alternative.
  else if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
  const late = new AbortController()
  const timer = delay(CLOSE_DEADLINE_MS, false, { signal: late.signal }).catch(() => false)
  const inTime = await Promise.race([closed, timer])
  late.abort()
  return inTime
}

function hex(pieces: readonly Buffer[]): string {
  return pieces.map((it) => it.toString('hex')).join(' ')
}

const TARGETS: Target[] = [
  { name: 'random bytes on the MQTT port', port: (it) => it.mqttPort, make: noise },
  { name: 'HTTP on the MQTT port', port: (it) => it.mqttPort, make: request },
  { name: 'random bytes on the WebSocket port', port: (it) => it.wsPort, make: noise },
  { name: 'spoiled requests on the WebSocket port', port: (it) => it.wsPort, make: request },
  { name: 'random frames after the upgrade', port: (it) => it.wsPort, make: upgraded },
  { name: 'a TLS handshake on the WebSocket port', port: (it) => it.wsPort, make: hello },
  { name: 'random bytes on the status port', port: (it) => it.statusPort, make: noise },
  { name: 'spoiled requests on the status port', port: (it) => it.statusPort, make: request },
]

const SOCKETS_LATE_MAX = 10

describe('listeners', function () {
  this.timeout(60_000 + CONNECTIONS * 100)
  let broker: BrokerProcess
  before(async () => {
    broker = await startBrokerProcess()
  })
  after(() => broker.close())

  for (const [n, target] of TARGETS.entries()) {
    it(`a listener survives ${target.name}`, async () => {
      const socketsBefore = broker.openSockets()
      const witness = await startWitness(broker, `witness-${n}`)
      await attack(broker, target)
      await eventually(
        'only the witness is connected',
        async () => (await broker.metric('connections')) === 1,
      )
      expect(await witness.finish()).to.be.above(0)
      expect(broker.openSockets()).to.be.most(socketsBefore + SOCKETS_LATE_MAX)
      expect((await fetch(`http://127.0.0.1:${broker.statusPort}/readyz`)).status).to.equal(200)
      expect(broker.faults()).to.deep.equal([])
    })
  }
})

describe('TLS listeners', function () {
  this.timeout(60_000 + CONNECTIONS * 100)
  let broker: BrokerProcess
  let directory: string | undefined
  let mqttsPort: number
  let wssPort: number
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-fuzz-'))
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }])
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
    writeFileSync(certFile, cert)
    writeFileSync(keyFile, key, { mode: 0o600 })
    ;[mqttsPort, wssPort] = [await freePort(), await freePort()]
    broker = await startBrokerProcess({
      TLS_CERT_FILE: certFile,
      TLS_KEY_FILE: keyFile,
      MQTTS_PORT: String(mqttsPort),
      MQTT_WSS_PORT: String(wssPort),
    })
  })
  after(async () => {
    if (directory === undefined) return
    await broker?.close()
    if (existsSync(directory)) rmSync(directory, { recursive: true })
  })

  // The certificate is self-signed by the test, and nothing secret is sent.
  const inTls = (port: number) => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  const targets: Target[] = [
    { name: 'random bytes instead of a handshake on the MQTT port', port: () => mqttsPort, make: noise },
    { name: 'a spoiled handshake on the MQTT port', port: () => mqttsPort, make: hello },
    {
      name: 'random bytes after the handshake on the MQTT port',
      port: () => mqttsPort,
      make: noise,
      open: inTls,
    },
    { name: 'a spoiled handshake on the WebSocket port', port: () => wssPort, make: hello },
    {
      name: 'spoiled requests after the handshake on the WebSocket port',
      port: () => wssPort,
      make: request,
      open: inTls,
    },
    {
      name: 'random frames after the upgrade on the WebSocket port',
      port: () => wssPort,
      make: upgraded,
      open: inTls,
    },
  ]
  for (const [n, target] of targets.entries()) {
    it(`a TLS listener survives ${target.name}`, async () => {
      const witness = await startWitness(broker, `tls-witness-${n}`)
      await attack(broker, target)
      await eventually(
        'only the witness is connected',
        async () => (await broker.metric('connections')) === 1,
      )
      expect(await witness.finish()).to.be.above(0)
      expect(broker.faults()).to.deep.equal([])
    })
  }
})
