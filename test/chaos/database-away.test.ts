import { expect } from 'chai'
import { EVERYDAY_LOAD, everydayRun, everydayScene } from './support/everyday.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import {
  causeOutage,
  describeOutages,
  driveOn,
  expectQuickAcks,
  expectSpool,
  outageRows,
  type Outage,
} from './support/outage.ts'
import { openScene, type Scene } from './support/scene.ts'
import { chaosSetting, isFull } from './support/settings.ts'
import { printTable } from './support/table.ts'

const rounds = chaosSetting('CHAOS_ROUNDS')
const rate = chaosSetting('CHAOS_RATE')
const downMaxS = chaosSetting('CHAOS_DOWN_MAX_S')
const DEVICES = 200
const EVERYDAY_DOWN_MS = 4000
/** On a quiet machine the spool drains several times faster than the live rate; CI machines may be busy. */
const DRAIN_FACTOR_MIN = isFull ? 3 : 1.5
/** The simulator drops no connections, so every dropped one is the broker's fault. */
const FAULTS = 0

describe('database outages under load', function () {
  this.timeout(180_000 + rounds * (downMaxS + 60) * 1000)
  let scene: Scene
  before(async () => {
    scene = await openScene({ devices: DEVICES })
    await expectSpool(scene)
  })
  after(() => scene?.close())

  const harms = {
    'that is killed': {
      title: 'The database is killed',
      begin: () => scene.database.kill(),
      end: () => scene.database.start(),
    },
    'that freezes': {
      title: 'The database is frozen',
      begin: () => scene.database.freeze(),
      end: async () => scene.database.thaw(),
    },
  }
  for (const [what, { title, begin, end }] of Object.entries(harms)) {
    it(`devices do not notice a database ${what}, and nothing is lost or stored twice`, async () => {
      const run = await scene.drive({ name: title.replaceAll(' ', '-'), rate, faults: FAULTS })
      const outages: Outage[] = []
      for (let round = 0; round < rounds; round++) {
        await driveOn()
        // The last outage is the longest, so that at least one leaves something to drain.
        const downS = round === rounds - 1 ? downMaxS : 1 + Math.random() * (downMaxS - 1)
        outages.push(await causeOutage(scene, { downMs: downS * 1000, begin, end }))
      }
      await driveOn()
      const report = await run.stop()
      const figures = describeOutages(run, outages)
      const verified = await scene.verify(run)
      printTable(`${title}, ${scene.database.version}`, {
        'rate, messages/s': rate,
        ...outageRows(figures),
        'devices disconnected': report.reconnects,
        ...judgementRows(report, verified),
      })
      expectNothingLost(report, verified)
      expect(report.reconnects, 'devices disconnected').to.equal(0)
      expect(report.held_back, 'turns that a device had to wait for acknowledgements').to.equal(0)
      expectQuickAcks(figures)
      expect(figures.ackedDuring, 'acknowledged during outages').to.be.greaterThan(rate * 0.8)
      expect(figures.drainRate, 'drained a second').to.be.at.least(
        DRAIN_FACTOR_MIN * figures.liveWhileDraining,
      )
    })
  }
})

describe('database outages under a load of readings that share their instants', function () {
  this.timeout(300_000)
  let scene: Scene
  before(async () => {
    scene = await openScene({ devices: DEVICES, ...everydayScene })
    await expectSpool(scene)
  })
  after(() => scene?.close())

  it('a killed and then frozen database loses no reading, and stores none twice', async () => {
    const { database } = scene
    const load = rate * EVERYDAY_LOAD
    const run = await scene.drive({ name: 'everyday', rate: load, ...everydayRun })
    const outages: Outage[] = []
    const harms = [
      { begin: () => database.kill(), end: () => database.start() },
      { begin: () => database.freeze(), end: async () => database.thaw() },
    ]
    for (const harm of harms) {
      await driveOn()
      outages.push(await causeOutage(scene, { downMs: EVERYDAY_DOWN_MS, ...harm }))
    }
    await driveOn()
    const report = await run.stop()
    const verified = await scene.verify(run)
    printTable(`The database is killed and frozen, readings that share their instants, ${database.version}`, {
      'rate, messages/s': load,
      ...outageRows(describeOutages(run, outages)),
      ...judgementRows(report, verified),
    })
    expect(
      Math.max(...outages.map((it) => it.peakMessages)),
      'largest spool during an outage, messages',
    ).to.be.greaterThan(0)
    expectNothingLost(report, verified, { lettersMayRepeat: true })
  })
})
