import { messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { Pool } from '../../sql/connect.ts'
import type { Availability } from './availability.ts'
import type { DeadLetter } from './dead-letter.ts'
import { createDeadLetterQueue, type LetterGroup, type Written } from './dead-letter-queue.ts'
import { insertDeadLetters } from './dead-letter-rows.ts'
import type { LetterLimits } from './letter-limits.ts'
import { classify, type Failure } from './sqlstate.ts'
import { createTimeLimit } from './time-limit.ts'

export interface DeadLetters {
  /**
   * Resolves with true when the letters are committed, and with false if they are neither committed nor under way. If this is not
   * known in time, resolves with `settled`, which resolves with true or false later. Never rejects. Letters beyond the limits of
   * their device are dropped.
   */
  add(letters: DeadLetter[]): Promise<Written>
  /** Resolves once the queue is below its limits; to be awaited before many are added. */
  untilRoom(): Promise<void>
  /** Gives a late batch `graceMs` to end. */
  close(graceMs: number): Promise<void>
}

interface DeadLettersOptions {
  /** with `max: 1`, of its own: it is cut only while the database is away, at the end, and after `LATE_MAX_MS` */
  sql: Pool
  log: Log
  availability: Availability
  limits: LetterLimits
  commitTimeoutMs: number
  signal: AbortSignal
}

/** Time limit of a statement while the server answers other queries; the same as for batches of readings. */
const LATE_MAX_MS = 15 * 60_000

/**
 * Writes dead letters in batches, one batch at a time. A letter that is written twice is stored once. While a batch is late, no
 * other is taken: the messages of further letters go to the spool immediately.
 */
export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { sql, availability, limits, signal } = options
  const tryInsert = createInsertAttempt(options, onOver)
  const queue = createDeadLetterQueue()
  let onRoom: (() => void)[] = []
  let writing = false
  /** groups that are being written */
  let current: LetterGroup[] = []
  let late: { sinceMs: number; end: () => void } | undefined
  let isClosing = false
  let onIdle = () => {}

  async function writeAll(): Promise<void> {
    writing = true
    while (!queue.isEmpty) {
      current = queue.take()
      await settle(current, tryInsert)
      late?.end()
      late = undefined
      if (queue.hasRoom) admitWaiting()
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
      done({ settled: new Promise((resolve) => (group.done = resolve as LetterGroup['done'])) })
    }
    // Waiting groups were not sent.
    while (!queue.isEmpty) for (const { done } of queue.take()) done(false)
    admitWaiting()
  }

  function admitWaiting(): void {
    for (const resolve of onRoom) resolve()
    onRoom = []
  }

  return {
    async untilRoom() {
      if (queue.hasRoom) return
      await new Promise<void>((resolve) => onRoom.push(resolve))
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
        queue.add({ letters, done: resolve })
        if (!writing) void writeAll()
      })
    },
  }
}

/** In halves, if the database refuses a letter: the other letters must not be lost with it. */
async function settle(groups: LetterGroup[], tryInsert: InsertAttempt): Promise<void> {
  const failure = await tryInsert(groups.flatMap((it) => it.letters))
  const isRefused = failure === 'row' || failure === 'unclear' || failure === 'unique'
  if (!isRefused || groups.length === 1) {
    for (const { done } of groups) done(failure === undefined)
    return
  }
  const middle = groups.length >>> 1
  await settle(groups.slice(0, middle), tryInsert)
  await settle(groups.slice(middle), tryInsert)
}

/** Makes one attempt to store letters. Returns why it failed, `undefined` if they are committed. */
type InsertAttempt = (letters: DeadLetter[]) => Promise<Failure | undefined>

function createInsertAttempt(options: DeadLettersOptions, onOver: () => void): InsertAttempt {
  const { sql, log, availability, commitTimeoutMs, signal } = options
  const limit = createTimeLimit(onOver, signal)

  return async (letters) => {
    if (availability.outage !== undefined || signal.aborted) return 'away'
    limit.start(commitTimeoutMs)
    try {
      await insertDeadLetters(sql, letters)
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
}
