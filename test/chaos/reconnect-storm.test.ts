import { expect } from 'chai'
import { eventually } from '../support/eventually.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import { openScene, type Scene } from './support/scene.ts'
import { chaosSetting } from './support/settings.ts'
import { printTable } from './support/table.ts'

const devices = chaosSetting('CHAOS_STORM_DEVICES')
/** Each device sends a reading every ten seconds. */
const rate = devices / 10
const BACK_MAX_MS = 30_000
const BACK_DEADLINE_MS = 120_000

describe(`${devices} devices disconnected at the same time`, function () {
  this.timeout(600_000)
  let scene: Scene
  before(async () => {
    scene = await openScene({ devices })
  })
  after(() => scene?.close())

  it('all devices reconnect within half a minute, and nothing is lost', async () => {
    const { broker } = scene
    const run = await scene.drive({ name: 'storm', rate })
    const killedMs = Date.now()
    await broker.kill()
    await broker.start()
    const startedMs = Date.now()
    await eventually(
      'all devices are connected again',
      async () => (await broker.metric('connections')) === devices,
      BACK_DEADLINE_MS,
    )
    const backMs = Date.now()
    const report = await run.stop()
    const verified = await scene.verify(run)
    const offlineMs = report.offline_ms?.max ?? Infinity
    printTable('A storm of reconnects', {
      devices,
      'the broker was away, s': (startedMs - killedMs) / 1000,
      'all connected again after, s': (backMs - startedMs) / 1000,
      'a device offline, median, s': (report.offline_ms?.p50 ?? 0) / 1000,
      'a device offline, p99, s': (report.offline_ms?.p99 ?? 0) / 1000,
      'the longest offline, s': offlineMs / 1000,
      'failed attempts': report.failed_connects,
      ...judgementRows(report, verified),
    })
    expect(report.online).to.equal(devices)
    expect(report.reconnects).to.equal(devices)
    expect(backMs - startedMs, 'time until all devices are back, ms').to.be.lessThan(BACK_MAX_MS)
    expect(offlineMs - (startedMs - killedMs), 'none is starved').to.be.lessThan(BACK_MAX_MS)
    expectNothingLost(report, verified)
  })
})
