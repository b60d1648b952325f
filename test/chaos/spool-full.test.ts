import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../support/eventually.ts'
import { expectNothingLost, judgementRows } from './support/judgement.ts'
import { spanOf } from './support/latencies.ts'
import { expectSpool } from './support/outage.ts'
import { sampleEvery } from './support/sampler.ts'
import { openScene, type Scene } from './support/scene.ts'
import { chaosSetting } from './support/settings.ts'
import { printTable } from './support/table.ts'

const rate = chaosSetting('CHAOS_RATE')
const watchS = chaosSetting('CHAOS_FULL_WATCH_S')
/** Few enough that each soon has as many unacknowledged messages as the broker holds per connection. */
const DEVICES = 20
/** More than the broker holds per connection: the broker has to stop reading. */
const WINDOW = 5000
const SPOOL_BYTES_MAX = 8 * 2 ** 20
/**
 * The growth allowed to the broker while it refuses everything: only garbage not yet collected. Its young generation
 * may still grow to its limit, three times 32 MiB (broker/node-flags.ts).
 */
const GROWTH_MIB_MAX = 96
const STEADY_MS = 1000
const FULL_DEADLINE_MS = 120_000

describe('a spool that is full while the database is away', function () {
  this.timeout(480_000 + watchS * 1000)
  let scene: Scene
  before(async () => {
    scene = await openScene({
      devices: DEVICES,
      broker: { SPOOL_MAX_BYTES: String(SPOOL_BYTES_MAX) },
    })
    await expectSpool(scene)
  })
  after(() => scene?.close())

  it('acknowledgements stop, but the broker continues, reports its state and recovers by itself', async () => {
    const { broker, database } = scene
    const run = await scene.drive({ name: 'spool-full', rate, window: WINDOW })
    const downMs = Date.now()
    await database.kill()
    const full = await eventually(
      'the broker is not ready',
      async () => {
        const answer = await broker.readyz()
        return answer.status === 503 && /spool/i.test(answer.body) ? answer : undefined
      },
      FULL_DEADLINE_MS,
    )
    const fullMs = Date.now()
    let before: number | undefined
    await eventually(
      'the broker accepts no further messages',
      async () => {
        const last = before
        await sleep(STEADY_MS)
        before = await broker.metric('messages_pending')
        return before !== undefined && before === last
      },
      FULL_DEADLINE_MS,
    )
    const pending = before ?? 0
    const memory = sampleEvery(1000, () => broker.process().residentMiB())
    await sleep(watchS * 1000)
    await memory.stop()
    const spoolBytes = (await broker.metric('spool_bytes')) ?? 0
    const silence = spanOf(run.seconds(), fullMs + 2000, Date.now() - 1000)

    await database.start()
    const backMs = Date.now()
    await eventually(
      'the spool is drained',
      async () => (await broker.metric('spool_messages')) === 0,
      FULL_DEADLINE_MS,
    )
    await eventually('the broker is ready', async () => (await broker.readyz()).status === 200)
    const recoveredMs = Date.now()
    const report = await run.stop()
    const verified = await scene.verify(run)

    const sizes = memory.samples.map((it) => it.value)
    const growth = Math.max(...sizes) - (sizes[0] ?? 0)
    printTable(`The spool is full, ${database.version}`, {
      'SPOOL_MAX_BYTES, MiB': SPOOL_BYTES_MAX / 2 ** 20,
      'full after, s': (fullMs - downMs) / 1000,
      '/readyz': `${full.status} ${full.body.trim()}`,
      'spool while full, MiB': spoolBytes / 2 ** 20,
      'acknowledged while full, messages': silence.acked,
      'held by the broker, messages': pending,
      'watched, s': watchS,
      'resident memory, MiB': `${Math.min(...sizes).toFixed(0)} to ${Math.max(...sizes).toFixed(0)}`,
      'recovered after the database, s': (recoveredMs - backMs) / 1000,
      'devices disconnected': report.reconnects,
      ...judgementRows(report, verified),
    })
    expectNothingLost(report, verified)
    expect(silence.acked, 'acknowledged while nothing could be kept').to.equal(0)
    expect(growth, 'growth of the resident memory, MiB').to.be.lessThan(GROWTH_MIB_MAX)
    expect(spoolBytes).to.be.at.most(SPOOL_BYTES_MAX)
  })
})
