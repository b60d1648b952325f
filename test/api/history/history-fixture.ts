import { expect } from 'chai'
import type { Reading } from '../../../contract/telemetry.ts'
import { makeToken, openFixture, type Answer, type Fixture } from '../fixture.ts'

export interface HistoryFixture extends Fixture {
  /** Stores readings of a vehicle, from its device `d-{vehicle}`; readings of one time need a different `nth` each. */
  insert(vehicle: string, readings: (Reading & { nth?: number })[]): Promise<void>
  get(path: string, token?: string): Promise<Answer>
  /** The body of a GET, which must succeed with 200. */
  read(path: string, token?: string): Promise<Answer['body']>
  /** the token of a user who created `own` and was granted `lent` and the group `north` */
  user: string
}

/** Vehicles `v1` to `v3`, `own`, `lent`, `n1` and `n2` (of the group `north`) and `foreign`. */
export async function openHistoryFixture(): Promise<HistoryFixture> {
  // Closing would wait for an export whose client has disconnected, for as long as a real one may take.
  const fixture = await openFixture({ closeGraceMs: 500 })
  const { sql } = fixture
  const [user] = await sql<{ id: number }[]>`
    insert into users (email, password_hash, role) values ('user@localhost', '', 'user') returning id`
  const keys = ['v1', 'v2', 'v3', 'own', 'lent', 'n1', 'n2', 'foreign']
  await sql`
    insert into vehicles (key, group_key, created_by)
    select key, case when key in ('n1', 'n2') then 'north' end, case key when 'own' then ${user?.id ?? 0}::bigint end
    from unnest(${keys}::text[]) as key`
  await sql`insert into devices (key, vehicle_id) select 'd-' || key, id from vehicles`
  await sql`insert into grants (user_id, vehicle_id) select ${user?.id ?? 0}, id from vehicles where key = 'lent'`
  await sql`insert into grants (user_id, group_key) values (${user?.id ?? 0}, 'north')`
  const get: HistoryFixture['get'] = (path, token) =>
    fixture.call('GET', path, token === undefined ? {} : { token })
  return {
    ...fixture,
    user: makeToken({ role: 'user', sub: String(user?.id) }),
    get,
    async read(path, token) {
      const { status, body } = await get(path, token)
      expect(status, JSON.stringify(body)).to.equal(200)
      return body
    },
    async insert(vehicle, readings) {
      const rows = readings.map((it) => ({ received_at: '2026-11-21T12:00:00Z', nth: 0, ...it }))
      // As JSON, because the driver would cut times to milliseconds.
      await sql`
        insert into telemetry
        select it.* from vehicles, jsonb_array_elements(${sql.json(rows)}) as row,
          jsonb_populate_record(null::telemetry, row || jsonb_build_object('vehicle_id', vehicles.id, 'device_id',
            (select id from devices where vehicle_id = vehicles.id))) as it
        where vehicles.key = ${vehicle}`
    },
  }
}

/** 2026-11-21T08:mm:ss.000Z */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 21, 8) + seconds * 1000).toISOString()
}
