import type { Pool } from '../../sql/connect.ts'
import type { Log } from '../../kit/log.ts'
import { CHANGE_COLUMNS, ChangeRow } from './changes.ts'
import { copyStatement, expectMoves, startCopy, type StartedCopy } from './copy.ts'
import { ROW_COLUMNS, RowBuffer } from './row-buffer.ts'
import { createStorePart, NO_ERROR, type Part } from './store-part.ts'
import { notStored, NOTHING_SPECIAL, type NotStored, type StoreResult } from './store-result.ts'
import type { TimeLimit } from './time-limit.ts'

export interface Store {
  /**
   * Whether the next rows probably conflict with stored ones (same reading or same instant), so that a COPY begun with
   * `start` would be refused.
   */
  readonly expectsConflicts: boolean
  /**
   * Begins a COPY for rows that are still to come. Never rejects.
   * @param moves epoch of device moves under which the rows were placed; `undefined` skips the check
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
  sql: Pool
  log: Log
  /**
   * Also treats an ambiguous database error as the refusal of that row, if other rows of the batch were stored. For
   * callers that have nowhere else to put the row.
   */
  isLastResort?: boolean
  /** Whether each batch also has a row in the change feed, `telemetry_changes`. */
  notesChanges?: boolean
}

const COPY_CHANGES = `copy telemetry_changes (${CHANGE_COLUMNS.join(', ')}) from stdin (format binary)`
const columns = ROW_COLUMNS.join(', ')
const EMPTY_COPY = new RowBuffer(0).copyData(0, 0)
/**
 * Number of batches that skip the direct COPY and go straight to staging after a conflict. Two devices that both send on the
 * whole second conflict in every batch. Going straight to staging then costs half as much as a refused COPY plus staging. It
 * also leaves no dead rows in `telemetry`. Each further conflict restarts the count.
 */
const STAGED_AFTER_CONFLICT = 20

/**
 * Writes batches over one connection, each in one transaction, by COPY straight into `telemetry`. If one of its instants is
 * taken, the batch goes through a staging table (`staging.ts`). If the database refuses a row, the batch is halved until that
 * row is alone (`store-part.ts`). A batch whose commit was lost on the way is safe to repeat: its rows are duplicates then.
 */
export function createStore({ sql, log, isLastResort = false, notesChanges = false }: StoreOptions): Store {
  const changes = notesChanges ? new ChangeRow() : undefined
  const storePart = createStorePart({ sql, log, isLastResort, copy, changes })
  /** batches that still go straight to staging */
  let stagedLeft = 0
  let statement = { moves: undefined as number | undefined, text: statementOf(undefined, notesChanges) }
  /** the epoch with which the COPY was begun */
  let startedMoves: number | undefined

  return {
    get expectsConflicts() {
      return stagedLeft > 0
    },

    start(moves) {
      startedMoves = moves
      return startCopy(sql, copyTelemetry(moves)).catch(notStored)
    },

    async finish(rows, begun, limit, moves) {
      // A message placed under an older epoch, or the first with an epoch, has joined. The COPY begun without it is ended empty.
      if (begun !== undefined && startedMoves !== moves) await begun(EMPTY_COPY, EMPTY_COPY).catch(() => {})
      const started = startedMoves === moves ? begun : undefined
      const isStaged = started === undefined && stagedLeft > 0
      const error = isStaged ? undefined : await sendAll(rows, started, moves)
      if (!isStaged && error === undefined) return NOTHING_SPECIAL
      const result: StoreResult = { duplicates: new Set(), nths: new Map(), refused: new Map() }
      const batch: Part['batch'] = { result, limit, moves, isAnyStored: false, unclear: undefined }
      const end = await storePart({ rows, from: 0, to: rows.count, batch }, isStaged, error)
      if (result.duplicates.size > 0 || result.nths.size > 0) stagedLeft = STAGED_AFTER_CONFLICT
      else if (isStaged) stagedLeft--
      if (end !== undefined) return end
      return batch.unclear !== undefined && !batch.isAnyStored ? batch.unclear : result
    },
  }

  /** The COPY of all rows, straight into `telemetry`. Returns the error with which it failed. */
  async function sendAll(
    rows: RowBuffer,
    started: StartedCopy | undefined,
    moves: number | undefined,
  ): Promise<unknown> {
    const { count } = rows
    const sent =
      started === undefined
        ? copy(rows, 0, count, moves)
        : started(rows.copyData(0, count), changes?.copyData(rows, 0, count))
    return sent.then(
      () => undefined,
      (error: unknown) => error ?? NO_ERROR,
    )
  }

  async function copy(rows: RowBuffer, from: number, to: number, moves: number | undefined): Promise<void> {
    const send = await startCopy(sql, copyTelemetry(moves))
    await send(rows.copyData(from, to), changes?.copyData(rows, from, to))
  }

  function copyTelemetry(moves: number | undefined): string {
    if (statement.moves !== moves) statement = { moves, text: statementOf(moves, notesChanges) }
    return statement.text
  }
}

function statementOf(moves: number | undefined, notesChanges: boolean): string {
  const last = expectMoves(moves)
  return copyStatement(`telemetry (${columns})`, notesChanges ? `${COPY_CHANGES}; ${last}` : last)
}
