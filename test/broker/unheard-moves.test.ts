import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'

const MOVES = 12

describe('moves of devices', () => {
  let broker: TestBroker
  let device: TestDevice
  let next: TestDevice
  beforeEach(async () => {
    broker = await openTestBroker()
    device = await broker.addDevice()
    next = await broker.addDevice()
  })
  afterEach(() => broker.close())

  const sql = () => broker.db.sql
  const move = (vehicleId: number) =>
    sql()`update devices set vehicle_id = ${vehicleId} where key = ${device.clientId}`.then(() => {})
  const speedsOf = async ({ vehicleId }: TestDevice) => {
    const rows = await sql()<{ speed: number }[]>`
      select speed from telemetry where vehicle_id = ${vehicleId} order by time, speed`
    return rows.map(({ speed }) => speed)
  }
  const now = () => new Date().toISOString()
  const untilDrained = () =>
    eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
  /** The number of readings outside the vehicle named by `device_vehicles`, and of those stored more than once. */
  async function faults(): Promise<{ elsewhere: number; twice: number; stored: number }> {
    const [found] = await sql()<{ elsewhere: number; twice: number; stored: number }[]>`
      select count(*) filter (where stay.vehicle_id is distinct from telemetry.vehicle_id)::int as elsewhere,
        (count(*) - count(distinct seq))::int as twice, count(distinct seq)::int as stored
      from telemetry left join device_vehicles stay on stay.device_id = telemetry.device_id
        and stay.since <= greatest(time, (select min(since) from device_vehicles first where first.device_id = stay.device_id))
        and (stay.until is null or time < stay.until)`
    return found ?? { elsewhere: -1, twice: -1, stored: -1 }
  }

  it('a move that no broker was notified of decides the vehicle of later readings', async () => {
    const [begin] = await sql()<{ definition: string }[]>`
      select pg_get_functiondef('begin_move'::regproc) as definition`
    await sql().unsafe(begin?.definition.replace(/perform pg_notify[^;]*;/, '') ?? '')
    await sql()`alter table devices disable trigger announce_device`
    const client = await logIn(broker, device)
    const before = now()
    await move(next.vehicleId)
    const payload = [{ time: before, speed: 1 }, { speed: 2 }]
    await client.publishAsync(device.topic, JSON.stringify(payload), { qos: 1 })
    await client.publishAsync(device.topic, JSON.stringify({ time: now(), speed: 3 }), { qos: 1 })
    await untilDrained()
    expect(client.connected).to.equal(true)
    expect([await speedsOf(device), await speedsOf(next)]).to.deep.equal([[1], [2, 3]])
    await client.endAsync()
  })

  it('a committed move decides the vehicle of readings over HTTP at once', async () => {
    const url = `http://127.0.0.1:${broker.statusPort}/telemetry`
    const headers = { authorization: `Bearer ${device.token}` }
    for (let seq = 1; seq <= MOVES; seq++) {
      await move((seq % 2 === 0 ? device : next).vehicleId)
      const body = JSON.stringify({ time: Date.now() + 1, seq, speed: 1 })
      expect((await fetch(url, { method: 'POST', headers, body })).status).to.equal(200)
    }
    await untilDrained()
    expect(await faults()).to.deep.equal({ elsewhere: 0, twice: 0, stored: MOVES })
  })

  it('a moving device that resends unacknowledged readings stores none twice', async () => {
    const outbox: { time: string; speed: number; seq: number }[] = []
    const over = new AbortController()
    let seq = 0
    async function sendOver(client: MqttClient): Promise<void> {
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
      while (client.connected && (!over.signal.aborted || outbox.length > 0)) {
        while (!over.signal.aborted && outbox.length < 8) outbox.push({ time: now(), speed: 1, seq: seq++ })
        const sent = [...outbox].map(async (it) => {
          await client.publishAsync(device.topic, JSON.stringify(it), { qos: 1 })
          outbox.splice(outbox.indexOf(it), 1)
        })
        await Promise.race([Promise.allSettled(sent), closed])
      }
      client.end(true)
    }
    async function run(): Promise<void> {
      while (!over.signal.aborted || outbox.length > 0) {
        const client = await logIn(broker, device).catch(() => undefined)
        client?.on('error', () => {}).setMaxListeners(0)
        if (client !== undefined) await sendOver(client)
      }
    }
    const running = run()
    for (let n = 1; n <= MOVES; n++) {
      const before = seq
      await eventually('further readings are sent', () => seq > before + 50)
      await move((n % 2 === 0 ? device : next).vehicleId)
    }
    over.abort()
    await running
    await untilDrained()
    expect(await faults()).to.deep.equal({ elsewhere: 0, twice: 0, stored: seq })
  })

  it('an uncommitted move delays no acknowledgement, and decides once it is committed', async () => {
    const client = await logIn(broker, device)
    await sql().begin(async (tx) => {
      await tx`update devices set vehicle_id = ${next.vehicleId} where key = ${device.clientId}`
      await client.publishAsync(device.topic, JSON.stringify({ time: Date.now() - 60_000, speed: 1 }), {
        qos: 1,
      })
      await client.publishAsync(device.topic, JSON.stringify({ time: Date.now() + 1, speed: 2 }), { qos: 1 })
    })
    // Otherwise both would be acknowledged once their batch is late.
    expect(await broker.metric('batches_late_total')).to.equal(0)
    await untilDrained()
    expect([await speedsOf(device), await speedsOf(next)]).to.deep.equal([[1], [2]])
    client.end(true)
  })

  it('a move waits for batches that are about to commit, but not for long', async () => {
    const holder = await sql().reserve()
    await holder`begin`
    await holder`call expect_moves(0)`
    let isMoved = false
    const moved = move(next.vehicleId).then(() => (isMoved = true))
    await eventually('the move waits', async () => {
      const waiting = await sql()`select from pg_locks where locktype = 'advisory' and not granted`
      return waiting.length > 0
    })
    expect(isMoved).to.equal(false)
    // The lock is still held: the move continues after 2 s.
    await moved
    await holder`rollback`
    holder.release()
  })
})
