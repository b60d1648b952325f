import { expect } from 'chai'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

describe('versions of the settings of vehicles', () => {
  let database: TestDatabase
  before(async () => (database = await openTestDatabase()))
  after(() => database.drop())
  beforeEach(async () => {
    const { sql } = database
    await sql`truncate users, vehicles, groups, grants, rules, telemetry_changes cascade`
    await sql`
      insert into users (id, email, password_hash, role) overriding system value
      values (7, 'a@localhost', '', 'user'), (8, 'b@localhost', '', 'user')`
    await sql`insert into vehicles (key, attributes) values ('v1', '{"n": 0}'), ('v2', '{"n": 0}')`
  })

  const versionsOf = (key: string) => database.sql<
    { from: string; to: string; group: string | null; owner: number | null; n: number }[]
  >`
    select it.valid_from::text as from, it.valid_to::text as to, it.group_key as group, it.owner_id as owner, (it.attributes -> 'n')::int as n
    from vehicle_versions it join vehicles on vehicles.id = vehicle_id where key = ${key} order by it.valid_from`
  const grants = () => database.sql<
    { vehicle: string | null; group: string | null; from: string; to: string }[]
  >`
    select vehicles.key as vehicle, it.group_key as group, valid_from::text as from, valid_to::text as to
    from grant_versions it left join vehicles on vehicles.id = vehicle_id order by it.valid_from, vehicle`
  const changed = async () => {
    const rows = await database.sql<{ key: string }[]>`
      select distinct key from telemetry_changes, unnest(vehicle_ids) as it (id) join vehicles using (id) order by key`
    await database.sql`truncate telemetry_changes`
    return rows.map(({ key }) => key)
  }

  it('the first version of a vehicle holds for all time', async () => {
    expect(await versionsOf('v1')).to.deep.equal([
      { from: '-infinity', to: 'infinity', group: null, owner: null, n: 0 },
    ])
    expect(await changed()).to.deep.equal([])
  })

  it('a change of group, owner, tags or attributes begins a version, and others do not', async () => {
    const { sql } = database
    await sql`update vehicles set name = 'x', plate = 'y', key = 'v3' where key = 'v1'`
    expect(await versionsOf('v3')).to.have.length(1)
    expect(await changed()).to.deep.equal([])
    await sql`update vehicles set group_key = 'north' where key = 'v3'`
    await sql`update vehicles set created_by = 7`
    await sql`update vehicles set tags = '{cold}', attributes = '{"n": 1}' where key = 'v3'`
    const rows = await versionsOf('v3')
    expect(rows.map(({ group, owner, n }) => [group, owner, n])).to.deep.equal([
      [null, null, 0],
      ['north', null, 0],
      ['north', 7, 0],
      ['north', 7, 1],
    ])
    for (const [nth, { to }] of rows.entries()) expect(to).to.equal(rows[nth + 1]?.from ?? 'infinity')
    expect(await changed()).to.deep.equal(['v2', 'v3'])
  })

  it('changes within one transaction leave versions that follow each other, and the last one holds', async () => {
    await database.sql.begin(async (tx) => {
      for (let n = 1; n <= 20; n++)
        await tx`update vehicles set attributes = jsonb_build_object('n', ${n}::int)`
    })
    const rows = await versionsOf('v1')
    expect(rows.at(-1)).to.include({ n: 20, to: 'infinity' })
    for (const [nth, { from, to }] of rows.entries()) {
      expect(to).to.equal(rows[nth + 1]?.from ?? 'infinity')
      expect(from).not.to.equal(to)
    }
  })

  it('at most 100 versions of a vehicle are kept, the newest ones', async () => {
    await database.sql`
      do $$ begin
        for n in 1 .. 130 loop
          perform pg_sleep(0.0015);
          update vehicles set attributes = jsonb_build_object('n', n) where key = 'v1';
        end loop;
      end $$`
    const rows = await versionsOf('v1')
    expect([rows.length, rows[0]?.n, rows.at(-1)?.n]).to.deep.equal([100, 31, 130])
    expect(await versionsOf('v2')).to.have.length(1)
  })

  it('a grant is valid from when it was given, or from the beginning of its history, until it is removed', async () => {
    const { sql } = database
    await sql`insert into grants (user_id, vehicle_id) select 7, id from vehicles where key = 'v1'`
    await sql`insert into grants (user_id, vehicle_id, history_from) select 7, id, now() + interval '1 day' from vehicles where key = 'v2'`
    const [first, second] = await grants()
    const nowMs = Date.now()
    expect(Date.parse(first?.from ?? '')).to.be.within(nowMs - 60_000, nowMs + 1000)
    expect(Date.parse(second?.from ?? '')).to.be.greaterThan(nowMs + 80_000_000)
    await sql`delete from grants`
    const rows = await grants()
    // The second one never was valid.
    expect(rows.map(({ vehicle }) => vehicle)).to.deep.equal(['v1'])
    expect(Date.parse(rows[0]?.to ?? '')).to.be.within(nowMs - 1000, nowMs + 60_000)
  })

  it('a grant notes vehicles only if its user has a rule', async () => {
    const { sql } = database
    await sql`update vehicles set group_key = 'north' where key = 'v1'`
    await changed()
    await sql`insert into grants (user_id, group_key) values (8, 'north')`
    expect(await changed()).to.deep.equal([])
    await sql`
      insert into rules (key, kind, params, scope, severity, for_fleet, owner_id)
      values ('mine', 'idling', '{}', '{"all": true}', 'info', false, 8)`
    await sql`update grants set history_from = now()`
    expect(await changed()).to.deep.equal(['v1'])
    await sql`delete from grants`
    expect(await changed()).to.deep.equal(['v1'])
  })

  it('a deleted user or vehicle leaves no version behind', async () => {
    const { sql } = database
    await sql`insert into grants (user_id, vehicle_id) select 7, id from vehicles`
    await sql`delete from vehicles where key = 'v1'`
    expect((await grants()).map(({ vehicle }) => vehicle)).to.deep.equal(['v2'])
    await sql`delete from users where id = 7`
    expect(await grants()).to.deep.equal([])
    expect(await sql`select from vehicle_versions`).to.have.length(1)
  })
})
