import { Writable } from 'node:stream'
import type postgres from 'postgres'

/** A connection or a transaction. */
type Session = Pick<postgres.Sql, 'unsafe'>

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

/** Begins a COPY with one of `copyStatement`; resolves when the server asks for its data. */
export async function startCopy(session: Session, statement: string): Promise<StartedCopy> {
  const query = session.unsafe(statement)
  const stream: Writable = await query.writable()
  keepQuietAtEnd(stream)
  let followingData: Buffer | undefined
  const settled = new Promise<void>((resolve, reject) => {
    // postgres 3.4.9 resolves the query with the stream, and afterwards reports a refused COPY or a lost connection to this same
    // query. Its promise is settled by then, and the stream never learns of it (its issue 1173). The report is the only trace of
    // the server's error, so it is caught where it is made. So is the end of the last statement: the stream finishes with the
    // COPY. A second COPY of the same statement arrives in the same way, as a stream for its data.
    void Object.assign(query, {
      reject,
      resolve: (result: unknown) => {
        if (!(result instanceof Writable)) return resolve()
        keepQuietAtEnd(result)
        result.on('error', reject)
        result.end(followingData)
      },
    })
    stream.on('error', reject)
  })
  // The promise may reject before it is awaited.
  settled.catch(() => {})
  return (data, following) => {
    followingData = following
    stream.end(data)
    return settled
  }
}

/**
 * A stream of postgres 3.4.9 that has ended is destroyed, and then sends CopyFail. The server ignores that after the last COPY of a
 * statement, but takes it for the answer to a second one. An error still sends it.
 */
function keepQuietAtEnd(stream: Writable): void {
  const fail = stream._destroy.bind(stream)
  stream._destroy = (error, done) => (error === null ? done(null) : fail(error, done))
}
