import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import { everydayRun, everydayScene } from './support/everyday.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import { driveOn } from './support/outage.ts'
import { openScene, type Scene } from './support/scene.ts'
import { chaosSetting } from './support/settings.ts'
import { printTable } from './support/table.ts'

const rate = chaosSetting('CHAOS_RATE') / 10
const rounds = chaosSetting('CHAOS_ROUNDS')
const DEVICES = 100
/** A move takes about three seconds, in which both devices of the vehicle are silent; up to eight run at once. */
const MOVES = '400ms'
const DOWN_MS = 3000

describe('devices moved under load', function () {
  this.timeout(180_000 + rounds * 60_000)
  let scene: Scene
  before(async () => {
    scene = await openScene({ devices: DEVICES, ...everydayScene })
  })
  after(() => scene?.close())

  it('each reading stays with the vehicle of its time, even when broker and database are killed', async () => {
    const { broker, database } = scene
    const run = await scene.drive({ name: 'moved', rate, ...everydayRun, moves: MOVES })
    for (let round = 0; round < rounds; round++) {
      await driveOn()
      await broker.kill()
      await broker.start()
      await driveOn()
      // Readings from before a move are then drained after it.
      await database.kill()
      await sleep(DOWN_MS)
      await database.start()
    }
    await driveOn()
    const report = await run.stop()
    const verified = await scene.verify(run)
    printTable(`Devices are moved, ${database.version}`, {
      'kills of the broker and of the database': rounds,
      'rate, messages/s': rate,
      'devices moved': report.moves,
      ...judgementRows(report, verified),
      'messages sent again': report.resent,
    })
    expect(report.moves, 'moves').to.be.greaterThan(rounds * 4)
    expectNothingLost(report, verified)
  })
})
