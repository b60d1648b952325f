import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { migrationsBefore } from '../support/migrations-before.ts'

describe('vehicles of a device', () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase({ migrated: false })
  })
  after(() => database.drop())

  const vehiclesOf = async (device: string) => {
    const rows = await database.sql<{ key: string | null }[]>`
      select distinct vehicles.key from device_vehicles
      join devices on devices.id = device_id left join vehicles on vehicles.id = device_vehicles.vehicle_id
      where devices.key = ${device} order by vehicles.key`
    return rows.map(({ key }) => key)
  }
  /** Each stay as `vehicle since..until`, with days of November 2026, and `now` for newer times. */
  const staysOf = async (device: string) => {
    const rows = await database.sql<{ stay: string }[]>`
      with shown as (
        select device_vehicles.*,
          case when since > now() - interval '1 h' then 'now' else to_char(since at time zone 'UTC', 'FMDD') end as since_day,
          case when until > now() - interval '1 h' then 'now' else to_char(until at time zone 'UTC', 'FMDD') end as until_day
        from device_vehicles)
      select concat(coalesce(vehicles.key, '?'), ' ', since_day, '..', until_day) as stay
      from shown join devices on devices.id = device_id left join vehicles on vehicles.id = shown.vehicle_id
      where devices.key = ${device} order by since, shown.id`
    return rows.map(({ stay }) => stay)
  }
  const move = (device: string, vehicle: string | null) => database.sql`
    update devices set vehicle_id = (select id from vehicles where key = ${vehicle}) where key = ${device}`

  it("the migration takes a device's vehicles from its current one and the audit log", async () => {
    const { sql } = database
    const directory = migrationsBefore('014')
    await migrate(sql, { directory })
    rmSync(directory, { recursive: true })
    await sql`insert into vehicles (key) values ('v1'), ('v2'), ('v3'), ('v4')`
    await sql`insert into devices (key) values ('d1'), ('d2')`
    await move('d1', 'v1')
    await sql`
      insert into audit_log (actor, action, subject, before, after, request_id, address) values
        ('user:1', 'device.create', 'device:d1', null, '{"vehicle":"v2"}', '', ''),
        ('user:1', 'device.update', 'device:d1', '{"vehicle":"v2"}', '{"vehicle":null}', '', ''),
        ('user:1', 'device.update', 'device:d1', '{"vehicle":"v3"}', '{"vehicle":"v1"}', '', ''),
        ('user:1', 'device.update', 'vehicle:d2', null, '{"vehicle":"v4"}', '', '')`
    await migrate(sql)
    expect(await vehiclesOf('d1')).to.deep.equal(['v1', 'v2', 'v3'])
    expect(await vehiclesOf('d2')).to.deep.equal([])
  })

  it('every vehicle that a device was ever in is kept, even deleted ones', async () => {
    const { sql } = database
    await sql`insert into devices (key, vehicle_id) select 'd3', id from vehicles where key = 'v1'`
    for (const vehicle of ['v2', null, 'v1', 'v4']) await move('d3', vehicle)
    expect(await vehiclesOf('d3')).to.deep.equal(['v1', 'v2', 'v4'])
    expect(await staysOf('d3')).to.deep.equal(['v1 now..now', 'v2 now..now', 'v1 now..now', 'v4 now..'])
    await sql`delete from vehicles where key = 'v4'`
    expect(await vehiclesOf('d3')).to.deep.equal(['v1', 'v2', null])
    expect((await staysOf('d3')).at(-1)).to.equal('? now..now')
    await sql`delete from devices where key = 'd3'`
    expect(await vehiclesOf('d3')).to.deep.equal([])
  })

  it('a stay ends where the next begins, even with two moves in one transaction', async () => {
    const { sql } = database
    await sql`insert into devices (key, vehicle_id) select 'd4', id from vehicles where key = 'v1'`
    await sql.begin(async (tx) => {
      for (const vehicle of ['v2', 'v3', 'v3'])
        await tx`update devices set vehicle_id = (select id from vehicles where key = ${vehicle}) where key = 'd4'`
    })
    expect(await staysOf('d4')).to.deep.equal(['v1 now..now', 'v2 now..now', 'v3 now..'])
    const rows = await sql`
      select until = lead(since) over (order by since) as joins, until > since as lasts
      from device_vehicles join devices on devices.id = device_id where devices.key = 'd4' order by since`
    expect(rows.map(({ joins, lasts }) => [joins, lasts])).to.deep.equal([
      [true, true],
      [true, true],
      [null, null],
    ])
  })
})

describe('stays from before they were recorded', () => {
  it('earlier stays are derived from the audit log and the dates of creation', async () => {
    const { sql, drop } = await openTestDatabase({ migrated: false })
    const directory = migrationsBefore('018')
    await migrate(sql, { directory })
    rmSync(directory, { recursive: true })

    await sql`insert into vehicles (key, created_at) select 'v' || n, '2026-11-01' from generate_series(1, 4) as n`
    await sql`
      insert into devices (key, vehicle_id, created_at)
      select 'd' || n, vehicles.id, '2026-11-02' from generate_series(1, 6) as n join vehicles on vehicles.key = 'v1'`
    const put = (device: string, vehicle: string | null) => sql`
      update devices set vehicle_id = (select id from vehicles where key = ${vehicle}) where key = ${device}`
    const log = (device: string, day: number, before: string | null, after: string | null) => sql`
      insert into audit_log (at, actor, action, subject, before, after, request_id, address)
      values (make_timestamptz(2026, 11, ${day}, 0, 0, 0, 'UTC'), 'user:1', 'device.update', ${`device:${device}`},
        ${sql.json({ vehicle: before })}, ${sql.json({ vehicle: after })}, '', '')`
    const at = (device: string, vehicle: string, day: number) => sql`
      update device_vehicles set since = make_timestamptz(2026, 11, ${day}, 0, 0, 0, 'UTC')
      where device_id = (select id from devices where key = ${device}) and vehicle_id = (select id from vehicles where key = ${vehicle})`
    // Never moved; moved there and back over the API; moved in SQL; taken out; in a deleted vehicle; only renamed.
    await put('d2', 'v2')
    await put('d2', 'v1')
    await log('d2', 5, 'v1', 'v2')
    await log('d2', 7, 'v2', null)
    await log('d2', 9, null, 'v1')
    await put('d3', 'v2')
    await at('d3', 'v2', 6)
    await put('d3', 'v3')
    await at('d3', 'v3', 8)
    await put('d3', 'v2')
    await put('d4', null)
    await log('d4', 4, 'v1', null)
    await put('d5', 'v4')
    await at('d5', 'v4', 6)
    await sql`delete from vehicles where key = 'v4'`
    await log('d6', 3, 'v1', 'v1')
    await sql`
      update device_vehicles set since = '2026-11-02' where vehicle_id = (select id from vehicles where key = 'v1')`
    await migrate(sql)

    const rows = await sql<{ key: string; stay: string }[]>`
      select devices.key, concat(coalesce(vehicles.key, '?'), ' ',
        case when since > now() - interval '1 h' then 'now' else to_char(since at time zone 'UTC', 'FMDD') end, '..',
        case when until > now() - interval '1 h' then 'now' else to_char(until at time zone 'UTC', 'FMDD') end) as stay
      from device_vehicles join devices on devices.id = device_id left join vehicles on vehicles.id = device_vehicles.vehicle_id
      order by since, device_vehicles.id`
    const stays = (device: string) => rows.filter(({ key }) => key === device).map(({ stay }) => stay)
    expect(stays('d1')).to.deep.equal(['v1 2..'])
    expect(stays('d2')).to.deep.equal(['v1 2..5', 'v2 5..7', 'v1 9..'])
    expect(stays('d3')).to.deep.equal(['v1 2..6', 'v2 6..8', 'v3 8..now', 'v2 now..'])
    expect(stays('d4')).to.deep.equal(['v1 2..4'])
    expect(stays('d5')).to.deep.equal(['v1 2..6', '? 6..now'])
    expect(stays('d6')).to.deep.equal(['v1 2..'])
    await drop()
  })
})
