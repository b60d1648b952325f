import { expect } from 'chai'
import { openScopes, type Scopes } from '../../../broker/registry/scopes.ts'
import { readScopeAnnouncement } from '../../../broker/registry/scope-announcement.ts'
import { createLog } from '../../../kit/log.ts'
import { connect, type Pool } from '../../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { failureOf } from '../../support/failure.ts'

describe('the scopes', () => {
  let db: TestDatabase
  let sql: Pool
  let scopes: Scopes
  let lines: string[]
  const told: string[] = []
  const gone: number[] = []
  beforeEach(async () => {
    db = await openTestDatabase()
    sql = connect({ url: db.url, max: 1, applicationName: 'scopes' })
    lines = []
    const log = createLog('broker', 'info', { write: (line: string) => void lines.push(line) })
    scopes = await openScopes({ sql, log, usersMax: 2 })
    told.length = 0
    gone.length = 0
    scopes.onScopeChange((scope) => void told.push(scope))
    scopes.onVehiclesGone((ids) => void gone.push(...ids))
  })
  afterEach(async () => {
    scopes.close()
    await sql.end({ timeout: 1 })
    await db.drop()
  })

  async function addUser(vehicles: number): Promise<number> {
    const [user] = await db.sql<{ id: number }[]>`
      insert into users (email, password_hash, role) values (${crypto.randomUUID()}, '', 'user') returning id`
    const id = user?.id ?? 0
    await db.sql`
      insert into vehicles (key, created_by) select ${`u${id}-`}::text || n, ${id} from generate_series(1, ${vehicles}) n`
    return id
  }

  it('are in memory for as long as somebody is connected, and for so many users at most', async () => {
    const [one, two, three] = [await addUser(3), await addUser(0), await addUser(0)]
    const account = await scopes.acquire(one)
    expect([...account.keys]).to.have.members([1, 2, 3].map((n) => `u${one}-${n}`))
    expect(await scopes.acquire(one)).to.equal(account)
    await scopes.acquire(two)
    expect(await failureOf(scopes.acquire(three))).to.have.property('code', 'too_many_users')
    scopes.release(one)
    expect(scopes.vehiclesOf(one)?.has([...account.vehicles.keys()][0] ?? 0, 0)).to.equal(true)
    scopes.release(one)
    expect(scopes.vehiclesOf(one)).to.equal(undefined)
    expect((await scopes.acquire(three)).role).to.equal('user')
  })

  it('leave room for the next user while 20 users see all that they may', async () => {
    const some = await openScopes({ sql, log: createLog('broker', 'silent'), vehiclesMax: 900 })
    const most = await addUser(200)
    expect(await failureOf(some.acquire(most))).to.have.property('code', 'too_many_vehicles')
    for (let n = 0; n < 20; n++) {
      // All that it may: as many as are let in of a few sizes.
      for (const size of [100, 80, 60, 40, 20, 10]) {
        const isIn = await some.acquire(await addUser(size)).catch(() => undefined)
        if (isIn !== undefined) break
      }
    }
    expect((await some.acquire(await addUser(5))).vehicles.size).to.equal(5)
    some.close()
  })

  it('are not read again and again for a user whose vehicles are many', async () => {
    const [many, few] = [await addUser(120_000), await addUser(3)]
    for (let n = 0; n < 3; n++)
      expect(await failureOf(scopes.acquire(many))).to.have.property('code', 'too_many_vehicles')
    expect(await failureOf(scopes.acquire(many)))
      .to.have.property('message')
      .that.matches(/^wait \d+ s: /)
    expect((await scopes.acquire(few)).vehicles.size).to.equal(3)
  })

  it('know of a user that is not there that it is not', async () => {
    expect((await scopes.acquire(999)).role).to.equal(undefined)
  })

  it('hear of ten thousand vehicles that one statement makes, and deletes', async () => {
    const user = await addUser(0)
    const account = await scopes.acquire(user)
    expect(account.keys.size).to.equal(0)
    await db.sql`insert into vehicles (key, created_by) select 'bulk-' || n, ${user} from generate_series(1, 10000) n`
    const sees = () => account.vehicles.size
    await eventually('all', () => sees() === 10_000)
    expect(told).to.include.members(['all', String(user)])
    await db.sql`delete from vehicles where created_by = ${user}`
    await eventually('none', () => sees() === 0 && gone.length === 10_000)
  })

  it('tell of a vehicle only those who see it', async () => {
    const [one, two] = [await addUser(1), await addUser(1)]
    await scopes.acquire(one)
    await scopes.acquire(two)
    await eventually('what was before is told', () => told.includes('all'))
    told.length = 0
    await db.sql`update vehicles set name = 'Ada' where created_by = ${one}`
    await eventually('told', () => told.includes(String(one)))
    expect(told).to.have.members(['all', String(one)])
  })

  it('swap the keys of two vehicles', async () => {
    const user = await addUser(2)
    const account = await scopes.acquire(user)
    await db.sql.begin(async (tx) => {
      const [a, b] = [`u${user}-1`, `u${user}-2`]
      await tx`update vehicles set key = 'between' where key = ${a}`
      await tx`update vehicles set key = ${a} where key = ${b}`
      await tx`update vehicles set key = ${b} where key = 'between'`
    })
    await eventually('told', () => told.includes(String(user)))
    expect([...account.keys].toSorted()).to.deep.equal([`u${user}-1`, `u${user}-2`])
  })

  it('ignore, and log, what no trigger says', async () => {
    await db.sql`select pg_notify('scopes', 'user:1; drop table users')`
    await eventually('the line', () => lines.find((it) => it.includes('notification_ignored')))
  })
})

describe('what is announced of scopes', () => {
  it('is a user, vehicles, or that a broker has died', () => {
    expect(readScopeAnnouncement('user:7')).to.deep.equal({ kind: 'user', id: 7 })
    expect(readScopeAnnouncement('presence')).to.deep.equal({ kind: 'presence' })
    expect(readScopeAnnouncement('vehicles:1,22')).to.deep.equal({ kind: 'vehicles', ids: [1, 22] })
    for (const it of [
      '',
      'user:',
      'user:0',
      'user:-1',
      'vehicles:',
      'vehicles:1,',
      'vehicles:a',
      'user:1\n',
    ]) {
      expect(readScopeAnnouncement(it), it).to.equal(undefined)
    }
  })
})
