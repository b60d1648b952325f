import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from '../../sql/connect.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { copyStatement, expectMoves, startCopy, type StartedCopy } from './copy.ts'
import { printable } from './printable.ts'
import { ROW_COLUMNS, RowBuffer } from './row-buffer.ts'
import { classify, type Failure } from './sqlstate.ts'
import { READINGS_OF_INSTANT_MAX, storeThroughStaging, type Staged, type TimeSpan } from './staging.ts'
import type { TimeLimit } from './time-limit.ts'

export interface StoreResult {
  /** rows whose values were stored before at the same instant; usually empty */
  duplicates: Set<number>
  /**
   * The `nth` of rows that are not the first of their instant, and of duplicates the `nth` of what was stored; a row that is
   * not in it has 0. Empty in the usual case.
   */
  nths: Map<number, number>
  /** rows that the database refuses, with its reason */
  refused: Map<number, string>
}

/** Why rows were not stored, or some of them: it is safe to store them again. */
export interface NotStored {
  error: unknown
  failure: Failure
}

export interface Store {
  /** Whether rows are likely to be stored already, or to share their instants: then `start` would be refused. */
  readonly expectsConflicts: boolean
  /**
   * Begins a COPY for rows that are still to come. Never rejects.
   * @param moves the epoch of the moves that the rows were placed with; `undefined`: that does not matter
   */
  start(moves: number | undefined): Promise<StartedCopy | NotStored>
  /** Stores all rows of the buffer, through `started` if given, or gives up when the time is over. Never rejects. */
  finish(
    rows: RowBuffer,
    started: StartedCopy | undefined,
    limit: TimeLimit,
    moves: number | undefined,
  ): Promise<StoreResult | NotStored>
}

export interface StoreOptions {
  sql: Sql
  log: Log
  /**
   * Takes a row to be refused also for an error that may have other causes, once the database has stored other rows of
   * the same batch. For callers without another destination for it.
   */
  isLastResort?: boolean
}

/** The outcome of a batch whose rows were all new and stored. */
export const NOTHING_SPECIAL: StoreResult = { duplicates: new Set(), nths: new Map(), refused: new Map() }

const columns = ROW_COLUMNS.join(', ')
const EMPTY_COPY = new RowBuffer(0).copyData(0, 0)
/** The first retry follows at once, for a backend that was killed; then it waits longer each time. */
const RETRY_MS = [0, 50, 100, 250, 500, 1000]
const retryMsOf = (retries: number) => RETRY_MS[Math.min(retries, RETRY_MS.length - 1)] ?? 0
/** Attempts with an unclear error before it is taken to be a row's. */
const UNCLEAR_ATTEMPTS = 3
/**
 * Batches that go through staging at once, after one that met an instant that is taken. With two devices that both send on
 * the whole second, every batch does. That is half the work of being refused first, and leaves no dead rows in `telemetry`.
 * Each of these batches that meets such an instant restarts the count.
 */
const STAGED_AFTER_CONFLICT = 20

const NO_ERROR = new Error('the database failed without an error')

/** Rows `from` up to but not including `to` of a batch that did not go through at once. */
interface Part {
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
 * Writes batches over one connection, each in one transaction, by COPY straight into `telemetry`. If one of its instants is
 * taken, the batch goes through a staging table (`staging.ts`). If the database refuses a row, the batch is halved until that
 * row is alone. A batch whose commit was lost on the way is safe to repeat: its rows are duplicates then.
 */
export function createStore({ sql, log, isLastResort = false }: StoreOptions): Store {
  /** batches that go through staging at once */
  let stagedLeft = 0
  let statement = { moves: undefined as number | undefined, text: statementOf(undefined) }
  /** the epoch that the COPY was begun with */
  let startedMoves: number | undefined

  return {
    get expectsConflicts() {
      return stagedLeft > 0
    },

    start(moves) {
      startedMoves = moves
      return startCopy(sql, copyTelemetry(moves)).catch((error: unknown) => ({
        error,
        failure: classify(error),
      }))
    },

    async finish(rows, begun, limit, moves) {
      // A message that was placed earlier has joined it: the COPY of the others ends without rows.
      if (begun !== undefined && startedMoves !== moves) await begun(EMPTY_COPY).catch(() => {})
      const started = startedMoves === moves ? begun : undefined
      const isStaged = started === undefined && stagedLeft > 0
      const error = isStaged ? undefined : await sendAll(rows, started, moves)
      if (!isStaged && error === undefined) return NOTHING_SPECIAL
      const result: StoreResult = { duplicates: new Set(), nths: new Map(), refused: new Map() }
      const batch: Part['batch'] = { result, limit, moves, isAnyStored: false, unclear: undefined }
      const notStored = await storePart({ rows, from: 0, to: rows.count, batch }, isStaged, error)
      if (result.duplicates.size > 0 || result.nths.size > 0) stagedLeft = STAGED_AFTER_CONFLICT
      else if (isStaged) stagedLeft--
      if (notStored !== undefined) return notStored
      return batch.unclear !== undefined && !batch.isAnyStored ? batch.unclear : result
    },
  }

  /** The COPY of all rows, straight into `telemetry`. Returns the error with which it failed. */
  async function sendAll(
    rows: RowBuffer,
    started: StartedCopy | undefined,
    moves: number | undefined,
  ): Promise<unknown> {
    const send = started ?? ((data: Buffer) => copy(data, moves))
    return send(rows.copyData(0, rows.count)).then(
      () => undefined,
      (error: unknown) => error ?? NO_ERROR,
    )
  }

  /** Returns why it was given up, or undefined when each row is stored, a duplicate or refused. */
  async function storePart(part: Part, isStaged: boolean, failure?: unknown): Promise<NotStored | undefined> {
    const { from, to, batch } = part
    const notStored = await untilSettled(part, isStaged, failure)
    if (notStored === undefined) {
      batch.isAnyStored = true
      return undefined
    }
    if (notStored.failure !== 'row') return notStored
    if (to - from === 1) {
      const { error } = notStored
      batch.result.refused.set(from, printable(`${codeOf(error)}: ${messageOf(error)}`))
      return undefined
    }
    const middle = (from + to) >>> 1
    const first = await storePart({ ...part, to: middle }, isStaged)
    return first ?? (await storePart({ ...part, from: middle }, isStaged))
  }

  /**
   * Tries until the rows are stored, the database refuses one of them (`row`), or nothing is to be expected in time.
   * @param failed of an attempt that was made already
   */
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
      // Cut off in an attempt after an error of its own, that is what is wrong.
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

  /** Whether the next attempt would begin after the time that is left. */
  function isOver({ batch }: Part, retries: number): boolean {
    return batch.limit.remainingMs <= retryMsOf(retries)
  }

  /** Returns the error with which it failed. */
  async function attempt({ rows, from, to, batch }: Part, staged: boolean): Promise<unknown> {
    try {
      const data = rows.copyData(from, to)
      if (staged)
        note(
          await storeThroughStaging(sql, data, spanOf(rows, from, to), batch.moves),
          from,
          to,
          batch.result,
        )
      else await copy(data, batch.moves)
      return undefined
    } catch (error) {
      return error ?? NO_ERROR
    }
  }

  async function waitForRetry({ from, to }: Part, retries: number, err: unknown): Promise<void> {
    const waitMs = retryMsOf(retries)
    log.warn({ event: 'batch_retry', rows: to - from, retries, waitMs, err }, 'batch not stored, will retry')
    if (waitMs > 0) await delay(waitMs)
  }

  async function copy(data: Buffer, moves: number | undefined): Promise<void> {
    const send = await startCopy(sql, copyTelemetry(moves))
    await send(data)
  }

  function copyTelemetry(moves: number | undefined): string {
    if (statement.moves !== moves) statement = { moves, text: statementOf(moves) }
    return statement.text
  }
}

function statementOf(moves: number | undefined): string {
  return copyStatement(`telemetry (${columns})`, expectMoves(moves))
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
