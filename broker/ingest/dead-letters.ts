import { setTimeout as delay } from 'node:timers/promises'
import type { Problem } from '../../contract/problems.ts'
import { messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'

export interface DeadLetter {
  receivedAtMs: number
  vehicleId: number
  deviceId: number
  problems: Problem[]
  /** the place in the message's array; null: the message as a whole */
  index: number | null
  /** what the device sent, byte for byte */
  payload: Buffer
}

export interface DeadLetters {
  /** Resolves when the letters are committed; never rejects, and never resolves once `signal` aborted. */
  add(letters: DeadLetter[]): Promise<void>
  /** Resolves when fewer than `QUEUE_LETTERS_MAX` are waiting: who adds many asks before. */
  untilRoom(): Promise<void>
}

/** Beyond it no further batch of readings begins, so that nothing decodes bad messages faster than they are stored. */
const QUEUE_LETTERS_MAX = 10_000

/** Letters and bytes in one statement. */
const LETTERS_MAX = 500
const BYTES_MAX = 4 * 1024 * 1024
const RETRY_MS = 500

/** Writes dead letters in batches, one batch at a time. */
export function createDeadLetters({
  sql,
  log,
  signal,
}: {
  sql: Sql
  log: Log
  signal: AbortSignal
}): DeadLetters {
  let queue: { letter: DeadLetter; done?: () => void }[] = []
  let writing = false
  let onRoom: (() => void)[] = []
  signal.addEventListener('abort', letIn, { once: true })

  return {
    async untilRoom() {
      if (queue.length < QUEUE_LETTERS_MAX) return
      await new Promise<void>((resolve) => {
        onRoom.push(resolve)
      })
    },

    add(letters) {
      return new Promise((resolve) => {
        const last = letters.length - 1
        for (const [n, letter] of letters.entries())
          queue.push(n === last ? { letter, done: resolve } : { letter })
        if (!writing) void writeAll()
      })
    },
  }

  function letIn(): void {
    for (const resolve of onRoom) resolve()
    onRoom = []
  }

  async function writeAll(): Promise<void> {
    writing = true
    while (queue.length > 0 && !signal.aborted) {
      const batch = takeBatch()
      try {
        await insert(batch.map((it) => it.letter))
        for (const { done } of batch) done?.()
        if (queue.length < QUEUE_LETTERS_MAX) letIn()
      } catch (error) {
        queue = [...batch, ...queue]
        log.warn({ event: 'dead_letters_retry', err: error }, `dead letters not stored: ${messageOf(error)}`)
        await delay(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
    writing = false
  }

  function takeBatch() {
    let bytes = 0
    let count = 0
    while (count < Math.min(queue.length, LETTERS_MAX) && (count === 0 || bytes < BYTES_MAX)) {
      bytes += queue[count]?.letter.payload.length ?? 0
      count++
    }
    return queue.splice(0, count)
  }

  async function insert(letters: DeadLetter[]): Promise<void> {
    const rows = letters.map((it) => ({
      received_at: new Date(it.receivedAtMs).toISOString(),
      vehicle_id: it.vehicleId,
      device_id: it.deviceId,
      code: it.problems[0]?.code ?? 'not_json',
      problems: it.problems,
      reading_index: it.index,
      payload: it.payload.toString('base64'),
    }))
    await sql`
      insert into rejected_messages (received_at, vehicle_id, device_id, code, problems, reading_index, payload)
      select received_at, vehicle_id, device_id, code, problems, reading_index, decode(payload, 'base64')
      from jsonb_to_recordset(${sql.json(rows as never)}) as it(
        received_at timestamptz, vehicle_id bigint, device_id bigint, code text, problems jsonb,
        reading_index int, payload text)`
  }
}
