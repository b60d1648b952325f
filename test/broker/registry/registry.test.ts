import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { openRegistry, type Registry } from '../../../broker/registry/registry.ts'
import { codeOf } from '../../../kit/errors.ts'
import { createLog } from '../../../kit/log.ts'
import { connect, type Sql } from '../../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

describe('registry', () => {
  let db: TestDatabase
  let sql: Sql
  let registry: Registry
  let lines: string[]
  beforeEach(async () => {
    db = await openTestDatabase()
    sql = connect({ url: db.url, max: 1, applicationName: 'registry' })
    await db.sql`insert into vehicles (key) values ('v')`
    lines = []
    const destination = { write: (line: string) => void lines.push(line) }
    registry = await openRegistry({ sql, log: createLog('test', 'info', destination) })
  })
  afterEach(async () => {
    registry.close()
    await sql.end({ timeout: 1 })
    await db.drop()
  })

  /** Adds a device without the triggers, so that nothing is announced. */
  async function addSilently(key: string): Promise<void> {
    await db.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`
      await tx`insert into devices (key, vehicle_id) select ${key}, id from vehicles`
    })
  }
  const findUnverified = async (key: string) =>
    registry.deviceByUnverifiedKey(key).then((it) => it?.deviceKey, codeOf)

  it('an unknown device is looked up in the database if an issued token names it', async () => {
    await addSilently('d1')
    expect(await registry.device('d1')).to.include({ deviceKey: 'd1', vehicleKey: 'v', publicKey: null })
  })

  it('at most 20 unknown devices a second are looked up', async () => {
    await addSilently('d1')
    // All in one second: it must not end between the first and the last.
    await eventually('the beginning of a second', () => Date.now() % 1000 < 200)
    for (let n = 0; n < 20; n++) expect(await findUnverified(`stranger-${n}`)).to.equal(undefined)
    expect(await findUnverified('d1')).to.equal('too_many_lookups')
    await eventually('the next second', async () => (await findUnverified('d1')) === 'd1')
    // The device is now in memory, and as cheap to find as any.
    expect(await Promise.all(Array.from({ length: 100 }, () => findUnverified('d1')))).to.not.include(
      undefined,
    )
  })

  it('unknown devices are looked up one at a time, so a slow database builds up no queue', async () => {
    await addSilently('d1')
    let first: Promise<unknown> | undefined
    await db.sql.begin(async (tx) => {
      await tx`lock table devices in access exclusive mode`
      first = findUnverified('d1')
      // Answered although the table is locked: these are not looked up.
      const others = await Promise.all(Array.from({ length: 100 }, (_, n) => findUnverified(`stranger-${n}`)))
      expect(new Set(others)).to.deep.equal(new Set(['too_many_lookups']))
    })
    expect(await first).to.equal('d1')
  })

  it('a changed vehicle or key of a device is announced, a new name is not', async () => {
    await db.sql`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
    const before = await eventually('the device is known', () => registry.device('d1'))
    const heard: string[] = []
    registry.onDeviceChange((key) => heard.push(`device ${key}`))
    registry.onPublicKeyChange((key) => heard.push(`public key ${key}`))
    await db.sql`update devices set name = 'new'`
    await db.sql`update devices set public_key = 'some key'`
    await eventually('the public key is announced', () => heard.length > 0)
    expect(heard).to.deep.equal(['public key d1'])
    expect(await registry.device('d1')).to.not.equal(before)
    await db.sql`update devices set vehicle_id = null`
    await eventually('the move is announced', () => heard.length > 1)
    expect(heard).to.deep.equal(['public key d1', 'device d1'])
  })

  it('a device re-created under the same key is announced', async () => {
    await db.sql`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
    const { deviceId } = await eventually('the device is known', () => registry.device('d1'))
    const heard: string[] = []
    registry.onDeviceChange((key) => heard.push(key))
    await db.sql.begin(async (tx) => {
      await tx`delete from devices`
      await tx`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
    })
    await eventually('the re-created device is announced', () => heard.length > 0)
    await eventually(
      'the re-created device is known',
      async () => ((await registry.device('d1'))?.deviceId ?? 0) > deviceId,
    )
  })

  it('a revoked token is forgotten an hour after its expiry, and not loaded again', async () => {
    await db.sql`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
    const tokens = { over: '2 hours', justOver: '30 seconds', valid: '-1 hour' }
    const jtis = Object.values(tokens).map(() => randomUUID() as string)
    for (const [n, age] of Object.values(tokens).entries()) {
      await db.sql`
        insert into device_tokens (jti, device_id, issued_at, expires_at, revoked_at)
        select ${jtis[n] ?? ''}, id, now() - interval '1 day', now() - ${age}::text::interval, now() from devices`
    }
    const later = await openRegistry({ sql, log: createLog('test', 'silent') })
    expect(jtis.map((jti) => later.isRevoked(jti))).to.deep.equal([false, true, true])
    later.close()
  })

  it('unknown notifications are ignored, with at most one log line a second', async () => {
    const revoked: string[] = []
    registry.onRevoke((jti) => revoked.push(jti))
    const jti = randomUUID() as string
    for (const payload of ['device:x', `token:${jti}:Infinity`, 'token:x:1900000000', 'x']) {
      for (let n = 0; n < 10; n++) await db.sql`select pg_notify('registry', ${payload})`
    }
    const last = randomUUID() as string
    await db.sql`select pg_notify('registry', ${`token:${last}:1900000000`})`
    await eventually('the last revocation', () => revoked.includes(last))
    expect(revoked).to.deep.equal([last])
    expect(registry.isRevoked(jti)).to.equal(false)
    const said = (event: string) => lines.filter((line) => line.includes(event)).length
    expect(said('notification_ignored')).to.be.within(1, 3)
    // An invalid id would have failed the query, and everything would have been loaded again.
    expect(said('registry_refresh_failed')).to.equal(0)
  })

  it('too many announced tokens are forgotten unless a table lists them', async () => {
    await db.sql`insert into devices (key, vehicle_id) select 'd1', id from vehicles`
    const ours = randomUUID() as string
    await db.sql`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select ${ours}, id, now(), now() + interval '1 hour' from devices`
    const forged = randomUUID() as string
    const heard = new Set<string>()
    registry.onRevoke((jti) => heard.add(jti))
    await db.sql`select pg_notify('registry', ${`token:${forged}:1900000000`})`
    await db.sql`update device_tokens set revoked_at = now()`
    await eventually('both tokens are revoked', () => registry.isRevoked(forged) && registry.isRevoked(ours))
    await db.sql`
      select pg_notify('registry', 'token:' || gen_random_uuid() || ':1900000000') from generate_series(1, 10_000)`
    await eventually('the forged revocation is forgotten', () => !registry.isRevoked(forged))
    expect(registry.isRevoked(ours)).to.equal(true)
    expect([...heard]).to.include.members([forged, ours])
  })
})
