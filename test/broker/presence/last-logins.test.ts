import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readBrokerId } from '../../../broker/presence/broker-id.ts'
import { createLastLogins, type LastLogins } from '../../../broker/presence/last-logins.ts'
import { createClosers, type Closers } from '../../../kit/closers.ts'
import { createLog } from '../../../kit/log.ts'
import { connect } from '../../../sql/connect.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { openProxy } from '../../support/proxy.ts'

const silent = createLog('test', 'silent')

describe('last logins of devices', () => {
  let closers: Closers
  let db: TestDatabase
  beforeEach(async () => {
    closers = createClosers(silent)
    db = closers.add('database', await openTestDatabase(), (it) => it.drop())
  })
  afterEach(() => closers.closeAll({ deadlineMs: 10_000 }))

  function openLogins(brokerId: string = randomUUID(), url = db.url): LastLogins {
    const sql = connect({ url, max: 1, applicationName: 'logins' })
    closers.add('connection', sql, (it) => it.end({ timeout: 1 }))
    return closers.add('logins', createLastLogins({ sql, log: silent, brokerId }), (it) => it.close())
  }

  async function addDevices(count: number): Promise<number[]> {
    const rows = await db.sql<{ id: number }[]>`
      insert into devices (key) select 'd' || n from generate_series(1, ${count}) as n returning id`
    return rows.map(({ id }) => id)
  }

  it('the last login of a device is first unknown, then here or elsewhere', async () => {
    const [id = 0] = await addDevices(1)
    const [one, other] = [openLogins(), openLogins()]
    const all = []
    for (const logins of [one, one, other, other, one]) all.push(await logins.note(id))
    expect(all).to.deep.equal(['unknown', 'here', 'elsewhere', 'here', 'elsewhere'])
  })

  it('the last login is still here after a restart of the broker', async () => {
    const [id = 0] = await addDevices(1)
    const brokerId = randomUUID()
    await openLogins(brokerId).note(id)
    expect(await openLogins(brokerId).note(id)).to.equal('here')
  })

  it('2500 simultaneous logins take three statements', async () => {
    const ids = await addDevices(2500)
    const logins = openLogins()
    const lasts = await Promise.all(ids.map((id) => logins.note(id)))
    expect(new Set(lasts)).to.deep.equal(new Set(['unknown']))
    const [count] = await db.sql`select count(distinct xmin::text) as n from device_sessions`
    expect(count?.['n']).to.equal(3)
  })

  it('the last login is unknown while the database is away, and written once it is back', async () => {
    const [id = 0] = await addDevices(1)
    const proxy = closers.add('proxy', await openProxy(Number(new URL(db.url).port)), (it) => it.close())
    const url = proxy.urlOf(db.url)
    const [one, other] = [openLogins(), openLogins(randomUUID(), url)]
    await one.note(id)
    await other.note(id)
    await one.note(id)
    await proxy.refuse()
    expect(await other.note(id)).to.equal('unknown')
    await proxy.forward()
    await eventually('the login is written', async () => (await one.note(id)) === 'elsewhere')
  })
})

describe('the id of a broker', () => {
  it('the id is kept in its directory, unless its file is damaged', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-broker-id-'))
    const id = readBrokerId(dataDir)
    expect(readBrokerId(dataDir)).to.equal(id)
    writeFileSync(join(dataDir, 'broker-id'), id.slice(0, 20))
    const made = readBrokerId(dataDir)
    expect(made).not.to.equal(id)
    expect(readFileSync(join(dataDir, 'broker-id'), 'utf8')).to.equal(`${made}\n`)
    rmSync(dataDir, { recursive: true })
    expect(() => readBrokerId(dataDir)).to.throw(/DATA_DIR: .*broker-id/)
  })
})
