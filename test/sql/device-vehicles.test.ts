import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

describe('the vehicles of a device', () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase({ migrated: false })
  })
  after(() => database.drop())

  const vehiclesOf = async (device: string) => {
    const rows = await database.sql<{ key: string | null }[]>`
      select vehicles.key from device_vehicles
      join devices on devices.id = device_id left join vehicles on vehicles.id = device_vehicles.vehicle_id
      where devices.key = ${device} order by vehicles.key`
    return rows.map(({ key }) => key)
  }
  const move = (device: string, vehicle: string | null) => database.sql`
    update devices set vehicle_id = (select id from vehicles where key = ${vehicle}) where key = ${device}`

  it('from before the migration are where it is, and what the audit log tells', async () => {
    const { sql } = database
    const directory = mkdtempSync(join(tmpdir(), 'fleetwire-'))
    cpSync('sql', directory, { recursive: true })
    for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
      if (/^(01[4-9]|0[2-9])/.test(basename(file))) rmSync(join(directory, file))
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

  it('are all that it was ever in, also those that were deleted', async () => {
    const { sql } = database
    await sql`insert into devices (key, vehicle_id) select 'd3', id from vehicles where key = 'v1'`
    for (const vehicle of ['v2', null, 'v1', 'v4']) await move('d3', vehicle)
    expect(await vehiclesOf('d3')).to.deep.equal(['v1', 'v2', 'v4'])
    await sql`delete from vehicles where key = 'v4'`
    expect(await vehiclesOf('d3')).to.deep.equal(['v1', 'v2', null])
    await sql`delete from devices where key = 'd3'`
    expect(await vehiclesOf('d3')).to.deep.equal([])
  })
})
