import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../../support/broker.ts'
import { logIn } from '../../support/clients.ts'
import { eventually } from '../../support/eventually.ts'
import {
  addUser,
  expectProblem,
  openFixture,
  openFixtureWithBroker,
  SECRET,
  type Fixture,
} from '../fixture.ts'

describe('replays of dead letters', () => {
  /** The broker that refused the letters; the fixture's broker tolerates a clock that is ten minutes ahead. */
  let strict: TestBroker
  let fixture: Fixture & { broker: TestBroker }
  let device: TestDevice
  before(async () => {
    fixture = await openFixtureWithBroker({ CLOCK_SKEW_MAX_S: '600' })
    strict = await openTestBroker({ JWT_SECRET: SECRET, CLOCK_SKEW_MAX_S: '0' }, fixture.broker.db)
  })
  after(async () => {
    await strict.close()
    await fixture.close()
  })
  beforeEach(async () => {
    await fixture.sql`truncate rejected_messages`
    device = await strict.addDevice()
  })

  async function publish(payload: unknown): Promise<void> {
    const client = await logIn(strict, device)
    await client.publishAsync(device.topic, JSON.stringify(payload), { qos: 1 })
    await client.endAsync()
  }
  const ahead = (n = 0) => ({ time: Date.now() + 60_000 + n, speed: n % 400 })
  const rows = async () => {
    const [row] = await fixture.sql<{ count: number }[]>`
      select count(*) from telemetry where vehicle_id = ${device.vehicleId}`
    return row?.count
  }
  const ids = async () => {
    const found = await fixture.sql<{ id: number }[]>`select id from rejected_messages order by id`
    return found.map(({ id }) => id)
  }
  const replay = (query = `?vehicle=${device.vehicle}`) =>
    fixture.call('POST', `/api/dead-letters/replay${query}`)

  it('a replayed dead letter is stored, removed and noted in the audit log', async () => {
    const reading = ahead()
    await publish(reading)
    const [id] = await ids()
    const { status, body } = await fixture.call('POST', `/api/dead-letters/${id}/replay`)
    expect([status, body]).to.deep.equal([200, { replayed: 1, stored: 1, duplicates: 0, kept: [] }])
    const [row] = await fixture.sql<{ time: Date }[]>`
      select time from telemetry where vehicle_id = ${device.vehicleId}`
    expect(row?.time.getTime()).to.equal(reading.time)
    expect(await ids()).to.deep.equal([])
    expectProblem(await fixture.call('POST', `/api/dead-letters/${id}/replay`), 404, 'not_found')
    const log = await fixture.call('GET', `/api/audit-log?subject=dead-letter:${id}`)
    expect(log.body.items[0]).to.deep.include({ action: 'dead-letter.replay', before: { count: 1 } })
  })

  it('a dead letter that is still wrong stays, with its current problems', async () => {
    await publish([{ speed: -1 }, ahead(1)])
    const [bad] = await ids()
    const { body } = await replay()
    expect(body).to.deep.include({ replayed: 1, stored: 1 })
    expect(body.kept).to.have.length(1)
    expect(body.kept[0].id).to.equal(bad)
    expect(body.kept[0].errors[0]).to.include({ code: 'out_of_range', pointer: '/speed' })
    expect(await ids()).to.deep.equal([bad])
  })

  it('a reading without a time keeps the same time in every replay', async () => {
    // Enough bad readings for one letter of the whole array; its valid readings are already stored.
    const array = Array.from({ length: 150 }, (_, n) => (n % 5 === 0 ? { speed: n } : ahead(n)))
    await publish(array)
    expect(await rows()).to.equal(30)
    const [row] = await fixture.sql<{ payload: Buffer; at: string }[]>`
      select payload, time_if_absent::text as at from rejected_messages`
    expect((await replay()).body).to.deep.include({ replayed: 1, stored: 120, duplicates: 30 })
    await fixture.sql`
      insert into rejected_messages (received_at, time_if_absent, vehicle_id, device_id, code, problems, payload)
      select now(), ${row?.at ?? ''}::text::timestamptz, vehicle_id, id, 'bad_time', '[]', ${row?.payload ?? ''}
      from devices where key = ${device.clientId}`
    expect((await replay()).body).to.deep.include({ replayed: 1, stored: 0, duplicates: 150 })
    expect(await rows()).to.equal(150)
  })

  it('replayed readings of one array keep the order of their times', async () => {
    await publish([{ speed: -1 }, { speed: -2 }])
    await fixture.sql`update rejected_messages set payload = convert_to('{"speed":' || reading_index || '}', 'utf8')`
    expect((await replay()).body).to.deep.include({ replayed: 2, stored: 2 })
    const stored = await fixture.sql<{ speed: number }[]>`
      select speed from telemetry where vehicle_id = ${device.vehicleId} order by time`
    expect(stored.map(({ speed }) => speed)).to.deep.equal([0, 1])
  })

  it('older dead letters without a stored time do not become one reading', async () => {
    for (const speed of [1, 2])
      await fixture.sql`
        insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, payload)
        select '2026-11-21T08:00:00Z', vehicle_id, id, 'bad_time', '[]', ${Buffer.from(JSON.stringify({ speed }))}
        from devices where key = ${device.clientId}`
    expect((await replay()).body).to.deep.include({ replayed: 2, stored: 2, duplicates: 0 })
  })

  it('a replay goes page by page, past the letters that stay', async () => {
    for (let n = 0; n < 5; n++) await publish(n < 3 ? { speed: -1 } : ahead(n))
    const query = `?vehicle=${device.vehicle}&limit=2`
    let [replayed, kept, pages] = [0, 0, 0]
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const { body } = await replay(cursor === '' ? query : `${query}&cursor=${cursor}`)
      replayed += body.replayed
      kept += body.kept.length
      cursor = body.next_cursor
    }
    expect([replayed, kept, pages]).to.deep.equal([2, 3, 3])
    expect(await ids()).to.have.length(3)
  })

  it('a dead letter of a deleted vehicle cannot be replayed', async () => {
    await publish(ahead())
    await fixture.sql`delete from vehicles where id = ${device.vehicleId}`
    const [id] = await ids()
    expectProblem(await fixture.call('POST', `/api/dead-letters/${id}/replay`), 404, 'not_found')
  })

  describe('dead letters with readings of several vehicles', () => {
    let next: TestDevice
    let id: number
    beforeEach(async () => {
      next = await strict.addDevice()
      const first = await logIn(strict, device)
      await fixture.sql`update devices set vehicle_id = ${next.vehicleId} where key = ${device.clientId}`
      await eventually('the broker knows of the move', () => !first.connected)
      await first.endAsync()
      const old = { time: Date.now() - 3_600_000, speed: -1 }
      // Enough bad readings for one letter of the whole array.
      await publish(
        Array.from({ length: 160 }, (_, n) => (n < 80 ? { ...old, seq: n } : { seq: n, speed: -1 })),
      )
      const found = await fixture.sql<{ id: number; vehicle_id: number | null }[]>`
        select id, vehicle_id from rejected_messages`
      expect(found.map((it) => it.vehicle_id)).to.deep.equal([null])
      id = found[0]?.id ?? 0
      await fixture.sql`
        update rejected_messages set payload = convert_to(replace(convert_from(payload, 'utf8'), '-1', '1'), 'utf8')`
    })
    const storedOf = async (vehicleId: number) => {
      const found = await fixture.sql<{ seq: number }[]>`
        select seq from telemetry where vehicle_id = ${vehicleId} order by seq`
      return found.map(({ seq }) => seq)
    }
    const from = (start: number) => Array.from({ length: 80 }, (_, n) => start + n)

    for (const path of ['{id}/replay', 'replay?code=out_of_range'])
      it(`replayed readings are placed by their device's stays, by ${path}`, async () => {
        const { status, body } = await fixture.call(
          'POST',
          `/api/dead-letters/${path.replace('{id}', String(id))}`,
        )
        expect(status).to.equal(200)
        expect(body).to.deep.include({ replayed: 1, stored: 160, duplicates: 0, kept: [] })
        expect(await storedOf(device.vehicleId)).to.deep.equal(from(0))
        expect(await storedOf(next.vehicleId)).to.deep.equal(from(80))
        expect(await ids()).to.deep.equal([])
      })

    it('replayed readings are placed by stays while their device is in no vehicle', async () => {
      await fixture.sql`update devices set vehicle_id = null where key = ${device.clientId}`
      const { body } = await fixture.call('POST', `/api/dead-letters/${id}/replay`)
      expect(body).to.include({ replayed: 1, stored: 160 })
      expect(await storedOf(next.vehicleId)).to.deep.equal(from(80))
    })

    it('a dead letter of a deleted device stays, with the reason', async () => {
      await fixture.sql`delete from devices where key = ${device.clientId}`
      for (const path of [`${id}/replay`, 'replay?code=out_of_range']) {
        const { status, body } = await fixture.call('POST', `/api/dead-letters/${path}`)
        expect([status, body.replayed, body.kept[0].id]).to.deep.equal([200, 0, id])
        expect(body.kept[0].errors[0]).to.include({ code: 'not_in_vehicle' })
        expect(body.kept[0].errors[0].detail).to.include('device was deleted')
      }
      expect(await ids()).to.deep.equal([id])
    })

    it('a user may not replay a dead letter of several vehicles', async () => {
      const user = await addUser(fixture.sql, 'user')
      await fixture.sql`
        update vehicles set created_by = ${user.id} where id = any (${[device.vehicleId, next.vehicleId]})`
      const { token } = user
      expectProblem(await fixture.call('POST', `/api/dead-letters/${id}/replay`, { token }), 404, 'not_found')
      const { body } = await fixture.call('POST', '/api/dead-letters/replay?code=out_of_range', { token })
      expect(body).to.include({ replayed: 0 })
      expect(await ids()).to.deep.equal([id])
    })
  })

  it('a dead letter stays when no broker is configured', async () => {
    await publish(ahead())
    const alone = await openFixture({}, fixture.broker.db)
    const answer = await alone.call('POST', `/api/dead-letters/replay?vehicle=${device.vehicle}`)
    expectProblem(answer, 503, 'unavailable')
    expect(await ids()).to.have.length(1)
    await alone.close()
  })
})
