import { expect } from 'chai'
import { startMaintenance } from '../../../sql/maintain.ts'
import { createLog } from '../../../kit/log.ts'
import { RowBuffer } from '../../../broker/ingest/row-buffer.ts'
import { createSharedReadings } from '../../../broker/live/shared-readings.ts'
import type { TestBroker, TestDevice } from '../../support/broker.ts'
import { logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import { openFixtureWithBroker, type Fixture } from '../fixture.ts'

describe('readings already sent by another device of the vehicle', () => {
  let fixture: Fixture & { broker: TestBroker }
  let first: TestDevice
  let second: TestDevice
  before(async () => (fixture = await openFixtureWithBroker()))
  after(() => fixture.close())
  beforeEach(async () => {
    first = await fixture.broker.addDevice()
    second = await fixture.broker.addDevice({ vehicleId: first.vehicleId })
  })

  const startMs = Math.floor(Date.now() / 1000) * 1000 - 60_000
  const reading = (seq: number, speed: number) => ({ time: startMs + seq * 1000, seq, speed })
  async function publish(device: TestDevice, payloads: unknown[]): Promise<void> {
    const client = await logIn(fixture.broker, device)
    for (const it of payloads) await client.publishAsync(device.topic, JSON.stringify(it), { qos: 1 })
    await client.endAsync()
  }
  const shared = () => fixture.sql<{ device: string; seq: number }[]>`
    select devices.key as device, seq from shared_readings join devices on devices.id = device_id
    where shared_readings.vehicle_id = ${first.vehicleId} order by devices.key, seq`
  const completeness = async ({ clientId }: TestDevice) => {
    const { body } = await fixture.call('GET', `/api/devices/${clientId}/completeness`)
    return {
      ...body,
      missing: body.missing.map((it: { from_seq: number; to_seq: number }) => [it.from_seq, it.to_seq]),
    }
  }

  it('a shared reading does not count as missing for the second device, but an unsent one does', async () => {
    await publish(
      first,
      [1, 2, 3, 4, 5, 6].map((seq) => reading(seq, 0)),
    )
    // The third is sent twice, and the fifth is repeated within its batch.
    await publish(second, [reading(1, 1), reading(2, 1), reading(3, 0), reading(3, 0)])
    await publish(second, [[reading(5, 0), reading(5, 0)], reading(6, 1)])
    await eventually('both shared readings are recorded', async () => (await shared()).length === 2)
    expect([...(await shared())]).to.deep.equal([3, 5].map((seq) => ({ device: second.clientId, seq })))
    const found = await completeness(second)
    expect(found.missing).to.deep.equal([[4, 4]])
    expect(found.counts).to.include({ stored: 3, received: 3 + found.counts.duplicates })
    expect((await completeness(first)).missing).to.deep.equal([])
  })

  it('a shared reading is recorded even if others have its instant, unless it has no seq', async () => {
    const of = (seq: number | undefined, speed: number) => ({ time: startMs, speed, ...(seq && { seq }) })
    await publish(first, [of(1, 1), of(2, 2), of(3, 3), of(undefined, 4)])
    await publish(second, [[of(1, 9), of(undefined, 4), of(3, 3), of(2, 2)]])
    await eventually('both shared readings are recorded', async () => (await shared()).length === 2)
    expect((await shared()).map(({ seq }) => seq)).to.deep.equal([2, 3])
    expect((await completeness(second)).missing).to.deep.equal([])
  })

  it('shared readings are deleted with their history, with their device, and by retention', async () => {
    const insert = (days: number) => fixture.sql`
      insert into shared_readings (device_id, vehicle_id, time, seq)
      select id, ${first.vehicleId}, now() - ${days} * interval '1 day', ${days} from devices
      where key = ${second.clientId}`
    await insert(1)
    await insert(40)
    const log = createLog('test', 'silent')
    await startMaintenance({ sql: fixture.sql, retentionDays: 30, log }).stop()
    expect((await shared()).map(({ seq }) => seq)).to.deep.equal([1])
    await fixture.sql`delete from devices where key = ${second.clientId}`
    expect(await shared()).to.have.length(0)
    second = await fixture.broker.addDevice({ vehicleId: first.vehicleId })
    await insert(1)
    const { status } = await fixture.call('DELETE', `/api/vehicles/${first.vehicle}?history=delete`)
    expect(status).to.be.below(300)
    const left = await fixture.sql`select from shared_readings where vehicle_id = ${first.vehicleId}`
    expect(left).to.have.length(0)
  })

  it('a device that resends its backlog leaves room for other devices', async () => {
    await publish(
      first,
      [1, 2, 3].map((seq) => reading(seq, 0)),
    )
    const ids = await fixture.sql<{ id: number }[]>`
      select id from devices where key = any (${[first.clientId, second.clientId]}) order by id`
    const log = createLog('test', 'silent')
    const readings = createSharedReadings({
      sql: fixture.sql,
      log,
      intervalMs: 1e9,
      waitingMax: 4,
      ofDeviceMax: 3,
    })
    const rows = new RowBuffer(7)
    for (const [place, device] of [0, 0, 0, 0, 0, 1, 1].entries())
      rows.write(first.vehicleId, ids[device]?.id ?? 0, (startMs + (place % 5) * 1000 + 1000) * 1000, 0, {})
    readings.note(rows, [0, 1, 2, 3, 4, 5, 6], new Map())
    await readings.close()
    expect((await shared()).map(({ seq }) => seq)).to.deep.equal([1])
  })
})
