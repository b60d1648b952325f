import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readPresenceId, writePresenceId } from '../../../broker/presence/presence-id.ts'
import { openPresence, type Presence } from '../../../broker/presence/presence.ts'
import { createLog } from '../../../kit/log.ts'
import { connect, type Sql } from '../../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

describe('presence of devices', () => {
  let db: TestDatabase
  let sql: Sql
  let presence: Presence
  let log: string[]
  beforeEach(async () => {
    db = await openTestDatabase()
    sql = connect({ url: db.url, max: 1, applicationName: 'presence' })
    log = []
    const destination = { write: (line: string) => void log.push(line) }
    presence = await openPresence({ sql, log: createLog('test', 'info', destination), heartbeatMs: 20 })
  })
  afterEach(async () => {
    await presence.close()
    await sql.end({ timeout: 1 })
    await db.drop()
  })

  async function addDevices(count: number): Promise<number[]> {
    const rows = await db.sql<{ id: number }[]>`
      insert into devices (key) select 'd' || n from generate_series(1, ${count}) as n returning id`
    return rows.map(({ id }) => id)
  }
  const rows = () => db.sql<{ id: number; online: boolean; sinceMs: number; seenMs: number }[]>`
    select device_id as id, broker_id is not null as online,
      floor(extract(epoch from since) * 1000)::bigint as "sinceMs",
      floor(extract(epoch from last_seen_at) * 1000)::bigint as "seenMs"
    from device_presence order by device_id`
  const only = async () => (await rows())[0]

  it('five thousand devices connecting at the same time take five statements', async () => {
    const ids = await addDevices(5000)
    for (const deviceId of ids) presence.connected({ deviceId, lastPacketMs: 1 })
    await eventually('all 5000 devices are stored', async () => (await rows()).length === 5000)
    const [count] = await db.sql`select count(distinct xmin::text) as n from device_presence`
    expect(count?.['n']).to.equal(5)
  })

  it('the last of many fast changes is written', async () => {
    const [deviceId = 0] = await addDevices(1)
    for (let n = 0; n < 100; n++) {
      const link = { deviceId, lastPacketMs: 1 }
      presence.connected(link)
      if (n < 99) presence.disconnected(link)
    }
    await eventually('online', async () => (await only())?.online)
  })

  it('the heartbeat writes new last packets, and nothing without any', async () => {
    const [deviceId = 0] = await addDevices(1)
    const link = { deviceId, lastPacketMs: 1_000_000_000_000 }
    presence.connected(link)
    await eventually('the time of the first packet', async () => (await only())?.seenMs === 1_000_000_000_000)
    link.lastPacketMs += 5
    await eventually('the time of the next packet', async () => (await only())?.seenMs === 1_000_000_000_005)
    const version = () => db.sql`select xmin::text, ctid::text from device_presence`
    const before = [...(await version())]
    const beats = async () => (await db.sql`select seen_at::text as at from brokers`)[0]?.['at'] as string
    for (let n = 0; n < 3; n++) {
      const last = await beats()
      await eventually('a heartbeat', async () => (await beats()) !== last)
    }
    expect([...(await version())]).to.deep.equal(before)
  })

  it('the last packets of all devices are written within a few heartbeats', async () => {
    const links = (await addDevices(20)).map((deviceId) => ({ deviceId, lastPacketMs: 1_000_000_000_000 }))
    for (const link of links) presence.connected(link)
    await eventually('all 20 devices are stored', async () => (await rows()).length === 20)
    for (const link of links) link.lastPacketMs += 5
    await eventually('the newest of all', async () =>
      (await rows()).every(({ seenMs }) => seenMs === 1_000_000_000_005),
    )
  })

  it('the devices of a dead broker go offline at the time it was last seen', async () => {
    const [deviceId = 0, other = 0] = await addDevices(2)
    const [dead, alive] = [randomUUID(), randomUUID()]
    await db.sql`
      insert into device_presence (device_id, broker_id, since, last_seen_at)
      values (${deviceId}, ${dead}::uuid, now() - interval '1 hour', now() - interval '40 s'),
        (${other}, ${alive}::uuid, now() - interval '1 hour', now() - interval '40 s')`
    await db.sql`
      insert into brokers (id, seen_at)
      values (${dead}::uuid, now() - interval '31 s'), (${alive}::uuid, now() - interval '20 s')`
    await eventually('offline', async () => (await only())?.online === false)
    expect((await only())?.sinceMs).to.be.closeTo(Date.now() - 31_000, 2000)
    expect((await rows())[1]).to.include({ online: true })
    expect(await db.sql`select from brokers where id = ${dead}::uuid`).to.have.length(0)
    expect(log.join('')).to.contain('brokers_dead').and.contain(dead)
  })

  it('a broker that starts takes the devices of its killed predecessor offline', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-presence-'))
    const [deviceId = 0] = await addDevices(1)
    const killed = randomUUID()
    writePresenceId(dataDir, killed)
    await db.sql`insert into brokers (id, seen_at) values (${killed}, now() - interval '5 s')`
    await db.sql`
      insert into device_presence (device_id, broker_id, since, last_seen_at)
      select ${deviceId}, id, seen_at - interval '1 min', seen_at from brokers where id = ${killed}::uuid`
    const seenMs = (await only())?.seenMs
    const next = await openPresence({ sql, log: createLog('test', 'silent'), dataDir })
    expect(await only()).to.include({ online: false, sinceMs: seenMs })
    expect(await db.sql`select from brokers where id = ${killed}::uuid`).to.have.length(0)
    const id = readPresenceId(dataDir)
    expect(await db.sql`select from brokers where id = ${id ?? ''}::uuid`).to.have.length(1)
    await next.close()
    rmSync(dataDir, { recursive: true })
  })

  it('the devices of a broker wrongly taken for dead come back online', async () => {
    const [deviceId = 0] = await addDevices(1)
    presence.connected({ deviceId, lastPacketMs: 1 })
    await eventually('online', async () => (await only())?.online)
    const [{ sinceMs } = { sinceMs: 0 }] = await rows()
    await db.sql`update device_presence set broker_id = null, since = now()`
    await db.sql`delete from brokers`
    await eventually('online', async () => (await only())?.online)
    expect(await only()).to.include({ sinceMs })
  })

  it('the current presence is written once the database accepts writes again', async () => {
    const [deviceId = 0, other = 0] = await addDevices(2)
    await db.sql`alter table device_presence rename to away`
    const link = { deviceId, lastPacketMs: 1 }
    presence.connected(link)
    presence.connected({ deviceId: other, lastPacketMs: 1 })
    await eventually('a failure', () => log.some((line) => line.includes('presence_not_written')))
    presence.disconnected(link)
    await db.sql`alter table away rename to device_presence`
    await eventually('both devices are stored', async () => (await rows()).length === 2)
    expect((await rows()).map(({ online }) => online)).to.deep.equal([false, true])
  })

  it('a change made during a failing write is written', async () => {
    const [deviceId = 0] = await addDevices(1)
    const link = { deviceId, lastPacketMs: 1 }
    const waiting = () => db.sql<{ pid: number }[]>`
      select pid from pg_stat_activity
      where application_name = 'presence' and datname = current_database() and wait_event_type = 'Lock'`
    await db.sql.begin(async (tx) => {
      await tx`lock table device_presence in access exclusive mode`
      presence.connected(link)
      const held = await eventually('the write waits for the lock', async () => (await waiting())[0])
      presence.disconnected(link)
      await tx`select pg_terminate_backend(${held.pid})`
      await eventually('the failure', () => log.some((line) => line.includes('presence_not_written')))
    })
    await eventually('the row', () => only())
    expect(await only()).to.include({ online: false })
  })

  it('the end of a replaced connection does not make its device offline', async () => {
    const [deviceId = 0, other = 0] = await addDevices(2)
    const first = { deviceId, lastPacketMs: 1 }
    presence.connected(first)
    presence.connected({ deviceId, lastPacketMs: 2 })
    await eventually('online', async () => (await only())?.online)
    presence.disconnected(first)
    presence.connected({ deviceId: other, lastPacketMs: 1 })
    await eventually('the later rows', async () => (await rows()).length === 2)
    expect((await rows()).map(({ online }) => online)).to.deep.equal([true, true])
  })

  it('the presence of a deleted device is not written', async () => {
    const [deviceId = 0] = await addDevices(1)
    presence.connected({ deviceId: deviceId + 1, lastPacketMs: 1 })
    presence.connected({ deviceId, lastPacketMs: 1 })
    await eventually('the existing device is stored', async () => (await rows()).length === 1)
    expect(await only()).to.include({ id: deviceId })
  })
})
