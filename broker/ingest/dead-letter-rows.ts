import { createHash } from 'node:crypto'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import type { DeadLetter } from './dead-letter.ts'
import { RECEIPT_STEP_US } from './receipt-clock.ts'

/** Stores dead letters, in one statement. A letter that is stored already stays as it is. */
export async function insertDeadLetters(sql: Sql, letters: readonly DeadLetter[]): Promise<void> {
  const rows = letters.map((it) => ({
    uid: uidOf(it),
    received_at: new Date(it.receivedAtMs).toISOString(),
    vehicle_id: it.vehicleId,
    device_id: it.deviceId,
    code: it.problems[0]?.code ?? 'not_json',
    problems: it.problems,
    reading_index: it.index,
    time_if_absent: formatTime(it.receivedUs + (it.index ?? 0) * RECEIPT_STEP_US),
    payload: it.payload.toString('base64'),
  }))
  await sql`
    insert into rejected_messages
      (uid, received_at, stored_at, vehicle_id, device_id, code, problems, reading_index, time_if_absent, payload)
    select uid, received_at, now(), vehicle_id, device_id, code, problems, reading_index, time_if_absent,
      decode(payload, 'base64')
    from jsonb_to_recordset(${sql.json(rows as never)}) as it(
      uid uuid, received_at timestamptz, vehicle_id bigint, device_id bigint, code text, problems jsonb,
      reading_index int, time_if_absent timestamptz, payload text)
    on conflict (uid) do nothing`
}

/**
 * The id of a letter, the same after it went through the spool. Of a message that is too large only the beginning is kept, so its
 * length, which the problem names, distinguishes it from others with the same beginning.
 */
function uidOf({ deviceId, receivedUs, index, payload, problems: [problem] }: DeadLetter): string {
  const hash = createHash('sha256').update(`${deviceId} ${receivedUs} ${index} `).update(payload)
  if (problem?.code === 'message_too_large') hash.update(problem.detail)
  return hash.digest('hex').slice(0, 32)
}
