import { expect } from 'chai'
import { connect, type Pool } from '../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

describe('index of newest positions', () => {
  let database: TestDatabase
  /** A single connection, because statistics are local to it until they are flushed. */
  let one: Pool
  before(async () => {
    database = await openTestDatabase()
    one = connect({ url: database.url, max: 1, applicationName: 'test' })
  })
  after(async () => {
    await one.end()
    await database.drop()
  })

  it('the index is written only when a vehicle enters another square', async () => {
    await one`insert into vehicles (key) values ('v1')`
    await one`insert into positions (vehicle_id, time, received_at, lat, lon) select id, now(), now(), 59.3201, -18.0799 from vehicles`
    const moveTo = async (lat: number, lon: number) => {
      await one`select pg_stat_clear_snapshot()`
      await one`update positions set lat = ${lat}, lon = ${lon}, time = clock_timestamp()`
      await one`select pg_stat_force_next_flush()`
      const [row] = await one`
        select n_tup_upd - n_tup_hot_upd as "inIndex", cell_lat, cell_lon from pg_stat_user_tables, positions
        where relname = 'positions'`
      return Object.values(row ?? {})
    }
    expect(await moveTo(59.3399, -18.0601)).to.deep.equal([0, 2966, -904])
    expect(await moveTo(59.3201, -18.0601)).to.deep.equal([0, 2966, -904])
    expect(await moveTo(59.3401, -18.0601)).to.deep.equal([1, 2967, -904])
    expect(await moveTo(59.3401, -18.0599)).to.deep.equal([2, 2967, -903])
  })
})
