import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { runModule, type Running } from '../support/processes.ts'

const MINUTE_MS = 60_000
const SPACING_MS = 5000

describe('the process insight', function () {
  this.timeout(180_000)
  let broker: TestBroker
  let device: TestDevice
  let client: MqttClient
  let running: Running[] = []
  const beginMs = Math.floor((Date.now() - 3 * 3_600_000) / MINUTE_MS) * MINUTE_MS
  before(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
    client = await logIn(broker, device)
  })
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await Promise.all(running.map(({ ended }) => ended))
    running = []
  })
  after(async () => {
    await client.endAsync()
    await broker.close()
  })

  const env = () => ({
    DATABASE_URL: broker.db.url,
    INSIGHT_STATUS_PORT: '0',
    INSIGHT_INTERVAL_MS: '100',
  })
  async function start(): Promise<Running> {
    const insight = runModule('insight/main.ts', [], env())
    running.push(insight)
    await eventually('readings are analysed', () => insight.output().includes('analysis_started'))
    return insight
  }
  /** Ten minutes of driving from a minute of the test on, then five of standing. */
  async function drive(minute: number): Promise<void> {
    for (let ms = 0; ms < 15 * MINUTE_MS; ms += SPACING_MS) {
      const drivenS = Math.min(ms, 10 * MINUTE_MS) / 1000
      const reading = {
        time: new Date(beginMs + minute * MINUTE_MS + ms).toISOString(),
        lat: 59.3 + minute / 60 + (drivenS * 15) / 111_320,
        lon: 18,
        speed: ms < 10 * MINUTE_MS ? 54 : 0,
      }
      await client.publishAsync(device.topic, JSON.stringify(reading), { qos: 1 })
    }
  }
  const journeys = async () => {
    const rows = await broker.db.sql`
      select kind, round(extract(epoch from from_time - ${new Date(beginMs)}) / 60)::integer as minute, to_time is null as "isOpen"
      from journeys where vehicle_id = ${device.vehicleId} order by from_time`
    return rows.map((it) => `${it['kind']} ${it['minute']}${it['isOpen'] ? ' open' : ''}`)
  }
  async function rebuild(): Promise<{ code: unknown; output: string }> {
    const run = runModule('insight/main.ts', ['rebuild'], env())
    return { code: await run.ended, output: run.output() }
  }

  it('trips and stops of published readings are stored, also while it is killed and started again', async () => {
    await drive(0)
    const first = await start()
    await eventually('the first trip', async () => (await journeys()).length === 2)
    first.child.kill('SIGKILL')
    await first.ended
    await drive(60)
    await start()
    await eventually('the second trip', async () => (await journeys()).length === 5)
    expect(await journeys()).to.deep.equal(['trip 0', 'stop 10', 'gap 15', 'trip 60', 'stop 70 open'])
  })

  it('a trip that arrives late is put between the others, and the audit finds no difference', async () => {
    await start()
    await drive(30)
    await eventually('the late trip', async () => (await journeys()).length === 8)
    expect(await journeys()).to.deep.equal(
      'trip 0, stop 10, gap 15, trip 30, stop 40, gap 45, trip 60, stop 70 open'.split(', '),
    )
    await eventually(
      'nothing waits',
      async () => (await broker.db.sql`select from vehicle_dirty`).length === 0,
    )
    const { code, output } = await rebuild()
    expect(output).to.match(/^1 vehicle\(s\), \d+ readings: no difference$/m)
    expect(code).to.equal(0)
  })

  it('both ends of journeys are named', async () => {
    await start()
    await eventually('all names', async () => {
      const unnamed = await broker.db.sql`
        select from journeys where start_place is null or (end_place is null and to_time is not null)`
      return unnamed.length === 0
    })
    const [trip] = await broker.db.sql`select start_place from journeys order by from_time limit 1`
    expect(trip?.['start_place']).to.match(/^(near )?\p{L}/u)
  })

  it('the audit reports results that are wrong, and a running process mends them', async () => {
    await broker.db.sql`update journeys set distance_mm = 1 where kind = 'trip' and to_time is not null`
    await broker.db
      .sql`delete from vehicle_buckets where start_time = (select min(start_time) from vehicle_buckets)`
    const { code, output } = await rebuild()
    expect(code).to.equal(1)
    expect(output).to.match(/: trip of \S+: distanceMm is 1, not \d+$/m)
    expect(output).to.match(/: sums of \S+: is missing$/m)
    await start()
    await eventually('no difference', async () => (await rebuild()).code === 0)
  })

  it('a second process waits until the first one ends', async () => {
    const first = await start()
    const second = runModule('insight/main.ts', [], env())
    running.push(second)
    await eventually('the lock is asked for twice', async () => {
      const rows = await broker.db.sql`
        select from pg_stat_activity where application_name like 'fleetwire-insight%' and query like '%advisory%'`
      return rows.length > 0
    })
    expect(second.output()).to.not.include('analysis_started')
    first.child.kill('SIGTERM')
    expect(await first.ended, first.output()).to.equal(0)
    await eventually('the second one analyses', () => second.output().includes('analysis_started'))
  })

  it('an unknown argument is refused with the usage', async () => {
    const run = runModule('insight/main.ts', ['rebild'], env())
    expect(await run.ended).to.equal(1)
    expect(run.output()).to.include('Usage: npm run insight -- rebuild')
  })
})
