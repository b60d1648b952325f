import { expect } from 'chai'
import { fromUs } from '../../api/queries/columns.ts'
import { matching } from '../../api/queries/history-filter.ts'
import { findPosition } from '../../api/queries/telemetry.ts'
import { makeClaims } from '../../contract/claims.ts'
import { migrate } from '../../sql/migrate.ts'
import { explain } from '../bench/query-plans.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const HOUR_US = 3_600_000_000

describe('the plan of a question', () => {
  let plain: TestDatabase
  before(async () => {
    plain = await openTestDatabase({ migrated: false })
    await migrate(plain.sql, { flavour: 'plain' })
  })
  after(() => plain.drop())

  it("about an hour is made for the one partition of its day, and not for all of the table's", async () => {
    const { sql } = plain
    const day = new Date().toISOString().slice(0, 10)
    const midnightUs = Date.parse(day) * 1000
    const range = { fromUs: midnightUs + HOUR_US, toUs: midnightUs + 2 * HOUR_US }
    const rows = await sql`
      explain select from telemetry where vehicle_id = 1 ${matching(sql, { range, conditions: [] })}`
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    expect([...plan.matchAll(/ on (telemetry_\w+)/g)].map(([, name]) => name)).to.deep.equal([
      `telemetry_${day.replaceAll('-', '')}`,
    ])
    // Or they are planned for, and left out only when it runs.
    expect(plan).to.not.include('Removed')
  })

  it('about a newest position prepares the partitions of a few days only', async () => {
    const { sql } = plain
    await sql`insert into vehicles (key) values ('v1')`
    const admin = makeClaims({ sub: '1', role: 'admin', aud: 'api', jti: '', nowS: 0, lifetimeS: 60 })
    const plans = await explain(sql, async (spy) => findPosition(spy, admin, 'v1'))
    expect(plans.filter((line) => line.startsWith('select'))).to.have.length(2)
    // Of those from yesterday until in a week, the newest six.
    expect(plans.filter((line) => line.includes('Subplans Removed: 6'))).to.have.length(1)
  })

  it('goes by a time of microseconds', async () => {
    const { sql } = plain
    const [row] = await sql`
      select ${fromUs(sql, 1_792_000_000_123_456)} - ${fromUs(sql, 1_792_000_000_123_455)} = interval '1 us' as "isOne"`
    expect(row).to.deep.equal({ isOne: true })
  })
})
