import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { connect } from 'mqtt'
import { findPahos, maySkip } from '../../examples/installed.ts'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { openCuttingProxy, type Cut } from '../../support/cutting-proxy.ts'
import { eventually } from '../../support/eventually.ts'
import { runCommand } from '../../support/processes.ts'
import { speedsOf } from '../../support/qos2.ts'

/** Publishes one reading with QoS 2, reconnects if necessary, and resolves when the message is complete. */
type Publish = (device: TestDevice, port: number, payload: string, signal: AbortSignal) => Promise<void>

const publishWithMqttJs: Publish = async (device, port, payload, signal) => {
  const client = connect(`mqtt://127.0.0.1:${port}`, {
    clientId: device.clientId,
    username: 'x',
    password: device.token,
    protocolVersion: 4,
    clean: false,
    reconnectPeriod: 50,
  })
  client.on('error', () => {})
  signal.addEventListener('abort', () => void client.end(true))
  await client.publishAsync(device.topic, payload, { qos: 2 })
  await client.endAsync()
}

const publishWithPaho =
  (python: string): Publish =>
  async (device, port, payload, signal) => {
    const program = fileURLToPath(new URL('paho-publisher.py', import.meta.url))
    const { clientId, token, topic } = device
    const running = runCommand(python, [program], {
      CLIENT_ID: clientId,
      TOKEN: token,
      TOPIC: topic,
      MQTT_PORT: String(port),
      PAYLOAD: payload,
    })
    signal.addEventListener('abort', () => running.child.kill('SIGKILL'))
    const status = await running.ended
    if (status !== 0 && !signal.aborted) throw new Error(`it ended with ${status}: ${running.output()}`)
  }

const pahos = [...findPahos()].map(
  ([version, python]) => [`paho-mqtt ${version}`, publishWithPaho(python)] as const,
)
if (pahos.length === 0 && !maySkip) throw new Error('paho-mqtt is not installed')

const CUTS: Cut[] = (['publish', 'pubrec', 'pubrel', 'pubcomp'] as const).flatMap((cmd) =>
  [false, true].map((arrives) => ({ cmd, arrives })),
)

for (const [name, publish] of [['MQTT.js', publishWithMqttJs] as const, ...pahos]) {
  describe(`QoS 2 of ${name}`, function () {
    this.timeout(30_000)
    let broker: TestBroker
    before(async () => {
      broker = await openTestBroker()
    })
    after(() => broker.close())

    for (const cut of CUTS) {
      const { cmd, arrives } = cut
      it(`a reading is stored once when its ${cmd} ${arrives ? 'arrives' : 'is lost'} and the connection is cut`, async () => {
        const device = await broker.addDevice()
        const proxy = await openCuttingProxy(broker.mqttPort, cut)
        await publish(device, proxy.port, '{"speed":1}', new AbortController().signal)
        expect(proxy.cuts).to.equal(1)
        await proxy.close()
        expect(await speedsOf(broker, device)).to.deep.equal([1])
      })
    }

    it('the next reading of a device that restarts between PUBREC and PUBREL is stored', async () => {
      const device = await broker.addDevice()
      const proxy = await openCuttingProxy(broker.mqttPort, { cmd: 'pubrel', arrives: false })
      const death = new AbortController()
      const first = publish(device, proxy.port, '{"speed":1}', death.signal).catch(() => {})
      await eventually('the connection is cut', () => proxy.cuts === 1)
      death.abort()
      if (name !== 'MQTT.js') await first
      await proxy.close()
      await publish(device, broker.mqttPort, '{"speed":2}', new AbortController().signal)
      expect(await speedsOf(broker, device)).to.deep.equal([1, 2])
    })
  })
}
