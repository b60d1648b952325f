import type { Writable } from 'node:stream'
import type postgres from 'postgres'

/** A connection or a transaction. */
type Session = Pick<postgres.Sql, 'unsafe'>

/**
 * Runs a `copy ... from stdin` with all of its data. Outside a transaction it has committed when this resolves: the
 * server ends a simple query's transaction before it reports the command complete.
 * Rejects with the server's error or the connection's.
 */
export async function copyIn(session: Session, statement: string, data: Buffer): Promise<void> {
  const query = session.unsafe(statement)
  const stream: Writable = await query.writable()
  await new Promise<void>((resolve, reject) => {
    // postgres 3.4.9 resolves the query with the stream and afterwards reports a refused COPY, or a connection that
    // died, to this same query: its promise is settled by then and the stream never learns of it (its issue 1173).
    // The report is the only trace of the server's error, so it is caught where it is made.
    void Object.assign(query, { reject })
    stream.once('error', reject)
    stream.once('finish', resolve)
    stream.end(data)
  })
}
