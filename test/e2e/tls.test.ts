import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { expect } from 'chai'
import { generate } from 'selfsigned'
import { eventually } from '../support/eventually.ts'
import { runModule, type Running } from '../support/processes.ts'

describe('the single command with TLS', function () {
  this.timeout(240_000)
  let directory: string
  let running: Running
  let certFile: string
  let keyFile: string
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-tls-'))
    // As root, the database runs as another user, which needs access.
    chmodSync(directory, 0o755)
    certFile = join(directory, 'cert.pem')
    keyFile = join(directory, 'key.pem')
    await makeCertificate()
    const ports = [
      'PORT',
      'MQTT_PORT',
      'MQTT_WS_PORT',
      'MQTTS_PORT',
      'MQTT_WSS_PORT',
      'BROKER_STATUS_PORT',
      'INSIGHT_STATUS_PORT',
    ]
    running = runModule('main.ts', ['--demo'], {
      ...Object.fromEntries(ports.map((name) => [name, '0'])),
      DATA_DIR: join(directory, 'data'),
      ADMIN_PASSWORD: 'a password of the test',
      TLS_CERT_FILE: certFile,
      TLS_KEY_FILE: keyFile,
    })
    const { output, ended } = running
    const ready = eventually('the simulator is ready', () => output().includes('simulated vehicles'), 120_000)
    const end = await Promise.race([ready, ended])
    expect(end, output()).to.equal(true)
  })
  after(async () => {
    running.child.kill()
    await running.ended
    rmSync(directory, { recursive: true, force: true })
  })

  /** Creates a certificate like docs/deployment.md does for a try of TLS. */
  async function makeCertificate(): Promise<void> {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      algorithm: 'sha256',
    })
    writeFileSync(certFile, pems.cert)
    writeFileSync(keyFile, pems.private)
  }
  const address = (name: string) => new RegExp(`^ +${name} +(\\S+)`, 'm').exec(running.output())?.[1] ?? ''
  async function serialAt(url: string): Promise<string> {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { serialNumber } = socket.getPeerCertificate()
    socket.destroy()
    return serialNumber
  }

  it('addresses with TLS are printed, and the demo runs', async () => {
    expect(address('MQTT, TLS')).to.match(/^mqtts:\/\/127\.0\.0\.1:\d+$/)
    expect(address('WebSocket, TLS')).to.match(/^wss:\/\/127\.0\.0\.1:\d+\/mqtt$/)
    expect(address('API')).to.match(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(running.output()).not.to.include('Not encrypted')
    await eventually('readings are stored', async () => {
      const text = await fetch(address('Broker status')).then((it) => it.text())
      return Number(/^fleetwire_readings_stored_total (\d+)/m.exec(text)?.[1]) > 50
    })
  })

  it('the simulator provisions, runs and verifies with --ca', async () => {
    const credentials = join(directory, 'fleet.tsv')
    const simulate = async (command: string, options: Record<string, string>) => {
      const args = Object.entries({ ...options, ca: certFile }).flatMap(([name, value]) => [
        `--${name}`,
        value,
      ])
      const run = runModule('simulator/main.ts', [command, ...args], {
        ADMIN_PASSWORD: 'a password of the test',
      })
      expect(await run.ended, run.output()).to.equal(0)
    }
    const api = address('API')
    await simulate('provision', { api, vehicles: '5', prefix: 'tls', out: credentials })
    for (const name of ['MQTT, TLS', 'WebSocket, TLS']) {
      await simulate('run', { credentials, broker: address(name), rate: '50', duration: '1s' })
    }
    await simulate('verify', { api, journal: `${credentials}.journal` })
  })

  it('a SIGHUP makes broker and API load a new certificate without a restart', async () => {
    const urls = [address('MQTT, TLS'), address('API')]
    const pids = ['broker/main', 'api/main'].map((name) =>
      Number(execFileSync('pgrep', ['-P', String(running.child.pid), '-f', name], { encoding: 'utf8' })),
    )
    // The files are checked every 5 s anyway, which could be in time in one of these rounds but not in both.
    for (const round of [1, 2]) {
      const before = await Promise.all(urls.map(serialAt))
      await makeCertificate()
      for (const pid of pids) process.kill(pid, 'SIGHUP')
      for (const [index, url] of urls.entries()) {
        const changed = async () => (await serialAt(url)) !== before[index]
        await eventually(`the new certificate, ${round}`, changed, 2000)
      }
    }
    expect(running.child.exitCode).to.equal(null)
  })
})
