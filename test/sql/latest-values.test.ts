import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { migrate } from '../../sql/migrate.ts'
import { openTestDatabase } from '../support/database.ts'
import { migrationsBefore } from '../support/migrations-before.ts'

describe('migration to newest values', () => {
  it('newest positions and later readings without a position become newest values', async () => {
    const { sql, drop } = await openTestDatabase({ migrated: false })
    const directory = migrationsBefore('036')
    try {
      await migrate(sql, { directory })
      await sql`insert into vehicles (key) values ('placed'), ('unplaced'), ('silent')`
      await sql`
        insert into telemetry (vehicle_id, time, received_at, lat, lon, speed, rpm, status, extra)
        select id, at::text::timestamptz, now(), lat, lon, speed, rpm, status, extra
        from vehicles join (values
          ('placed', '2026-11-21T08:00:00Z', null::float8, null::float8, 1::float8, 800::float8, null, null),
          ('placed', '2026-11-21T08:01:00Z', 59, 18, 80, 900, null, '{"door": "open", "load": 7}'::jsonb),
          ('placed', '2026-11-21T08:02:00Z', null, null, 0, null, 'sos', '{"door": "shut"}'),
          ('placed', '2026-11-21T08:03:00Z', null, null, null, null, 'ok', null),
          ('unplaced', '2026-11-21T08:04:00Z', null, null, null, 700, null, null)
        ) as it (vehicle, at, lat, lon, speed, rpm, status, extra) on vehicles.key = it.vehicle`
      await sql`
        insert into positions (vehicle_id, time, received_at, lat, lon, speed)
        select id, '2026-11-21T08:01:00Z', now(), 59, 18, 80 from vehicles where key = 'placed'`
      await migrate(sql)
      const latest = await sql<{ key: string; field: string; value: unknown; minute: number }[]>`
        select key, field, value, date_part('minute', time)::int as minute
        from latest join vehicles on vehicles.id = vehicle_id order by key, field`
      expect(latest.map(({ key, field, value, minute }) => [key, field, value, minute])).to.deep.equal([
        ['placed', 'extra.door', 'shut', 2],
        ['placed', 'extra.load', 7, 1],
        ['placed', 'lat', 59, 1],
        ['placed', 'lon', 18, 1],
        ['placed', 'rpm', 900, 1],
        ['placed', 'speed', 0, 2],
        ['placed', 'status', 'ok', 3],
        ['unplaced', 'rpm', 700, 4],
      ])
    } finally {
      rmSync(directory, { recursive: true })
      await drop()
    }
  })
})
