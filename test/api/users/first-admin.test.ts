import { expect } from 'chai'
import { pino } from 'pino'
import { ensureAdmin } from '../../../api/users/first-admin.ts'
import { createPasswordCheck } from '../../../api/users/passwords.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'

describe('first administrator', () => {
  let database: TestDatabase
  let lines: { level: number; event: string; msg: string }[]
  beforeEach(async () => {
    database = await openTestDatabase()
    lines = []
  })
  afterEach(() => database.drop())

  const ensure = (password: string | undefined, email = 'admin@localhost') => {
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
    return ensureAdmin({ sql: database.sql, log, email, password })
  }
  const users = () => database.sql<{ email: string; hash: string; role: string }[]>`
    select email, password_hash as hash, role from users order by id
  `

  it('the first administrator is created once, though several processes start together', async () => {
    await Promise.all(Array.from({ length: 8 }, () => ensure('a good password')))
    const [admin, ...others] = await users()
    expect(others).to.deep.equal([])
    expect(admin).to.include({ email: 'admin@localhost', role: 'admin' })
    expect(lines.filter(({ event }) => event === 'admin_created')).to.have.length(1)
  })

  it("the administrator's password is stored as argon2id only", async () => {
    await ensure('a good password')
    const [admin] = await users()
    expect(admin?.hash).to.match(/^\$argon2id\$/)
    const isPassword = createPasswordCheck()
    expect(await isPassword(admin?.hash, 'a good password')).to.equal(true)
    expect(await isPassword(admin?.hash, 'a good passwort')).to.equal(false)
    expect(await isPassword(undefined, 'a good password')).to.equal(false)
  })

  it('a check takes as much work for an unknown user as for a known one', async () => {
    await ensure('a good password')
    const [admin] = await users()
    const isPassword = createPasswordCheck()
    // Of the processor, so that other processes do not count.
    const workUs = async (hash: string | undefined) => {
      const start = process.cpuUsage()
      // Many, because the system may count in ticks of 4 ms.
      for (let n = 0; n < 12; n++) await isPassword(hash, 'wrong')
      return process.cpuUsage(start).user
    }
    expect((await workUs(undefined)) / (await workUs(admin?.hash))).to.be.within(0.5, 2)
  })

  it("a later ADMIN_PASSWORD does not change the administrator's password", async () => {
    await ensure('a good password')
    const before = await users()
    await ensure('another password', 'other@localhost')
    expect([...(await users())]).to.deep.equal([...before])
  })

  it('a missing administrator is logged with the setting to use', async () => {
    await ensure(undefined)
    expect(await users()).to.have.length(0)
    expect(lines).to.have.length(1)
    expect(lines[0]).to.include({ level: 40, event: 'admin_missing' })
    expect(lines[0]?.msg).to.include('ADMIN_PASSWORD')
  })

  it("a user with the administrator's address is not made administrator", async () => {
    await database.sql`insert into users (email, password_hash, role) values ('Admin@localhost', '-', 'user')`
    await ensure('a good password')
    expect((await users()).map(({ role }) => role)).to.deep.equal(['user'])
    expect(lines[0]).to.include({ level: 50, event: 'admin_missing' })
  })
})
