import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { eventually } from '../support/eventually.ts'
import { runCommand } from '../support/processes.ts'

const installed = spawnSync('mosquitto_pub', ['--help']).error === undefined

/** Third-party clients. */
describe(`mosquitto_pub and mosquitto_sub${installed ? '' : ' (not installed here: skipped)'}`, () => {
  let broker: TestBroker
  let device: TestDevice
  before(async function () {
    if (!installed) this.skip()
    broker = await openTestBroker()
    device = await broker.addDevice()
  })
  after(() => broker?.close())

  const as = ({ clientId, token }: Pick<TestDevice, 'clientId' | 'token'>) =>
    flags({ h: '127.0.0.1', p: broker.mqttPort, i: clientId, u: 'x', P: token })
  const publish = (
    topic: string,
    payload: string,
    qos: number,
    who: Pick<TestDevice, 'clientId' | 'token'> = device,
  ) => runCommand('mosquitto_pub', [...as(who), ...flags({ q: qos, t: topic, m: payload })])
  /** Waits for one message. Buffered by lines, because output to a pipe would otherwise arrive only at the end. */
  const follow = (who: Pick<TestDevice, 'clientId' | 'token'>, topic: string) =>
    runCommand('stdbuf', ['-oL', 'mosquitto_sub', '-d', ...as(who), ...flags({ C: 1, W: 15, t: topic })])
  const countRows = async () => {
    const rows = await broker.db.sql`select from telemetry where vehicle_id = ${device.vehicleId}`
    return rows.length
  }

  for (const qos of [1, 2]) {
    it(`mosquitto_pub with QoS ${qos} returns after the row is stored`, async () => {
      const before = await countRows()
      const run = publish(device.topic, '{"lat":59.1,"lon":17.2,"speed":50}', qos)
      expect(await run.ended, run.output()).to.equal(0)
      expect(await countRows()).to.equal(before + 1)
    })
  }

  it('mosquitto_pub can use MQTT 3.1', async () => {
    const before = await countRows()
    const message = flags({ V: 'mqttv31', q: 1, t: device.topic, m: '{"speed":1}' })
    const run = runCommand('mosquitto_pub', [...as(device), ...message])
    expect(await run.ended, run.output()).to.equal(0)
    expect(await countRows()).to.equal(before + 1)
  })

  for (const [what, who, code] of [
    ['a wrong token', () => ({ ...device, token: 'wrong' }), 4],
    ['an expired token', () => ({ ...device, token: broker.sign({ sub: device.clientId, exp: 1 }) }), 4],
    ["another's client id", () => ({ ...device, clientId: 'other' }), 2],
  ] as const) {
    it(`mosquitto_pub with ${what} is refused, and nothing is stored`, async () => {
      const before = await countRows()
      const run = publish(device.topic, '{"speed":1}', 1, who())
      expect(await run.ended, run.output()).to.equal(code)
      expect(await countRows()).to.equal(before)
    })
  }

  it("a message to another vehicle's topic is acknowledged, and a dead letter of the sender's vehicle", async () => {
    const other = await broker.addDevice()
    const run = publish(other.topic, '{"speed":1}', 1)
    expect(await run.ended, run.output()).to.equal(0)
    const rows = await broker.db.sql`select from telemetry where vehicle_id = ${other.vehicleId}`
    expect(rows.length).to.equal(0)
    const letters = await broker.db.sql`
      select vehicle_id from rejected_messages where code = 'wrong_topic'`
    expect([...letters]).to.deep.equal([{ vehicle_id: device.vehicleId }])
  })

  it('mosquitto_sub receives the reason why a reading was rejected', async () => {
    const listener = await broker.addDevice({ vehicleId: device.vehicleId })
    const topic = `fleet/${device.vehicle}/rejected`
    const run = follow(listener, topic)
    await eventually('mosquitto_sub is subscribed', () => run.output().includes('SUBACK'))
    expect(await publish(device.topic, '{"speed":-1}', 1).ended).to.equal(0)
    expect(await run.ended).to.equal(0)
    expect(run.output()).to.include('"code":"out_of_range","pointer":"/speed"')
  })

  it('mosquitto_sub of an administrator receives the readings of every vehicle', async () => {
    const admin = { clientId: 'ui/1/terminal', token: broker.sign({ sub: '1', role: 'admin' }) }
    const run = follow(admin, 'fleet/+/telemetry')
    await eventually('mosquitto_sub is subscribed', () => run.output().includes('SUBACK'))
    expect(await publish(device.topic, '{"speed":77}', 1).ended).to.equal(0)
    expect(await run.ended).to.equal(0)
    expect(run.output()).to.include('{"speed":77}')
  })
})

function flags(options: Record<string, string | number>): string[] {
  return Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)])
}
