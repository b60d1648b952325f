import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { migrationsBefore } from '../support/migrations-before.ts'

describe('upgrade to owners of devices and groups', () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase({ migrated: false })
    const { sql } = database
    const directory = migrationsBefore('023')
    await migrate(sql, { directory })
    rmSync(directory, { recursive: true })
    await sql`
      insert into users (email, password_hash, role) values ('admin', '', 'admin'), ('a', '', 'user'), ('b', '', 'user')`
    await sql`
      insert into vehicles (key, group_key, created_by) values
        ('va', 'shared', 2), ('vb', 'shared', 3), ('vb2', 'own', 3), ('old', 'nobody', null)`
    await sql`
      insert into devices (key, vehicle_id, created_by, public_key)
      select given.key, vehicles.id, owner, 'a key' from (values
        (1, 'a-in-va', 'va', 2), (2, 'a-in-vb', 'vb', 2), (3, 'admin-in-vb', 'vb', 1), (4, 'a-in-old', 'old', 2),
        (5, 'a-in-none', null, 2)
      ) as given (n, key, vehicle, owner) left join vehicles on vehicles.key = vehicle order by n`
    await sql`
      insert into device_tokens (jti, device_id, issued_at, expires_at)
      select gen_random_uuid(), id, now(), now() + interval '1 day' from devices`
    await sql`insert into grants (user_id, group_key) values (2, 'granted'), (2, 'shared')`
    await migrate(sql)
  })
  after(() => database.drop())

  it("each device goes to its vehicle's owner, and another user's access to it ends", async () => {
    const rows = await database.sql`
      select key, created_by as owner, public_key is not null as "hasKey", revoked_at is null as "isGood"
      from devices join device_tokens on device_id = devices.id order by devices.id`
    expect([...rows]).to.deep.equal([
      { key: 'a-in-va', owner: 2, hasKey: true, isGood: true },
      { key: 'a-in-vb', owner: 3, hasKey: false, isGood: false },
      { key: 'admin-in-vb', owner: 3, hasKey: true, isGood: true },
      { key: 'a-in-old', owner: 2, hasKey: true, isGood: true },
      { key: 'a-in-none', owner: 2, hasKey: true, isGood: true },
    ])
  })

  it('each hand-over is in the audit log with both owners', async () => {
    const rows = await database.sql`
      select actor, subject, before, after from audit_log where action = 'device.hand_over' order by subject`
    expect([...rows]).to.deep.equal([
      { actor: 'system', subject: 'device:a-in-vb', before: { owner: 2 }, after: { owner: 3 } },
      { actor: 'system', subject: 'device:admin-in-vb', before: { owner: 1 }, after: { owner: 3 } },
    ])
  })

  it('no device is moved by the upgrade', async () => {
    const stays = await database.sql`select device_id from device_vehicles order by device_id`
    expect(stays.map((it) => it['device_id'])).to.deep.equal([1, 2, 3, 4])
  })

  it('a group of several owners goes to the first, one only in grants to administrators', async () => {
    const groups = await database.sql`select key, owner_id as owner from groups order by key`
    expect([...groups]).to.deep.equal([
      { key: 'granted', owner: null },
      { key: 'nobody', owner: null },
      { key: 'own', owner: 3 },
      { key: 'shared', owner: 2 },
    ])
    const kept = await database.sql`select key from vehicles where group_key = 'shared' order by key`
    expect([...kept]).to.deep.equal([{ key: 'va' }, { key: 'vb' }])
  })
})
