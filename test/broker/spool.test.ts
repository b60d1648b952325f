import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTestBroker, type TestBroker } from '../support/broker.ts'
import { logIn, logInRaw } from '../support/clients.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { openProxy, type Proxy } from '../support/proxy.ts'

const reading = (n: number) => ({ time: 1_767_225_600_000 + n, speed: n })

describe("the broker's spool", () => {
  let db: TestDatabase
  let proxy: Proxy
  let dataDir: string
  let settings: Record<string, string>
  let broker: TestBroker

  beforeEach(async () => {
    db = await openTestDatabase()
    proxy = await openProxy(Number(new URL(db.url).port))
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-spool-'))
    settings = {
      DATABASE_URL: proxy.urlOf(db.url),
      DATA_DIR: dataDir,
      COMMIT_TIMEOUT_MS: '200',
    }
    // Milliseconds without an answer after which a frozen server counts as away.
    broker = await openTestBroker(settings, db, {}, { silenceMaxMs: 1000 })
  })
  afterEach(async () => {
    await broker.close()
    await proxy.close()
    await db.drop()
    rmSync(dataDir, { recursive: true })
  })

  const speeds = async () =>
    (await db.sql<{ speed: number }[]>`select speed from telemetry order by time`).map((it) => it.speed)
  const drained = () =>
    eventually('the spool is drained', async () => (await broker.metric('spool_messages')) === 0)
  const publish = (client: Awaited<ReturnType<typeof logIn>>, topic: string, n: number) =>
    client.publishAsync(topic, JSON.stringify(reading(n)), { qos: 1 })
  const ready = async () => {
    const response = await fetch(`http://127.0.0.1:${broker.statusPort}/readyz`)
    return `${response.status} ${await response.text()}`
  }

  for (const fail of ['refuse', 'freeze'] as const) {
    it(`messages are spooled when the database ${fail}s, and drained later, without a disconnection`, async () => {
      const device = await broker.addDevice()
      const client = await logIn(broker, device)
      await publish(client, device.topic, 0)
      await proxy[fail]()
      for (let n = 1; n <= 20; n++) await publish(client, device.topic, n)
      expect(await broker.metric('spool_messages')).to.equal(20)
      await eventually('the database is away', async () => (await broker.metric('database_away')) === 1)
      expect(await broker.metric('database_slow')).to.equal(0)
      expect(await ready()).to.match(/^200 ready: the database is away .*20 messages/)
      await proxy.forward()
      await drained()
      await eventually('the database is back', async () => (await broker.metric('database_away')) === 0)
      await publish(client, device.topic, 21)
      // On a busy machine the new connection may take longer than COMMIT_TIMEOUT_MS, and the spool acknowledges once more.
      await drained()
      expect(await speeds()).to.deep.equal(Array.from({ length: 22 }, (_, n) => n))
      expect(await broker.metric('readings_stored_total')).to.be.within(21, 22)
      expect(client.connected).to.equal(true)
      await eventually('nothing is wrong any longer', async () => (await ready()) === '200 ready\n')
      await client.endAsync()
    })
  }

  it('spooled readings without a time stay apart and keep the times of their receipt', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    const beforeMs = Date.now()
    await proxy.refuse()
    await Promise.all(
      [1, 2, 3].map((speed) => client.publishAsync(device.topic, `{"speed":${speed}}`, { qos: 1 })),
    )
    const afterMs = Date.now()
    await proxy.forward()
    await drained()
    const rows = await db.sql<{ speed: number; ms: number; received: number }[]>`
      select speed, (extract(epoch from time) * 1000)::float8 as ms, (extract(epoch from received_at) * 1000)::float8 as received
      from telemetry order by time`
    expect(rows.map((it) => it.speed)).to.deep.equal([1, 2, 3])
    for (const row of rows) {
      expect(row.ms).to.be.within(beforeMs, afterMs + 1)
      expect(row.received).to.be.within(beforeMs, afterMs + 1)
    }
    await client.endAsync()
  })

  it('the next broker drains the spool', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await proxy.refuse()
    for (let n = 0; n < 5; n++) await publish(client, device.topic, n)
    await client.endAsync()
    await broker.close()
    expect(await speeds()).to.deep.equal([])
    await proxy.forward()
    broker = await openTestBroker(settings, db)
    await drained()
    expect(await speeds()).to.deep.equal([0, 1, 2, 3, 4])
  })

  it('a row that the database refuses becomes a dead letter, and its neighbours are stored', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await proxy.refuse()
    for (let n = 0; n < 5; n++) await publish(client, device.topic, n)
    // One is refused by a check, one with an error whose cause is unclear.
    await db.sql`alter table telemetry add constraint unlucky check (speed <> 1)`
    await db.sql`
      create function fail() returns trigger language plpgsql as $$
      begin
        if new.speed = 3 then raise exception using errcode = 'XX000', message = 'out of order'; end if;
        return new;
      end $$`
    await db.sql`create trigger fail before insert on telemetry for each row execute function fail()`
    await proxy.forward()
    await drained()
    expect(await speeds()).to.deep.equal([0, 2, 4])
    const letters = await db.sql<{ code: string; payload: Buffer }[]>`
      select code, payload from rejected_messages order by id`
    expect(letters.map((it) => [it.code, it.payload.toString()])).to.deep.equal([
      ['storage_refused', JSON.stringify(reading(1))],
      ['storage_refused', JSON.stringify(reading(3))],
    ])
    await client.endAsync()
  })

  it('a live batch with an unclear error is spooled, without declaring the database away', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await db.sql`
      create function fail() returns trigger language plpgsql as $$
      begin
        if new.speed = 3 then raise exception using errcode = 'XX000', message = 'out of order'; end if;
        return new;
      end $$`
    await db.sql`create trigger fail before insert on telemetry for each row execute function fail()`
    await publish(client, device.topic, 3)
    expect(await broker.metric('spool_messages')).to.equal(1)
    expect(await broker.metric('database_away')).to.equal(0)
    await publish(client, device.topic, 4)
    expect(await speeds()).to.deep.equal([4])
    await client.endAsync()
  })

  it('a spooled message that is slow to store does not delay live readings', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    // So that the chunk of that day exists: TimescaleDB creates it with its first row, for which all others would wait.
    await publish(client, device.topic, 1)
    // As slow as readings for compressed chunks, or readings that wait for a lock.
    await db.sql`
      create function dawdle() returns trigger language plpgsql as $$
      begin
        if new.speed = 3 then perform pg_sleep(3); end if;
        return new;
      end $$`
    await db.sql`create trigger dawdle before insert on telemetry for each row execute function dawdle()`
    await proxy.refuse()
    await publish(client, device.topic, 3)
    await client.endAsync()
    await broker.close()
    await proxy.forward()
    broker = await openTestBroker(settings, db)
    const again = await logIn(broker, device)
    await eventually(
      'the spool is being drained',
      async () =>
        (
          await db.sql`select from pg_locks where mode = 'RowExclusiveLock' and relation = 'telemetry'::regclass`
        ).length > 0,
    )
    expect(await broker.metric('spool_messages')).to.equal(1)
    for (let n = 10; n < 60; n++) await publish(again, device.topic, n)
    expect(await broker.metric('messages_spooled_total')).to.equal(0)
    await drained()
    expect(await speeds()).to.include(3)
    expect(await broker.metric('messages_rewritten_total')).to.equal(0)
    expect(broker.log.find((it) => it['event'] === 'drain_failed')).to.equal(undefined)
    await again.endAsync()
  })

  it('the spool is drained except for a refused dead letter, which it keeps', async () => {
    const device = await broker.addDevice()
    const client = await logIn(broker, device)
    await proxy.refuse()
    for (const payload of ['no JSON', '{"speed":-1}'])
      await client.publishAsync(device.topic, payload, { qos: 1 })
    await db.sql`alter table rejected_messages add constraint unlucky check (code <> 'not_json')`
    await proxy.forward()
    await eventually(
      'the dead letter of the invalid speed is stored',
      async () => (await db.sql`select from rejected_messages`).length === 1,
    )
    await eventually('the database is back', async () => (await broker.metric('database_away')) === 0)
    await publish(client, device.topic, 4)
    expect(await speeds()).to.deep.equal([4])
    expect(await broker.metric('spool_messages')).to.be.at.least(1)
    await db.sql`alter table rejected_messages drop constraint unlucky`
    await eventually(
      'everything is drained',
      async () => (await broker.metric('spool_messages')) === 0,
      15_000,
    )
    expect((await db.sql`select from rejected_messages`).length).to.equal(2)
    await client.endAsync()
  })

  it('a broker whose spool is full acknowledges nothing, reports that, and recovers with the database', async () => {
    await broker.close()
    broker = await openTestBroker({ ...settings, SPOOL_MAX_BYTES: '1048576' }, db)
    const device = await broker.addDevice()
    const client = await logInRaw(broker, device)
    await proxy.refuse()
    const messages = 6
    const extra = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`s${n}`, 'x'.repeat(250)]))
    for (let n = 0; n < messages; n++) {
      const payload = JSON.stringify(
        Array.from({ length: 30 }, (_, k) => ({ ...reading(k), time: reading(n * 100 + k).time, extra })),
      )
      client.send({
        cmd: 'publish',
        topic: device.topic,
        qos: 1,
        messageId: n + 1,
        retain: false,
        dup: false,
        payload,
      })
      await eventually(
        `message ${n} is acknowledged, or it is full`,
        async () => client.count('puback') > n || (await ready()).startsWith('503'),
      )
    }
    expect(await ready()).to.match(
      /^503 not ready: readings are not acknowledged: the database is away .* of 1048576 bytes/,
    )
    const acknowledged = client.count('puback')
    expect(acknowledged).to.be.within(1, messages - 1)
    expect(await broker.metric('spool_bytes')).to.be.within(500_000, 1_048_576)
    await proxy.forward()
    await client.next('puback', messages)
    await drained()
    expect((await speeds()).length).to.equal(messages * 30)
    expect((await ready()).slice(0, 9)).to.equal('200 ready')
    client.socket.destroy()
  })
})
