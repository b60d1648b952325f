import { expect } from 'chai'
import { openRegistry, type Registry } from '../../../broker/registry/registry.ts'
import { findStays } from '../../../broker/registry/stays.ts'
import { createLog } from '../../../kit/log.ts'
import { connect, type Sql } from '../../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'

describe('stays of devices in the registry', () => {
  let db: TestDatabase
  let sql: Sql
  let registry: Registry
  beforeEach(async () => {
    db = await openTestDatabase()
    sql = connect({ url: db.url, max: 1, applicationName: 'registry' })
    await db.sql`insert into vehicles (key) values ('v1'), ('v2')`
    await db.sql`insert into devices (key, vehicle_id) select 'd', id from vehicles where key = 'v1'`
    registry = await openRegistry({ sql, log: createLog('test', 'silent') })
  })
  afterEach(async () => {
    registry.close()
    await sql.end({ timeout: 1 })
    await db.drop()
  })

  const move = (vehicle: string | null) =>
    db.sql`update devices set vehicle_id = (select id from vehicles where key = ${vehicle}) where key = 'd'`
  const inVehicle = (vehicle: string) =>
    eventually(`it is in ${vehicle}`, async () => {
      const device = await registry.device('d')
      return device?.vehicleKey === vehicle ? device : undefined
    })
  const keysOf = (stays: { vehicleKey: string }[] | undefined) => stays?.map(({ vehicleKey }) => vehicleKey)

  it('a device in its first vehicle has no stays', async () => {
    const device = await registry.device('d')
    expect(device).to.include({ vehicleKey: 'v1' })
    expect(device).to.not.have.property('stays')
    expect(await registry.stays(device?.deviceId ?? 0)).to.equal(undefined)
    expect(await registry.stays(4711)).to.equal(undefined)
  })

  it('the first stay has no start, each stay follows the one before, and the last has no end', async () => {
    await move('v2')
    const { stays = [], deviceId } = await inVehicle('v2')
    expect(keysOf([...stays])).to.deep.equal(['v1', 'v2'])
    expect([stays[0]?.sinceUs, stays[1]?.untilUs]).to.deep.equal([-Infinity, Infinity])
    expect(stays[0]?.untilUs)
      .to.equal(stays[1]?.sinceUs)
      .and.be.closeTo(Date.now() * 1000, 60e6)
    expect(await registry.stays(deviceId)).to.deep.equal(stays)
    // Without a vehicle the device may not connect, but its earlier readings can be placed.
    await move(null)
    await eventually('the device is in no vehicle', async () => (await registry.device('d')) === undefined)
    expect((await registry.stays(deviceId))?.at(-1)?.untilUs).to.be.closeTo(Date.now() * 1000, 60e6)
  })

  it('stays of a device without a vehicle, and of many devices in one query, are found', async () => {
    await db.sql`insert into devices (key, vehicle_id) select 'e', id from vehicles where key = 'v1'`
    const { deviceId = 0 } = (await registry.device('d')) ?? {}
    const other = (await registry.device('e'))?.deviceId ?? 0
    await move(null)
    const stays = (await registry.stays(deviceId)) ?? []
    expect(keysOf([...stays])).to.deep.equal(['v1'])
    expect(stays[0]?.untilUs).to.be.closeTo(Date.now() * 1000, 60e6)
    expect([...(await findStays(sql, [deviceId, other, 4711]))]).to.deep.equal([[deviceId, stays]])
  })

  it('deleting an earlier vehicle marks its stay, and announces the device', async () => {
    await move('v2')
    await inVehicle('v2')
    const heard: string[] = []
    registry.onDeviceChange((key) => heard.push(key))
    await db.sql`delete from vehicles where key = 'v1'`
    await eventually('the announcement', () => heard.length > 0)
    expect(heard).to.deep.equal(['d'])
    const { stays = [] } = await inVehicle('v2')
    expect(stays.map(({ isGone }) => isGone)).to.deep.equal([true, false])
  })

  it('a device keeps its hundred newest stays, and none for earlier times', async () => {
    await db.sql`
      insert into device_vehicles (device_id, vehicle_id, since, until)
      select devices.id, vehicles.id, now() + n * interval '1 s', now() + (n + 1) * interval '1 s'
      from devices, vehicles, generate_series(1, 150) as n where vehicles.key = 'v2'`
    const { deviceId = 0 } = (await registry.device('d')) ?? {}
    const stays = (await registry.stays(deviceId)) ?? []
    expect(stays).to.have.length(100)
    expect(stays[0]?.sinceUs).to.be.greaterThan(0)
  })
})
