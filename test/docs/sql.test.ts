import { expect } from 'chai'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { readDocument } from './sections.ts'

describe('statements of docs/sql.md', () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase()
  })
  after(() => database.drop())

  const read = async (text: string) => [...(await database.sql.unsafe(text))] as Record<string, unknown>[]

  it('the statements run as they stand, and compute a distance from odometers', async () => {
    const { sql } = database
    const [vehicle] = await sql<{ id: number }[]>`insert into vehicles (key) values ('v1') returning id`
    const id = vehicle?.id ?? 0
    await sql`
      insert into telemetry (vehicle_id, time, received_at, odometer)
      select ${id}, current_date - interval '12 hours' + n * interval '1 hour', now(), 100 + n * 25
      from generate_series(0, 3) as n`
    const blocks = [...readDocument('docs/sql.md').matchAll(/^```sql\n([\s\S]*?)^```$/gm)]
    const statements = blocks.flatMap(([, block = '']) => block.split(/;\n/).filter((it) => it.trim() !== ''))
    expect(statements).to.have.length(4)
    const [yesterday, , positions, letters] = await Promise.all(statements.map(read))
    expect(yesterday).to.deep.equal([{ key: 'v1', km: 75 }])
    expect(positions).to.deep.equal([])
    expect(letters).to.deep.equal([])
  })
})
