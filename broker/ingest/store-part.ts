import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from '../../sql/connect.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { ChangeRow } from './changes.ts'
import { printable } from './printable.ts'
import type { RowBuffer } from './row-buffer.ts'
import { classify } from './sqlstate.ts'
import {
  READINGS_OF_INSTANT_MAX,
  storeThroughStaging,
  type ChangeOf,
  type Staged,
  type TimeSpan,
} from './staging.ts'
import type { NotStored, StoreResult } from './store-result.ts'
import type { TimeLimit } from './time-limit.ts'

/** Rows `from` up to but not including `to` of a batch that did not go through in one piece. */
export interface Part {
  rows: RowBuffer
  from: number
  to: number
  batch: {
    result: StoreResult
    limit: TimeLimit
    moves: number | undefined
    isAnyStored: boolean
    /** the last error that was taken for a row's and may have been the database's */
    unclear: NotStored | undefined
  }
}

/**
 * Stores the rows of a part, halving it until a row that the database refuses is alone. Returns why it gave up, `undefined` if
 * each row is stored, a duplicate or refused.
 * @param failure the error of an attempt that was already made
 */
export type StorePart = (part: Part, isStaged: boolean, failure?: unknown) => Promise<NotStored | undefined>

export interface StorePartOptions {
  sql: Sql
  log: Log
  /** see `StoreOptions` */
  isLastResort: boolean
  /** copies rows straight into `telemetry` */
  copy: (rows: RowBuffer, from: number, to: number, moves: number | undefined) => Promise<void>
  changes: ChangeRow | undefined
}

/** The first retry follows immediately, for a backend that was killed; then it waits longer each time. */
const RETRY_MS = [0, 50, 100, 250, 500, 1000]
const retryMsOf = (retries: number) => RETRY_MS[Math.min(retries, RETRY_MS.length - 1)] ?? 0
/** Attempts with an unclear error before the error is taken to be a row's. */
const UNCLEAR_ATTEMPTS = 3

export const NO_ERROR = new Error('the database failed without an error')

export function createStorePart({ sql, log, isLastResort, copy, changes }: StorePartOptions): StorePart {
  return storePart

  async function storePart(part: Part, isStaged: boolean, failure?: unknown): Promise<NotStored | undefined> {
    const { from, to, batch } = part
    const end = await untilSettled(part, isStaged, failure)
    if (end === undefined) {
      batch.isAnyStored = true
      return undefined
    }
    if (end.failure !== 'row') return end
    if (to - from === 1) {
      const { error } = end
      batch.result.refused.set(from, printable(`${codeOf(error)}: ${messageOf(error)}`))
      return undefined
    }
    const middle = (from + to) >>> 1
    const first = await storePart({ ...part, to: middle }, isStaged)
    return first ?? (await storePart({ ...part, from: middle }, isStaged))
  }

  /** Tries until the rows are stored, the database refuses one of them (`row`), or nothing is to be expected in time. */
  async function untilSettled(
    part: Part,
    isStaged: boolean,
    failed: unknown,
  ): Promise<NotStored | undefined> {
    let staged = isStaged
    let error = failed ?? (await attempt(part, staged))
    let before: NotStored | undefined
    for (let retries = 0; error !== undefined;) {
      const failure = classify(error)
      if (failure === 'row' || failure === 'away' || failure === 'moved') return { error, failure }
      // After staging, such a violation can only come from a constraint that Fleetwire did not create.
      if (failure === 'unique' && staged) return { error, failure: 'row' }
      // If the attempt was cut off after an unclear error, that error is the reason.
      if (isOver(part, retries)) return before?.failure === 'unclear' ? before : { error, failure }
      if (failure === 'unclear' && retries >= UNCLEAR_ATTEMPTS && isLastResort) {
        part.batch.unclear = { error, failure }
        return { error, failure: 'row' }
      }
      before = { error, failure }
      if (failure === 'unique') staged = true
      else await waitForRetry(part, retries++, error)
      error = await attempt(part, staged)
    }
    return undefined
  }

  /** Returns the error with which it failed. */
  async function attempt({ rows, from, to, batch }: Part, staged: boolean): Promise<unknown> {
    try {
      if (staged) note(await stage(rows, from, to, batch.moves), from, to, batch.result)
      else await copy(rows, from, to, batch.moves)
      return undefined
    } catch (error) {
      return error ?? NO_ERROR
    }
  }

  function stage(rows: RowBuffer, from: number, to: number, moves: number | undefined): Promise<Staged> {
    const data = rows.copyData(from, to)
    const changeOf: ChangeOf | undefined =
      changes && ((stored) => changes.copyData(rows, from, to, (row) => stored.has(row - from)))
    return storeThroughStaging(sql, data, spanOf(rows, from, to), moves, changeOf)
  }

  async function waitForRetry({ from, to }: Part, retries: number, err: unknown): Promise<void> {
    const waitMs = retryMsOf(retries)
    log.warn({ event: 'batch_retry', rows: to - from, retries, waitMs, err }, 'batch not stored, will retry')
    if (waitMs > 0) await delay(waitMs)
  }
}

/** Whether the next attempt would begin after the time that is left. */
function isOver({ batch }: Part, retries: number): boolean {
  return batch.limit.remainingMs <= retryMsOf(retries)
}

function note(staged: Staged, from: number, to: number, result: StoreResult): void {
  const { stored, known, surplus, repeated } = staged
  const { duplicates, nths, refused } = result
  for (let row = 0; row < to - from; row++) {
    const first = repeated.get(row) ?? row
    if (surplus.has(first)) {
      refused.set(
        from + row,
        `a vehicle has at most ${READINGS_OF_INSTANT_MAX} different readings of one instant`,
      )
      continue
    }
    const nth = stored.get(first) ?? known.get(first) ?? 0
    if (nth > 0) nths.set(from + row, nth)
    if (!stored.has(row)) duplicates.add(from + row)
  }
}

function spanOf(rows: RowBuffer, from: number, to: number): TimeSpan {
  const span = { fromUs: Infinity, toUs: -Infinity }
  for (let row = from; row < to; row++) {
    const us = rows.timeUsOf(row)
    span.fromUs = Math.min(span.fromUs, us)
    span.toUs = Math.max(span.toUs, us)
  }
  return span
}
