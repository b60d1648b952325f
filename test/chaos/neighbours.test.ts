import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { spanOf } from './support/latencies.ts'
import { flood, publishLarge, subscribeWithoutReading, type Disturber } from './support/disturbers.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import { adminLogin, deviceLogin } from './support/logins.ts'
import { jwtSecret, openScene, type Scene } from './support/scene.ts'
import { printTable } from './support/table.ts'

const DEVICES = 100
const RATE = 500
const PHASE_MS = 5000
const HOUR_MS = 3_600_000

describe('neighbours of a flooding device, one with 256 KiB messages, and an idle subscriber', function () {
  this.timeout(180_000)
  let scene: Scene
  const disturbers: Disturber[] = []
  before(async () => {
    scene = await openScene({ devices: DEVICES + 2 })
  })
  after(async () => {
    for (const it of disturbers) it.stop()
    await scene?.close()
  })

  it('a hundred other devices stay connected and lose nothing', async () => {
    const { broker, credentials } = scene
    const run = await scene.drive({ name: 'neighbours', rate: RATE, vehicles: DEVICES, faults: 0 })
    const aloneMs = Date.now()
    await sleep(PHASE_MS)
    const disturbedMs = Date.now()
    const port = broker.mqttPort
    const baseMs = disturbedMs - HOUR_MS * 24
    const idle = await subscribeWithoutReading(adminLogin(jwtSecret, port))
    const large = await publishLarge(deviceLogin(credentials, -1, port, baseMs))
    const flooding = await flood(deviceLogin(credentials, -2, port, baseMs))
    disturbers.push(idle, large, flooding)
    await sleep(PHASE_MS)
    const endMs = Date.now()
    const dropped = (await broker.metric('messages_dropped_total')) ?? 0
    const memory = broker.process().residentMiB()
    for (const it of disturbers) it.stop()
    const report = await run.stop()
    const seconds = run.seconds()
    const [alone, disturbed] = [spanOf(seconds, aloneMs, disturbedMs), spanOf(seconds, disturbedMs, endMs)]
    const verified = await scene.verify(run)
    printTable('Neighbours', {
      'p99 ack alone, ms': alone.p99Ms,
      'p99 ack beside them, ms': disturbed.p99Ms,
      'messages of the flood': flooding.sent(),
      'messages of 256 KiB': large.sent(),
      'not forwarded to the client that does not read': dropped,
      'resident memory, MiB': memory,
      'connections lost by the others': report.reconnects,
      ...judgementRows(report, verified),
    })
    expectNothingLost(report, verified)
    expect(report.reconnects, 'connections lost by the others').to.equal(0)
    expect(flooding.sent()).to.be.greaterThan(10_000)
    expect(large.sent()).to.be.greaterThan(1)
  })
})
