import { Writable } from 'node:stream'
import type postgres from 'postgres'
import type { Pool } from '../../sql/connect.ts'

/** A connection, which sends data in one piece, or a transaction. */
type Session = Pick<postgres.Sql, 'unsafe'> & Partial<Pick<Pool, 'together'>>

/**
 * Sends all data of a COPY. Outside a transaction, the COPY is committed when this resolves: the server is ready for the next
 * query then. Rejects with an error of the server or of the connection.
 * @param following the data of a second COPY in the same statement
 */
export type StartedCopy = (data: Buffer, following?: Buffer) => Promise<void>

/** postgres.js writes a query of this many bytes at once, and a shorter one in the next turn of the event loop. */
const WRITTEN_AT_ONCE_BYTES = 1024

/**
 * A statement for `startCopy`, padded so that postgres.js 3.4.9 writes it immediately. If the connection closed before the next
 * turn, a statement that was not written would be sent at the beginning of the next connection, and spoil it (ADR 023).
 * @param after a further statement of the same transaction
 */
export function copyStatement(target: string, after = ''): string {
  return `copy ${target} from stdin (format binary); ${after}`.padEnd(WRITTEN_AT_ONCE_BYTES)
}

/**
 * The last statement of a transaction: it keeps devices from being moved until the commit, and fails with `moved` if devices were
 * moved since `moves` (034.do.device-moves.sql). Empty if `moves` is `undefined`.
 */
export function expectMoves(moves: number | undefined): string {
  return moves === undefined ? '' : `call expect_moves(${moves})`
}

/**
 * Begins a COPY with one of `copyStatement`; resolves when the server asks for its data.
 *
 * The data is sent by the functions with which postgres 3.4.9 implements its stream, because the stream itself cannot be used for
 * two COPYs of one statement: it would wait for the server between them, and a stream that has ended sends CopyFail, which the
 * server takes for the answer to the second COPY. It also costs more.
 */
export async function startCopy(session: Session, statement: string): Promise<StartedCopy> {
  const query = session.unsafe(statement)
  const stream: Writable = await query.writable()
  let isOver = false
  const settled = new Promise<void>((resolve, reject) => {
    const fail = (error: unknown) => {
      isOver = true
      reject(error)
    }
    // postgres 3.4.9 resolves the query with the stream, and afterwards reports a refused COPY or a lost connection to this same
    // query. Its promise is settled by then, and the stream never learns of it (its issue 1173). The report is the only trace of
    // the server's error, so it is caught where it is made. So is the end of the last statement.
    void Object.assign(query, {
      reject: fail,
      resolve(result: unknown) {
        // The server asks for the data of the second COPY, which is on its way.
        if (result instanceof Writable) endCopy(result)
        else resolve()
      },
    })
    stream.on('error', fail)
  })
  // The promise may reject before it is awaited.
  settled.catch(() => {})
  return (data, following) => {
    if (isOver) return settled
    if (session.together) session.together(() => sendAll(stream, data, following))
    else sendAll(stream, data, following)
    return settled
  }
}

function sendAll(stream: Writable, data: Buffer, following: Buffer | undefined): void {
  sendData(stream, data)
  endCopy(stream)
  if (following === undefined) return
  // The server reads this when it has begun the second COPY. After an error in the first it ignores it.
  sendData(stream, following)
  endCopy(stream)
}

const sendData = (stream: Writable, data: Buffer) => stream._write(data, 'latin1', ignoreEnd)

/**
 * Sends CopyDone, and lets the connection be used for the next query. A second CopyDone for the same COPY is ignored by the
 * server.
 */
const endCopy = (stream: Writable) => stream._final?.(ignoreEnd)

/** A connection that fails is reported to its query. */
function ignoreEnd(): void {}
