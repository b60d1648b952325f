import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { callApi } from '../api/fixture.ts'
import type { TestDevice } from '../support/broker.ts'
import { makeAuthority, makeCertificateFolder, type CertificateFolder } from '../support/certificates.ts'
import { logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { openLosingProxy, type LosingProxy } from '../support/losing-proxy.ts'
import { runCommand, type Running } from '../support/processes.ts'
import { openStage, type Stage } from './stage.ts'

const PROGRAM = fileURLToPath(new URL('../../examples/node/follow.mjs', import.meta.url))
const SETTINGS = { LIVE_INTERVAL_MS: '100', STALE_AFTER_S: '3', MQTTS_PORT: '0', MQTT_WSS_PORT: '0' }

describe('the example follow.mjs', function () {
  this.timeout(60_000)
  let stage: Stage
  let folder: CertificateFolder
  let losing: LosingProxy
  let serviceToken: string
  let device: TestDevice
  let client: MqttClient
  let subscriber: Running
  const started: Running[] = []
  before(async () => {
    const authority = await makeAuthority('the authority of the test')
    folder = makeCertificateFolder(await authority.issue('localhost'))
    folder.write('ca.pem', authority.cert)
    stage = await openStage({ ...SETTINGS, ...folder.settings })
    losing = await openLosingProxy(stage.proxy.port)
    const body = { name: 'wall', scopes: ['mqtt:read', 'positions:read'], groups: null }
    serviceToken = ((await call('/api/service-tokens', body)) as { token: string }).token
    device = await stage.broker.addDevice()
    client = await logIn(stage.broker, device)
    await report({ lat: 59, lon: 18 })
    subscriber = follow()
  })
  after(async () => {
    for (const { child } of started) child.kill()
    await Promise.all(started.map(({ ended }) => ended))
    await client?.endAsync()
    await losing?.close()
    await stage?.close()
    folder?.remove()
  })

  async function call(path: string, body: object): Promise<unknown> {
    const token = stage.broker.sign({ sub: '1', role: 'admin', aud: 'api' })
    const answer = await callApi(stage.apiUrl, 'POST', path, { token, body })
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201)
    return answer.body
  }
  const report = (reading: object) => client.publishAsync(device.topic, JSON.stringify(reading), { qos: 1 })
  function follow(env: Record<string, string> = {}): Running {
    const MQTT_PORT = String(losing.port)
    const running = runCommand(process.execPath, [PROGRAM], {
      API: stage.apiUrl,
      SERVICE_TOKEN: serviceToken,
      MQTT_PORT,
      ...env,
    })
    started.push(running)
    return running
  }
  /** Output of the subscriber about a vehicle, oldest first. */
  function shown(vehicle = device.vehicle, { output }: Running = subscriber): Record<string, unknown>[] {
    const lines = output().split('\n').slice(0, -1)
    const objects = lines.filter((it) => it.startsWith('{')).map((it) => JSON.parse(it) as object)
    return objects.filter((it) => 'vehicle' in it && it.vehicle === vehicle) as Record<string, unknown>[]
  }

  it('the subscriber shows the newest position and the changes', async () => {
    await eventually('the position is shown', () => shown().at(-1)?.['lat'] === 59)
    await report({ lat: 59.5, lon: 18, speed: 50 })
    await eventually('the speed is shown', () => shown().at(-1)?.['speed'] === 50)
    expect(shown().at(-1)).to.include({ lat: 59.5, state: 'moving' })
  })

  it('a speed that is stale is no longer shown', async () => {
    await eventually('the speed is stale', () => shown().at(-1)?.['is_stale'] === true)
    expect(shown().at(-1)).not.to.have.property('speed')
  })

  it('a vehicle that is added later is shown with its name', async () => {
    await call('/api/vehicles', { key: 'added', name: 'The new van' })
    await eventually(
      'the added vehicle is shown',
      () => shown('added').at(-1)?.['name'] === 'The new van',
      20_000,
    )
  })

  it('what a lost frame had is shown', async () => {
    // Later frames with this position are also lost, so that only a snapshot has it.
    const lost = losing.lose(({ payload }) => payload.toString().includes('"lat":60,'))
    await report({ lat: 60, lon: 18 })
    await lost
    await eventually('the lost position is shown', () => shown().at(-1)?.['lat'] === 60, 20_000)
  })

  it('the subscriber reconnects, and shows what it missed', async () => {
    await stage.proxy.refuse()
    await report({ lat: 61, lon: 18 })
    await eventually('the lost connection is reported', () =>
      subscriber.output().includes('the connection was lost'),
    )
    await stage.proxy.forward()
    await eventually('the missed position is shown', () => shown().at(-1)?.['lat'] === 61, 20_000)
  })

  it('the subscriber replaces its token before it expires', async () => {
    // As the one that was issued, but it expires soon, and its MQTT tokens with it.
    const payload = Buffer.from(serviceToken.split('.')[1] ?? '', 'base64url').toString()
    // It is replaced after 16 s. The next one then has 4 s, which a busy machine needs for a connection and a snapshot.
    const exp = Math.floor(Date.now() / 1000) + 20
    const token = stage.broker.sign({ ...(JSON.parse(payload) as object), exp })
    const own = follow({ SERVICE_TOKEN: token })
    await eventually('the token is replaced', () => own.output().includes('the token is replaced'), 40_000)
    const { length } = shown(device.vehicle, own)
    expect(length).to.be.greaterThan(0)
    await report({ lat: 62, lon: 18 })
    await eventually(
      'the next position is shown',
      () => shown(device.vehicle, own).at(-1)?.['lat'] === 62,
      20_000,
    )
  })

  it('the subscriber uses TLS with a trusted broker, and reports why it is refused', async () => {
    const secure = { MQTT_PORT: String(stage.broker.mqttsPort), MQTT_CA_FILE: folder.caFile }
    const own = follow(secure)
    await eventually('the vehicle is shown over TLS', () => shown(device.vehicle, own).length > 0, 20_000)
    const refused = follow({ SERVICE_TOKEN: 'none' })
    await eventually('the refused token is reported', () => /api\/mqtt-tokens: 401 /.test(refused.output()))
  })
})
