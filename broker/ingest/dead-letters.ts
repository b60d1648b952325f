import { createHash } from 'node:crypto'
import { formatTime } from '../../contract/time.ts'
import { messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Availability } from './availability.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { LetterLimits } from './letter-limits.ts'
import { RECEIPT_STEP_US } from './receipt-clock.ts'
import { classify, type Failure } from './sqlstate.ts'
import { createTimeLimit } from './time-limit.ts'

export type Written = boolean | { settled: Promise<boolean> }

export interface DeadLetters {
  /**
   * Resolves with true when the letters are committed, and with false when they are neither committed nor under way. If that
   * is not known in time, resolves with `settled`, which resolves with either when it is known. Never rejects. Letters beyond
   * the limits of their device are dropped.
   */
  add(letters: DeadLetter[]): Promise<Written>
  /** Resolves once the queue is below its limits; to be awaited before many are added. */
  untilRoom(): Promise<void>
  /** Gives a late batch `graceMs` to end. */
  close(graceMs: number): Promise<void>
}

/**
 * Beyond either no further batch of readings begins, so that nothing decodes bad messages faster than they are stored.
 * @limit dead letters that are not yet stored | no further batch begins
 */
const QUEUE_LETTERS_MAX = 10_000
/** @limit bytes of dead letters that are not yet stored | no further batch begins */
const QUEUE_BYTES_MAX = 32 * 1024 * 1024

/** The letters of one message, stored together or not. */
interface Group {
  letters: DeadLetter[]
  /** to be called with the result, and again for late letters */
  done: (written: Written) => void
}

/** A statement gets no more groups once it has so many letters or bytes; a message brings 100 letters at most. */
const LETTERS_MAX = 500
const BYTES_MAX = 4 * 1024 * 1024

interface DeadLettersOptions {
  /** with `max: 1`, of its own: it is cut only while the database is away, at the end, and after `LATE_MAX_MS` */
  sql: Pool
  log: Log
  availability: Availability
  limits: LetterLimits
  commitTimeoutMs: number
  signal: AbortSignal
}

/** For a statement while the server answers other queries; as for batches of readings. */
const LATE_MAX_MS = 15 * 60_000

/**
 * Writes dead letters in batches, one batch at a time. A letter that is written twice is stored once. While a batch is late, no
 * other is taken: the messages of further letters go to the spool at once.
 */
export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { sql, log, availability, limits, commitTimeoutMs, signal } = options
  const limit = createTimeLimit(onOver, signal)
  let queue: Group[] = []
  let queued = 0
  let queuedBytes = 0
  let writing = false
  let onRoom: (() => void)[] = []
  /** groups that are being written */
  let current: Group[] = []
  let late: { sinceMs: number; end: () => void } | undefined
  let isClosing = false
  let onIdle = () => {}

  return {
    async untilRoom() {
      if (hasRoom()) return
      await new Promise<void>((resolve) => {
        onRoom.push(resolve)
      })
    },

    async close(graceMs) {
      if (!writing) return
      const timer = setTimeout(() => (isClosing = true), graceMs)
      await new Promise<void>((resolve) => (onIdle = resolve))
      clearTimeout(timer)
    },

    add(given) {
      const letters = limits.admit(given)
      if (letters.length === 0) return Promise.resolve(true)
      if (late !== undefined) return Promise.resolve(false)
      return new Promise((resolve) => {
        queue.push({ letters, done: resolve })
        queued += letters.length
        queuedBytes += bytesOf(letters)
        if (!writing) void writeAll()
      })
    },
  }

  async function writeAll(): Promise<void> {
    writing = true
    while (queue.length > 0) {
      current = takeGroups()
      await settle(current)
      late?.end()
      late = undefined
      if (hasRoom()) admitWaiting()
    }
    writing = false
    onIdle()
  }

  /** Called again and again while a statement takes longer than it may. */
  function onOver(): void {
    const isTooLate = late !== undefined && performance.now() - late.sinceMs > LATE_MAX_MS
    if (signal.aborted || isClosing || isTooLate || availability.outage !== undefined)
      return sql.sever('dead letters took too long')
    if (late !== undefined) return
    late = { sinceMs: performance.now(), end: availability.late() }
    for (const group of current) {
      const { done } = group
      done({ settled: new Promise((resolve) => (group.done = resolve as Group['done'])) })
    }
    // Waiting groups were not sent.
    while (queue.length > 0) for (const { done } of takeGroups()) done(false)
    admitWaiting()
  }

  function hasRoom(): boolean {
    return queued < QUEUE_LETTERS_MAX && queuedBytes < QUEUE_BYTES_MAX
  }

  /** In halves, when the database refuses a letter: the others are not to suffer for it. */
  async function settle(groups: Group[]): Promise<void> {
    const failure = await tryInsert(groups.flatMap((it) => it.letters))
    const isRefused = failure === 'row' || failure === 'unclear' || failure === 'unique'
    if (!isRefused || groups.length === 1) {
      for (const { done } of groups) done(failure === undefined)
      return
    }
    const middle = groups.length >>> 1
    await settle(groups.slice(0, middle))
    await settle(groups.slice(middle))
  }

  function admitWaiting(): void {
    for (const resolve of onRoom) resolve()
    onRoom = []
  }

  async function tryInsert(letters: DeadLetter[]): Promise<Failure | undefined> {
    if (availability.outage !== undefined || signal.aborted) return 'away'
    limit.start(commitTimeoutMs)
    try {
      await insert(letters)
      return undefined
    } catch (error) {
      log.warn({ event: 'dead_letters_failed', err: error }, `dead letters not stored: ${messageOf(error)}`)
      const failure = classify(error)
      if (failure === 'away') availability.away(error)
      return failure
    } finally {
      limit.stop()
    }
  }

  function takeGroups(): Group[] {
    let letters = 0
    let bytes = 0
    let count = 0
    for (; count < queue.length && letters < LETTERS_MAX && bytes < BYTES_MAX; count++) {
      const group = queue[count]?.letters ?? []
      letters += group.length
      bytes += bytesOf(group)
    }
    queued -= letters
    queuedBytes -= bytes
    return queue.splice(0, count)
  }

  async function insert(letters: DeadLetter[]): Promise<void> {
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
}

function bytesOf(letters: DeadLetter[]): number {
  return letters.reduce((sum, { payload }) => sum + payload.length, 0)
}

/**
 * The same for the same letter, also after it went through the spool. Of a message that is too large only the beginning is kept,
 * so its length distinguishes it from others with the same beginning: the problem names it.
 */
function uidOf({ deviceId, receivedUs, index, payload, problems: [problem] }: DeadLetter): string {
  const hash = createHash('sha256').update(`${deviceId} ${receivedUs} ${index} `).update(payload)
  if (problem?.code === 'message_too_large') hash.update(problem.detail)
  return hash.digest('hex').slice(0, 32)
}
