import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import { EVERYDAY_LOAD, everydayRun, everydayScene } from './support/everyday.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import { openScene, type Scene } from './support/scene.ts'
import { chaosSetting } from './support/settings.ts'
import { printTable } from './support/table.ts'

const rounds = chaosSetting('CHAOS_ROUNDS')
const rate = chaosSetting('CHAOS_RATE')
const everydayKills = chaosSetting('CHAOS_KILLS')
const DEVICES = 200
const BETWEEN_MS = 3000

describe('a broker killed under load', function () {
  this.timeout(120_000 + rounds * 30_000)
  let scene: Scene
  before(async () => {
    scene = await openScene({ devices: DEVICES })
  })
  after(() => scene?.close())

  for (const qos of [1, 2]) {
    it(`repeated kills lose nothing acknowledged with QoS ${qos}, and nothing is stored twice`, async () => {
      // QoS 2 takes four packets a message, and a few rounds are enough.
      const [kills, load] = qos === 1 ? [rounds, rate] : [Math.min(rounds, 3), rate / 4]
      const run = await scene.drive({ name: `killed-${qos}`, rate: load, faults: 0.1, qos })
      for (let round = 0; round < kills; round++) {
        await sleep(BETWEEN_MS * (0.5 + Math.random()))
        await scene.broker.kill()
        await scene.broker.start()
      }
      const report = await run.stop()
      const verified = await scene.verify(run)
      printTable(`The broker is killed, QoS ${qos}, ${scene.database.version}`, {
        kills,
        'rate, messages/s': load,
        ...judgementRows(report, verified),
        'messages sent again': report.resent,
        'connections lost by the kills': (report.disconnects.reset ?? 0) + (report.disconnects.closed ?? 0),
        'devices offline for at most, s': (report.offline_ms?.max ?? 0) / 1000,
      })
      expect(report.online).to.equal(DEVICES)
      expect(report.resent, 'the kills came in the middle of something').to.be.greaterThan(0)
      expectNothingLost(report, verified)
    })
  }
})

describe('a broker killed while vehicles have two devices, whole seconds, events, QoS 2 and a retention', function () {
  this.timeout(180_000 + everydayKills * 30_000)
  let scene: Scene
  before(async () => {
    scene = await openScene({ devices: DEVICES, ...everydayScene })
  })
  after(() => scene?.close())

  it('each acknowledged reading is stored with its values, or a dead letter', async () => {
    const load = rate * EVERYDAY_LOAD
    const run = await scene.drive({ name: 'everyday', rate: load, ...everydayRun })
    for (let kill = 0; kill < everydayKills; kill++) {
      await sleep(BETWEEN_MS * (0.2 + Math.random() / 3))
      await scene.broker.kill()
      await scene.broker.start()
    }
    const report = await run.stop()
    const verified = await scene.verify(run)
    printTable(`The broker is killed, readings that share their instants, ${scene.database.version}`, {
      kills: everydayKills,
      'rate, messages/s': load,
      ...judgementRows(report, verified),
      'messages sent again': report.resent,
      'older than the retention': report.faults.older_than_retention ?? 0,
    })
    expect(report.resent, 'the kills came in the middle of something').to.be.greaterThan(0)
    expect(report.faults.older_than_retention).to.be.greaterThan(0)
    expectNothingLost(report, verified)
  })
})
