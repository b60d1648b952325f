import { expect } from 'chai'
import { claimDue } from '../../notify/delivery-queries.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

describe('rights at each attempt to send', () => {
  let db: TestDatabase
  before(async () => {
    db = await openTestDatabase()
  })
  after(() => db.drop())

  it('a delivery is cancelled between two attempts when the owner of its channel may no longer see the vehicle', async () => {
    const { sql } = db
    const [user] = await sql<{ id: number }[]>`
      insert into users (email, password_hash, role) values ('a@example.org', 'x', 'user') returning id`
    const id = user?.id ?? 0
    await sql`insert into vehicles (key) values ('van')`
    await sql`insert into grants (user_id, vehicle_id) select ${id}, id from vehicles`
    await sql`insert into channels (key, kind, config, created_by) values ('mail', 'email', '{}', ${id})`
    await sql`
      insert into deliveries (channel_id, vehicle_id, reason, event_time, event_start, payload, released_at)
      select channels.id, vehicles.id, 'raised', now(), now(), '{}', now() from channels, vehicles`
    const claim = () => claimDue(sql, { busy: [], perChannel: 4, max: 10, leaseMs: 60_000 })
    expect(await claim()).to.have.length(1)
    await sql`update deliveries set state = 'waiting', next_at = now()`
    await sql`delete from grants`
    expect(await claim()).to.have.length(0)
    expect([...(await sql`select state from deliveries`)]).to.deep.equal([{ state: 'cancelled' }])
  })

  it('the end of an event that began before a grant is not sent', async () => {
    const { sql } = db
    await sql`update deliveries set state = 'waiting', reason = 'ended', event_start = now() - interval '1 hour'`
    await sql`
      insert into grants (user_id, vehicle_id, history_from)
      select users.id, vehicles.id, now() - interval '1 minute' from users, vehicles`
    await sql`update deliveries set event_time = now()`
    expect(await claimDue(sql, { busy: [], perChannel: 4, max: 10, leaseMs: 60_000 })).to.have.length(0)
  })
})
