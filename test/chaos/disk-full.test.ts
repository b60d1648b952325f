import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../support/eventually.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import {
  causeOutage,
  describeOutages,
  driveOn,
  expectQuickAcks,
  expectSpool,
  outageRows,
} from './support/outage.ts'
import { openScene, type Scene } from './support/scene.ts'
import { spanOf } from './support/latencies.ts'
import { chaosSetting } from './support/settings.ts'
import { printTable } from './support/table.ts'
import { canMount } from './support/tmpfs.ts'

const rate = chaosSetting('CHAOS_RATE') / 5
const downS = chaosSetting('CHAOS_DOWN_MAX_S')
const DEVICES = 100
const DATABASE_MEBIBYTES = 512
const SPOOL_MEBIBYTES = 32
const RECOVERY_DEADLINE_MS = 120_000

describe(`a full disk${canMount ? '' : ' (mounting one needs root: skipped)'}`, function () {
  this.timeout(480_000 + downS * 1000)
  let scene: Scene | undefined
  before(function () {
    if (!canMount) this.skip()
  })
  afterEach(async () => {
    await scene?.close()
    scene = undefined
  })

  it('a full database disk is bridged by the spool, and nothing is lost', async () => {
    const here = (scene = await openScene({ devices: DEVICES, databaseDiskMebibytes: DATABASE_MEBIBYTES }))
    const { database } = here
    await expectSpool(here)
    const run = await here.drive({ name: 'database-disk', rate, faults: 0 })
    await driveOn()
    const outage = await causeOutage(here, {
      downMs: downS * 1000,
      begin: async () => database.disk?.fill(),
      async end() {
        database.disk?.relieve()
        // PostgreSQL ends itself when there is no room for its WAL. An operator would restart it.
        await database.start()
      },
    })
    await driveOn()
    const report = await run.stop()
    const figures = describeOutages(run, [outage])
    const verified = await here.verify(run)
    printTable(`The database's disk is full, ${database.version}`, {
      'rate, messages/s': rate,
      ...outageRows(figures),
      'devices disconnected': report.reconnects,
      ...judgementRows(report, verified),
    })
    expectNothingLost(report, verified)
    expect(report.reconnects, 'devices disconnected').to.equal(0)
    expect(figures.peakMessages, 'the disk was full').to.be.greaterThan(0)
    expectQuickAcks(figures)
  })

  it('a full spool disk stops the acknowledgements, and nothing acknowledged is lost', async () => {
    const here = (scene = await openScene({ devices: DEVICES, dataDiskMebibytes: SPOOL_MEBIBYTES }))
    const { broker, database, dataDisk } = here
    await expectSpool(here)
    const run = await here.drive({ name: 'spool-disk', rate, faults: 0, window: 1000 })
    const { pid } = broker.process()
    dataDisk?.fill()
    await database.kill()
    const fullMs = Date.now()
    await sleep(downS * 1000)
    // Messages committed or spooled before may still be acknowledged in the first moments.
    const silence = spanOf(run.seconds(), fullMs + 3000, Date.now() - 1000)
    expect(broker.process().endedWith(), 'the broker lives').to.equal(undefined)
    dataDisk?.relieve()
    await eventually(
      'acknowledgements go on, through the spool',
      () => (run.seconds().at(-1)?.second ?? 0) * 1000 > fullMs + downS * 1000,
      RECOVERY_DEADLINE_MS,
    )
    await database.start()
    await eventually(
      'the spool is drained',
      async () => (await broker.metric('spool_messages')) === 0,
      RECOVERY_DEADLINE_MS,
    )
    const report = await run.stop()
    const verified = await here.verify(run)
    printTable(`The spool's disk is full, ${database.version}`, {
      'rate, messages/s': rate,
      'full, s': downS,
      'acknowledged meanwhile, messages': silence.acked,
      'devices disconnected': report.reconnects,
      ...judgementRows(report, verified),
    })
    expect(silence.acked, 'acknowledged while nothing could be kept').to.equal(0)
    expect(broker.process().pid, 'it is the same process').to.equal(pid)
    expectNothingLost(report, verified)
  })
})
