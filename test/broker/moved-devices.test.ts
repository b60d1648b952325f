import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTestBroker, type TestBroker, type TestDevice } from '../support/broker.ts'
import { collect, logIn, logInRaw } from '../support/clients.ts'
import { openTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy } from '../support/proxy.ts'

/** Hours before now. */
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
const reading = (hours: number, speed: number) => ({ time: ago(hours), speed })

describe('moved devices', () => {
  let broker: TestBroker
  let device: TestDevice
  let next: { id: number; key: string; topic: string }
  before(async () => {
    broker = await openTestBroker()
  })
  after(() => broker.close())
  beforeEach(async () => {
    device = await broker.addDevice()
    const { vehicleId, vehicle, topic } = await broker.addDevice()
    next = { id: vehicleId, key: vehicle, topic }
  })

  const sql = () => broker.db.sql
  const move = (vehicleId: number | null) =>
    sql()`update devices set vehicle_id = ${vehicleId} where key = ${device.clientId}`
  /** Changes the device and waits until the broker has learned of it. */
  async function change(run: () => Promise<unknown>): Promise<void> {
    const client = await logInRaw(broker, device)
    await run()
    await client.closed
  }
  /** Puts the device in its first vehicle until `hours` ago, and in the next since `sinceHours` ago. */
  const moveInThePast = (hours: number, sinceHours = hours) =>
    change(async () => {
      await sql().begin(async (tx) => {
        await tx`update devices set vehicle_id = ${next.id} where key = ${device.clientId}`
        const stays = tx`device_vehicles where device_id = (select id from devices where key = ${device.clientId})`
        await tx`update device_vehicles set since = ${ago(9)}::text::timestamptz, until = ${ago(hours)}::text::timestamptz where id = (select id from ${stays} and until is not null)`
        await tx`update device_vehicles set since = ${ago(sinceHours)}::text::timestamptz where id = (select id from ${stays} and until is null)`
      })
    })
  /** The stored speeds of the first vehicle, and of the next. */
  const stored = async () => {
    const rows = await sql()<{ vehicleId: number; speed: number }[]>`
      select vehicle_id as "vehicleId", speed from telemetry
      where device_id = (select id from devices where key = ${device.clientId}) order by time`
    const of = (id: number) => rows.filter((it) => it.vehicleId === id).map(({ speed }) => speed)
    return [of(device.vehicleId), of(next.id)]
  }
  const letters = () => sql()<{ code: string; vehicleId: number; text: string; detail: string }[]>`
    select code, vehicle_id as "vehicleId", convert_from(payload, 'utf8') as text, problems -> 0 ->> 'detail' as detail
    from rejected_messages where device_id = (select id from devices where key = ${device.clientId}) order by id`
  const post = async (path: string, token: string, payload: unknown) => {
    const url = `http://127.0.0.1:${broker.statusPort}/${path}`
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) })
    return (await response.json()) as { stored: number; refused: number; rejected: unknown[] }
  }

  for (const qos of [0, 1, 2] as const) {
    it(`readings sent to the old topic with QoS ${qos} are placed by their times`, async () => {
      await moveInThePast(2)
      const client = await logIn(broker, device)
      for (const it of [reading(5, 1), reading(3, 2), reading(1, 3)])
        await client.publishAsync(device.topic, JSON.stringify(it), { qos })
      await client.publishAsync(device.topic, JSON.stringify([reading(4, 4), reading(0.5, 5)]), { qos })
      await client.publishAsync(next.topic, JSON.stringify([reading(6, 6), { speed: 7 }]), { qos })
      await eventually('all seven readings are stored', async () => (await stored()).flat().length === 7)
      expect(await stored()).to.deep.equal([
        [6, 1, 4, 2],
        [3, 5, 7],
      ])
      expect(client.connected).to.equal(true)
      expect(await letters()).to.have.length(0)
      await client.endAsync()
    })
  }

  for (const qos of [1, 2] as const) {
    it(`a device using its new topic early succeeds on resending, with QoS ${qos}`, async () => {
      const client = await logIn(broker, device, { reconnectPeriod: 20 })
      await sql()`alter table devices disable trigger announce_device`
      try {
        await move(next.id)
      } finally {
        await sql()`alter table devices enable trigger announce_device`
      }
      // MQTT.js reconnects by itself, and resends unacknowledged messages.
      await client.publishAsync(next.topic, JSON.stringify({ speed: 1 }), { qos })
      expect(await stored()).to.deep.equal([[], [1]])
      expect(await letters()).to.have.length(0)
      await client.publishAsync(`fleet/${device.vehicle}-x/telemetry`, JSON.stringify({ speed: 2 }), { qos })
      expect((await letters()).map(({ code }) => code)).to.deep.equal(['wrong_topic'])
      expect(client.connected).to.equal(true)
      await client.endAsync()
    })
  }

  it('readings over HTTP are also placed by their time', async () => {
    await moveInThePast(2)
    const answer = await post('telemetry', device.token, [reading(5, 1), reading(1, 2), { speed: 3 }])
    expect(answer).to.include({ stored: 3, refused: 0 })
    expect(await stored()).to.deep.equal([[1], [2, 3]])
  })

  it('a last will on the old topic is placed by its time', async () => {
    await moveInThePast(2)
    const will = {
      topic: device.topic,
      payload: Buffer.from(JSON.stringify(reading(3, 1))),
      qos: 1 as const,
      retain: false,
    }
    const client = await logIn(broker, device, { will })
    client.stream.destroy()
    await eventually('the will is stored', async () => (await stored()).flat().length === 1)
    expect(await stored()).to.deep.equal([[1], []])
  })

  it('a device that returns to a vehicle was in the other one only in between', async () => {
    await moveInThePast(4)
    await change(() => move(device.vehicleId))
    const client = await logIn(broker, device)
    const readings = [reading(5, 1), reading(3, 2), { speed: 3 }]
    await client.publishAsync(device.topic, JSON.stringify(readings), { qos: 1 })
    expect(await stored()).to.deep.equal([[1, 3], [2]])
    await client.endAsync()
  })

  it('readings from a time without a vehicle are acknowledged dead letters', async () => {
    await moveInThePast(4, 2)
    const client = await logIn(broker, device)
    const readings = [reading(5, 1), reading(3, 2), reading(1, 3)]
    await client.publishAsync(device.topic, JSON.stringify(readings), { qos: 1 })
    expect(await stored()).to.deep.equal([[1], [3]])
    const [letter] = await letters()
    expect(letter).to.include({
      code: 'not_in_vehicle',
      vehicleId: next.id,
      text: JSON.stringify(readings[1]),
    })
    expect(client.connected).to.equal(true)
    await client.endAsync()
  })

  it('readings from a deleted vehicle are dead letters of that vehicle', async () => {
    await moveInThePast(2)
    await change(() => sql()`delete from vehicles where id = ${device.vehicleId}`)
    const client = await logIn(broker, device)
    await client.publishAsync(next.topic, JSON.stringify([reading(5, 1), reading(1, 2)]), { qos: 1 })
    expect(await stored()).to.deep.equal([[], [2]])
    const [letter] = await letters()
    expect(letter).to.include({ code: 'not_in_vehicle', vehicleId: device.vehicleId })
    // The topic of the deleted vehicle belongs to nobody now.
    await client.publishAsync(device.topic, JSON.stringify(reading(5, 3)), { qos: 1 })
    expect((await letters())[1]).to.include({ code: 'wrong_topic', vehicleId: next.id })
    expect(client.connected).to.equal(true)
    await client.endAsync()
  })

  it('a device re-created under a key has only its own stays', async () => {
    await moveInThePast(2)
    await change(async () => {
      await sql()`delete from devices where key = ${device.clientId}`
      await sql()`insert into devices (key, vehicle_id) values (${device.clientId}, ${next.id})`
    })
    const client = await logIn(broker, { ...device, token: broker.sign({ sub: device.clientId }) })
    await client.publishAsync(next.topic, JSON.stringify(reading(5, 1)), { qos: 1 })
    await client.publishAsync(device.topic, JSON.stringify(reading(5, 2)), { qos: 1 })
    expect(await stored()).to.deep.equal([[], [1]])
    expect((await letters()).map(({ code }) => code)).to.deep.equal(['wrong_topic'])
    await client.endAsync()
  })

  it('subscribers of a vehicle get only the readings of that vehicle', async () => {
    await moveInThePast(2)
    const follow = async (vehicleId: number) => {
      const user = await broker.addUser('user')
      await sql()`insert into grants (user_id, vehicle_id) values (${user.id}, ${vehicleId})`
      const client = await logIn(broker, user)
      await client.subscribeAsync('fleet/+/telemetry')
      return { client, messages: collect(client) }
    }
    const [first, second] = [await follow(device.vehicleId), await follow(next.id)]
    const client = await logIn(broker, device)
    const [a, b, c, bad] = [reading(5, 1), reading(1, 2), reading(4, 3), { ...reading(3, 4), speed: -1 }]
    await client.publishAsync(device.topic, JSON.stringify([a, b, c, bad]), { qos: 1 })
    await client.publishAsync(next.topic, JSON.stringify(a), { qos: 1 })
    await client.publishAsync(device.topic, JSON.stringify({ speed: 5 }), { qos: 1 })
    await eventually('the last of them', () => second.messages.length === 2)
    // The second reading is a duplicate.
    expect(first.messages).to.deep.equal([{ topic: device.topic, payload: [a, c] }])
    expect(second.messages).to.deep.equal([
      { topic: next.topic, payload: [b] },
      { topic: next.topic, payload: { speed: 5 } },
    ])
    // Dead letters are placed in the same way: a refused reading of the first vehicle belongs to it.
    expect((await letters()).map(({ vehicleId }) => vehicleId)).to.deep.equal([device.vehicleId])
    for (const it of [first.client, second.client, client]) await it.endAsync()
  })

  it('a replayed dead letter is placed by the time of its reading', async () => {
    await moveInThePast(2)
    const [row] = await sql()<{ id: number }[]>`select id from devices where key = ${device.clientId}`
    const token = broker.sign({ sub: 'api', role: 'service', aud: 'intake', jti: randomUUID() })
    // In the current vehicle of the device, like a dead letter of a wrong topic.
    const query = (hours: number) =>
      `replay?vehicle_id=${next.id}&device_id=${row?.id}&received_us=${Date.parse(ago(hours)) * 1000}`
    expect(await post(query(1), token, [reading(5, 1), reading(1, 2)])).to.include({ stored: 2 })
    expect(await post(query(3), token, { speed: 3 })).to.include({ stored: 1 })
    // The device need not be in a vehicle now.
    await change(() => move(null))
    expect(await post(query(1), token, reading(4, 4))).to.include({ stored: 1 })
    expect(await post(query(1), token, reading(0, 5))).to.include({ stored: 0, refused: 1 })
    expect(await stored()).to.deep.equal([[1, 4, 3], [2]])
  })

  it('a device loses no reading while it is moved', async () => {
    const client = await logInRaw(broker, device)
    const startMs = Date.now()
    let sent = 0
    const acknowledged = () => client.count('puback')
    const send = (count: number) => {
      for (let n = 0; n < count; n++) {
        const payload = JSON.stringify({ time: startMs + ++sent, seq: sent, speed: 1 })
        client.send({
          cmd: 'publish',
          topic: device.topic,
          payload,
          qos: 1,
          messageId: sent,
          retain: false,
          dup: false,
        })
      }
    }
    send(100)
    await eventually('fifty acknowledgements', () => acknowledged() >= 50)
    const moved = move(next.id).then(() => {})
    while (!client.socket.destroyed) {
      if (sent < acknowledged() + 100) send(20)
      await new Promise(setImmediate)
    }
    await moved
    const kept = acknowledged()
    // It resends unacknowledged messages, on the topic that it knows.
    const again = await logIn(broker, device)
    const readings = Array.from({ length: sent - kept }, (_, n) => ({
      time: Date.now() + n,
      seq: kept + n + 1,
      speed: 1,
    }))
    for (const it of readings) await again.publishAsync(device.topic, JSON.stringify(it), { qos: 1 })
    const rows = await sql()<{ seq: number }[]>`
      select distinct seq from telemetry where vehicle_id = any (${[device.vehicleId, next.id]}) order by seq`
    expect(rows.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: sent }, (_, n) => n + 1))
    expect(await letters()).to.have.length(0)
    const [{ count } = { count: 0 }] = await sql()<{ count: number }[]>`
      select count(*)::int as count from telemetry where vehicle_id = ${next.id}`
    expect(count).to.be.at.least(readings.length)
    await again.endAsync()
  })
})

describe('devices moved while the database is away', () => {
  it('spooled readings are placed by their time', async () => {
    const db = await openTestDatabase()
    const proxy = await openProxy(Number(new URL(db.url).port))
    const dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-spool-'))
    const url = proxy.urlOf(db.url)
    const settings = { DATABASE_URL: url, DATA_DIR: dataDir, COMMIT_TIMEOUT_MS: '200' }
    const broker = await openTestBroker(settings, db)
    const device = await broker.addDevice()
    const other = await broker.addDevice()
    const before = await logInRaw(broker, device)
    await db.sql`update devices set vehicle_id = ${other.vehicleId} where key = ${device.clientId}`
    await before.closed
    const client = await logIn(broker, device)
    await proxy.refuse()
    const publish = (topic: string, payload: unknown) =>
      client.publishAsync(topic, JSON.stringify(payload), { qos: 1 })
    await publish(device.topic, [reading(1, 1), { speed: 2 }])
    await publish('fleet/x y/telemetry', { speed: 3 })
    expect(await broker.metric('spool_messages')).to.equal(2)
    await proxy.forward()
    await eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
    const rows = await db.sql`select vehicle_id, speed from telemetry order by speed`
    expect([...rows]).to.deep.equal([
      { vehicle_id: device.vehicleId, speed: 1 },
      { vehicle_id: other.vehicleId, speed: 2 },
    ])
    const letters = await db.sql`select vehicle_id, code from rejected_messages`
    expect([...letters]).to.deep.equal([{ vehicle_id: other.vehicleId, code: 'wrong_topic' }])
    await client.endAsync()
    await broker.close()
    await proxy.close()
    await db.drop()
    rmSync(dataDir, { recursive: true })
  })
})
