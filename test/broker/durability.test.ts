import { expect } from 'chai'
import { openTestBroker } from '../support/broker.ts'
import { logIn } from '../support/clients.ts'
import { openTestDatabase } from '../support/database.ts'

describe('durability', () => {
  it('acknowledged rows are on disk even with synchronous_commit off, and the log has the setting', async () => {
    const db = await openTestDatabase()
    const [name] = await db.sql<{ name: string }[]>`select current_database() as name`
    await db.sql`alter database ${db.sql(name?.name ?? '')} set synchronous_commit = off`
    await db.sql`create table seen (what text, value text)`
    for (const table of ['telemetry', 'rejected_messages']) {
      await db.sql`
        create function ${db.sql(`note_${table}`)}() returns trigger language plpgsql as $$
        begin
          insert into seen values (tg_table_name, current_setting('synchronous_commit'));
          return null;
        end $$`
      await db.sql`
        create trigger note after insert on ${db.sql(table)}
        for each statement execute function ${db.sql(`note_${table}`)}()`
    }
    const broker = await openTestBroker({}, db)
    try {
      const device = await broker.addDevice()
      const client = await logIn(broker, device)
      // A new reading; the same again, which goes through the staging table; a refused one.
      for (const payload of ['{"time":1767225600000,"speed":1}', '{"time":1767225600000,"speed":1}', '{}']) {
        await client.publishAsync(device.topic, payload, { qos: 1 })
      }
      await client.endAsync()
      const seen = await db.sql<
        { what: string; value: string }[]
      >`select distinct what, value from seen order by 1`
      expect(seen.map((it) => `${it.what} ${it.value}`)).to.deep.equal([
        'rejected_messages on',
        'telemetry on',
      ])
      const line = broker.log.find((it) => it['event'] === 'durability')
      expect(line).to.include({ synchronousCommit: 'off' })
    } finally {
      await broker.close()
      await db.drop()
    }
  })
})
