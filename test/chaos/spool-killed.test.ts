import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { eventually } from '../support/eventually.ts'
import { EVERYDAY_LOAD, everydayRun, everydayScene } from './support/everyday.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import { driveOn, expectSpool } from './support/outage.ts'
import { openScene, type Scene } from './support/scene.ts'
import { chaosSetting } from './support/settings.ts'
import { printTable } from './support/table.ts'

const rounds = chaosSetting('CHAOS_ROUNDS')
const rate = chaosSetting('CHAOS_RATE') * EVERYDAY_LOAD
const DEVICES = 200
const DOWN_MS = 3000
/** Long enough for the draining to begin, and short compared to its duration. */
const DRAINING_MS_MAX = 300
const DRAIN_DEADLINE_MS = 120_000

describe('a broker killed with readings in its spool', function () {
  this.timeout(180_000 + rounds * 60_000)
  let scene: Scene
  before(async () => {
    scene = await openScene({ devices: DEVICES, ...everydayScene })
    await expectSpool(scene)
  })
  after(() => scene?.close())

  it('acknowledged readings are drained after the kill, even if a second kill interrupts the drain', async () => {
    const { broker, database } = scene
    const run = await scene.drive({ name: 'spool-killed', rate, ...everydayRun })
    let most = 0
    for (let round = 0; round < rounds; round++) {
      await driveOn()
      await database.kill()
      await sleep(DOWN_MS)
      most = Math.max(most, (await broker.metric('spool_messages')) ?? 0)
      await broker.kill()
      await database.start()
      await broker.start()
      await sleep(Math.random() * DRAINING_MS_MAX)
      await broker.kill()
      await broker.start()
      await eventually(
        'the spool is drained',
        async () => (await broker.metric('spool_messages')) === 0,
        DRAIN_DEADLINE_MS,
      )
    }
    const report = await run.stop()
    const verified = await scene.verify(run)
    printTable(`Broker killed while its spool holds readings, ${database.version}`, {
      kills: rounds * 2,
      'rate, messages/s': rate,
      'largest spool at a kill, messages': most,
      ...judgementRows(report, verified),
    })
    expect(most).to.be.greaterThan(0)
    expectNothingLost(report, verified, { lettersMayRepeat: true })
  })
})
