import type { Problem } from '../../contract/problems.ts'
import type { Sql } from '../../sql/connect.ts'
import { asUs, fromUs } from './columns.ts'

export interface DeadLetterRow {
  id: number
  receivedUs: number
  /** keys, null when unknown or deleted since */
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
  /** only ids smaller than this */
  beforeId: number | undefined
  limit: number
}

/** Dead letters, the newest first, without their payloads. */
export async function listDeadLetters(sql: Sql, filter: DeadLetterFilter): Promise<DeadLetterRow[]> {
  const { vehicleId, code, fromUs: from, toUs: to, beforeId, limit } = filter
  return sql<DeadLetterRow[]>`
    ${selectDeadLetters(sql)}
    where true
      ${vehicleId === undefined ? sql`` : sql`and letter.vehicle_id = ${vehicleId}`}
      ${code === undefined ? sql`` : sql`and letter.code = ${code}`}
      ${from === undefined ? sql`` : sql`and letter.received_at >= ${fromUs(sql, from)}`}
      ${to === undefined ? sql`` : sql`and letter.received_at < ${fromUs(sql, to)}`}
      ${beforeId === undefined ? sql`` : sql`and letter.id < ${beforeId}`}
    order by letter.id desc
    limit ${limit}
  `
}

export async function findDeadLetter(sql: Sql, id: number): Promise<DeadLetterRow | undefined> {
  const [row] = await sql<DeadLetterRow[]>`${selectDeadLetters(sql)} where letter.id = ${id}`
  return row
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
