import type { Sql } from '../../../sql/connect.ts'

/** Further columns of an event, see sql/042.do.rules.sql. */
export type StoredEvent = Record<string, string | number | boolean | null | Record<string, number | string>>

/** Inserts an event as insight would, and returns its id. It is open unless `ended_at` is given. */
export async function insertEvent(
  sql: Sql,
  event: { vehicle: string; rule: string; startedAt: string },
  more: StoredEvent = {},
): Promise<number> {
  const { vehicle, rule, startedAt } = event
  const defaults = {
    severity: 'warning',
    as_of: startedAt,
    details: {},
    revision: 1,
    late: false,
    retracted: false,
  }
  const row = { ...defaults, ...more, started_at: startedAt, detected_at: new Date().toISOString() }
  const [inserted] = await sql<{ id: number }[]>`
    insert into events (
      vehicle_id, rule_id, kind, severity, started_at, ended_at, final_time, as_of, start_lat, start_lon, end_lat, end_lon,
      place, peak_value, peak_at, limit_value, details, retracted, revision, late, detected_at
    )
    select vehicles.id, rules.id, rules.kind, it.severity, it.started_at, it.ended_at, it.final_time, it.as_of,
      it.start_lat, it.start_lon, it.end_lat, it.end_lon, it.place, it.peak_value, it.peak_at, it.limit_value, it.details,
      it.retracted, it.revision, it.late, it.detected_at
    from vehicles, rules, jsonb_populate_record(null::events, ${sql.json(row)}) as it
    where vehicles.key = ${vehicle} and rules.key = ${rule} and rules.deleted_at is null
    returning id`
  if (inserted === undefined) throw new Error(`no vehicle ${vehicle} or no rule ${rule}`)
  return inserted.id
}
