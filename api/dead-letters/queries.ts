import type { Claims } from '../../contract/claims.ts'
import type { Problem } from '../../contract/problems.ts'
import type { Sql } from '../../sql/connect.ts'
import { recordChanges, type Actor } from '../audit/queries.ts'
import { asUs, fromUs } from '../database/columns.ts'
import { findFewVisible, ownedVehicles, since, visibleVehicles } from '../access/visible.ts'

export interface DeadLetterRow {
  id: number
  receivedUs: number
  /** keys, null if unknown or deleted since */
  vehicle: string | null
  device: string | null
  code: string
  problems: Problem[]
  readingIndex: number | null
  payloadBytes: number
}

export interface DeadLetterFilter {
  vehicleId: number | undefined
  code: string | undefined
  /** of `received_at`, microseconds: from inclusive, to exclusive */
  fromUs: number | undefined
  toUs: number | undefined
}

/** Lists dead letters of the vehicles that the caller may see, the newest first, without their payloads. */
export async function listDeadLetters(
  sql: Sql,
  caller: Claims,
  filter: DeadLetterFilter & {
    /** only ids smaller than this */ beforeId: number | undefined
    limit: number
  },
): Promise<DeadLetterRow[]> {
  const { beforeId, limit } = filter
  const few = await findFewVisible(sql, caller)
  return sql<DeadLetterRow[]>`
    ${selectDeadLetters(sql)}
    where ${isVisible(sql, caller, few)} ${matching(sql, filter)}
      ${beforeId === undefined ? sql`` : sql`and letter.id < ${beforeId}`}
    order by letter.id desc
    limit ${limit}
  `
}

export async function findDeadLetter(
  sql: Sql,
  caller: Claims,
  id: number,
): Promise<DeadLetterRow | undefined> {
  const [row] = await sql<DeadLetterRow[]>`
    ${selectDeadLetters(sql)} where letter.id = ${id} and ${isVisible(sql, caller)}
  `
  return row
}

/** Whether the caller sees a dead letter whose vehicle the caller may not change. */
export async function isReadOnlyLetter(sql: Sql, caller: Claims, id: number): Promise<boolean> {
  const rows = await sql`
    select from rejected_messages as letter join vehicles on vehicles.id = letter.vehicle_id
    where letter.id = ${id} and ${isVisible(sql, caller)}
      and ${ownedVehicles(sql, caller)} is not true
  `
  return rows.length > 0
}

export interface DeadLetterCount {
  code: string
  count: number
  newestUs: number
}

/** Number of dead letters for each reason, the most frequent first. */
export async function countDeadLetters(
  sql: Sql,
  caller: Claims,
  filter: DeadLetterFilter,
): Promise<DeadLetterCount[]> {
  const few = await findFewVisible(sql, caller)
  return sql<DeadLetterCount[]>`
    select letter.code, count(*)::int as count,
      (extract(epoch from max(letter.received_at)) * 1000000)::bigint as "newestUs"
    from rejected_messages as letter left join vehicles on vehicles.id = letter.vehicle_id
    where ${isVisible(sql, caller, few)} ${matching(sql, filter)}
    group by letter.code
    order by 2 desc, 1
  `
}

/** Deletes matching dead letters of the caller's own vehicles, at most `limit`. Returns their number. */
export async function deleteDeadLetters(
  sql: Sql,
  filter: DeadLetterFilter & { id?: number; limit: number },
  actor: Actor & { caller: Claims },
): Promise<number> {
  return sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    const { id, limit } = filter
    const rows = await tx`
      delete from rejected_messages where id in (
        select letter.id
        from rejected_messages as letter left join vehicles on vehicles.id = letter.vehicle_id
        where ${ownedVehicles(tx, actor.caller)} ${matching(tx, filter)} ${id === undefined ? tx`` : tx`and letter.id = ${id}`}
        limit ${limit}
      )
    `
    if (rows.count > 0) {
      const { vehicleId, code } = filter
      const before = {
        count: rows.count,
        ...(code !== undefined && { code }),
        ...(vehicleId !== undefined && { vehicleId }),
      }
      const subject = id === undefined ? 'dead-letters' : `dead-letter:${id}`
      await recordChanges(tx, actor, [{ action: 'dead-letter.delete', subject, before }])
    }
    return rows.count
  })
}

export interface ReplayableLetter {
  id: number
  /**
   * the vehicle for readings that the stays of the device do not place; `null` if the stays alone decide and the device
   * was deleted
   */
  vehicleId: number | null
  deviceId: number
  /** the time for readings that have none, in microseconds since 1970 */
  receivedUs: number
  payloadBytes: number
}

/**
 * Lists dead letters of the caller's own vehicles that can be replayed, the oldest first. A letter of a deleted vehicle
 * cannot. A letter with readings of several vehicles has no vehicle: administrators may replay it, and its readings are
 * placed by the stays of its device.
 */
export async function listReplayable(
  sql: Sql,
  caller: Claims,
  filter: DeadLetterFilter & {
    id?: number
    /** only greater ids */ afterId?: number | undefined
    limit: number
  },
): Promise<ReplayableLetter[]> {
  const { id, afterId, limit } = filter
  // Letters that are older than this column have an approximate time, which at least differs from others in the same
  // millisecond.
  const receivedUs = sql`coalesce(
    ${asUs(sql, 'letter.time_if_absent')}, ${asUs(sql, 'letter.received_at')} + letter.id % 1000)`
  const lastVehicleId = sql`(
    select vehicle_id from device_vehicles
    where device_vehicles.device_id = letter.device_id
    order by since desc, device_vehicles.id desc
    limit 1
  )`
  return sql<ReplayableLetter[]>`
    select letter.id, coalesce(vehicles.id, ${lastVehicleId}) as "vehicleId", letter.device_id as "deviceId",
      ${receivedUs} as "receivedUs", octet_length(letter.payload) as "payloadBytes"
    from rejected_messages as letter left join vehicles on vehicles.id = letter.vehicle_id
    where ${ownedVehicles(sql, caller)} ${matching(sql, filter)} and letter.device_id is not null
      and (letter.vehicle_id is null or vehicles.id is not null)
      ${id === undefined ? sql`` : sql`and letter.id = ${id}`}
      ${afterId === undefined ? sql`` : sql`and letter.id > ${afterId}`}
    order by letter.id
    limit ${limit}
  `
}

/** Removes letters whose readings are now stored. */
export async function removeReplayed(
  sql: Sql,
  ids: number[],
  actor: Actor & { caller: Claims },
): Promise<void> {
  await sql.begin(async (transaction) => {
    const tx = transaction as unknown as Sql
    await tx`delete from rejected_messages where id = any (${ids}::bigint[])`
    const subject = ids.length === 1 ? `dead-letter:${ids[0]}` : 'dead-letters'
    await recordChanges(tx, actor, [{ action: 'dead-letter.replay', subject, before: { count: ids.length } }])
  })
}

/**
 * A condition: the vehicle is visible to the caller, and the dead letter was received within the history that the
 * caller may see.
 */
function isVisible(sql: Sql, caller: Claims, few?: readonly number[]) {
  return sql`${visibleVehicles(sql, caller, few)} ${since(sql, caller, sql`letter.received_at`)}`
}

function matching(sql: Sql, { vehicleId, code, fromUs: from, toUs: to }: DeadLetterFilter) {
  return sql`
    ${vehicleId === undefined ? sql`` : sql`and letter.vehicle_id = ${vehicleId}`}
    ${code === undefined ? sql`` : sql`and letter.code = ${code}`}
    ${from === undefined ? sql`` : sql`and letter.received_at >= ${fromUs(sql, from)}`}
    ${to === undefined ? sql`` : sql`and letter.received_at < ${fromUs(sql, to)}`}
  `
}

/** Payloads by dead letter id, byte for byte. */
export async function findPayloads(sql: Sql, ids: number[]): Promise<Map<number, Buffer>> {
  const rows = await sql<{ id: number; payload: Buffer }[]>`
    select id, payload from rejected_messages where id = any (${ids}::bigint[])
  `
  return new Map(rows.map(({ id, payload }) => [id, payload]))
}

function selectDeadLetters(sql: Sql) {
  return sql`
    select letter.id, ${asUs(sql, 'letter.received_at')} as "receivedUs", vehicles.key as vehicle,
      devices.key as device, letter.code, letter.problems, letter.reading_index as "readingIndex",
      octet_length(letter.payload) as "payloadBytes"
    from rejected_messages as letter
    left join vehicles on vehicles.id = letter.vehicle_id
    left join devices on devices.id = letter.device_id
  `
}
