import postgres from 'postgres'
import { FleetwireError } from '../kit/errors.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { createDialer } from './dial.ts'

export type Sql = postgres.Sql

/** A pool that can be cut off. */
export type Pool = Sql & {
  /**
   * Cuts all connections immediately, so that their queries reject with `severed`; the next query opens a new connection. Whether
   * transactions under way were committed is unknown then, but nothing further of them is sent: their buffers are free.
   */
  sever: (reason: string) => void
  /** Runs `send`, and sends what it writes on each connection in one piece: one call of the system instead of several. */
  together: (send: () => void) => void
}

/** A pool without a connection for so long has no waiting query: it pauses for at most 150 ms between attempts. */
const UNUSED_MS = 200

/** Suffix of the application's name for connections of low priority. */
export const LOW_PRIORITY = ', low priority'

/**
 * Compiling a statement can take seconds, and running ours takes milliseconds. Up to PostgreSQL 17 a plan with `enable_seqscan`
 * off counts as costly enough to compile: each batch through staging took 3 s on a server with JIT.
 */
const NEVER_COMPILED = { jit: 'off' }

export interface ConnectOptions {
  /** `postgresql://user:password@host:5432/name`, as libpq reads it. */
  url: string
  /** Maximum of connections. Further queries wait in an unbounded queue: their callers must limit them. */
  max: number
  /** Visible in `pg_stat_activity`. */
  applicationName: string
  /** Other connections need the processors more, which the embedded server observes. Visible in the name of the application. */
  lowPriority?: boolean
  /** Time for one host to answer, and again for the login. Default 5 s. */
  connectTimeoutS?: number
  /** A connection unused for this long is closed. Default: kept. */
  idleTimeoutS?: number
  /** Server settings of each connection, e.g. `{ statement_timeout: 5000 }`. */
  settings?: Record<string, string | number | boolean>
}

/**
 * A pool of connections. Nothing is opened before the first query. Queries reject with an Error whose `code` is a SQLSTATE, a
 * code of Node.js such as `ECONNREFUSED`, or one of postgres.js such as `CONNECTION_CLOSED` and `CONNECT_TIMEOUT`.
 * @throws FleetwireError `bad_database_url`
 */
export function connect(options: ConnectOptions): Pool {
  const { url, max, applicationName, lowPriority, connectTimeoutS = 5, idleTimeoutS, settings } = options
  const { targets, user, password, database, ssl, parameters } = parseDatabaseUrl(url)
  const { target_session_attrs: role, ...urlSettings } = parameters
  const dialer = createDialer({ targets, ssl, timeoutMs: connectTimeoutS * 1000, rotate: role !== undefined })
  const first = targets[0]

  const pool = postgres({
    // For messages only: the dialer owns connecting, and TLS. One host even if there are several, because with more postgres.js
    // keeps the errors of connecting to itself.
    host: first && 'host' in first ? first.host : 'localhost',
    port: first && 'port' in first ? first.port : 5432,
    socket: dialer.dial,
    user,
    password,
    database,
    ssl: false,
    max,
    connect_timeout: connectTimeoutS,
    idle_timeout: idleTimeoutS,
    // The default grows to 20 s: a database could be back for so long before a query is sent.
    backoff: () => 0.05 + Math.random() * 0.1,
    ...(role === undefined ? {} : { target_session_attrs: role }),
    connection: {
      DateStyle: PADDED_DATE_STYLE,
      ...NEVER_COMPILED,
      ...urlSettings,
      ...settings,
      application_name: `${applicationName}${lowPriority ? LOW_PRIORITY : ''}`,
    },
    types: { bigint, bigints, texts, time },
    // postgres.js would ask the server for its array types after each login. If the connection dies meanwhile, that query rejects
    // without a handler, which ends the process (3.4.9).
    fetch_types: false,
    // Notices are for a person at psql ("relation exists, skipping"); postgres.js would print them.
    onnotice() {},
    // Not in the types of postgres.js: `socket`, and any string for `target_session_attrs`.
  } as object as postgres.Options<Record<string, never>>) as unknown as Pool

  const end = pool.end.bind(pool)
  pool.end = async (options) => {
    // A connection that is still being opened would hold `end` until its time is over.
    if (options?.timeout !== undefined) setTimeout(dialer.close, options.timeout * 1000).unref()
    // postgres.js 3.4.9 also waits for a query whose connection died, until its time is over.
    const ended = new AbortController()
    await Promise.race([
      end(options).finally(() => ended.abort()),
      dialer.untilUnused(UNUSED_MS, ended.signal),
    ])
    dialer.close()
  }
  pool.begin = withoutRollbackOnTheDead(pool.begin.bind(pool) as Begin) as typeof pool.begin
  pool.together = dialer.together
  pool.sever = (reason) => dialer.sever(new FleetwireError('severed', reason))
  return pool
}

/**
 * The style in which postgres.js reads dates, padded beyond the 1024 bytes from which on it sends a message at once. If the
 * connection closes while data is gathered for the next turn of the event loop, the data stays gathered (3.4.9). A short startup
 * message would then be put behind it and never sent, and that connection of the pool would be unusable. A long message sends
 * both: the server closes on such a beginning, and the next attempt is clean.
 */
const PADDED_DATE_STYLE = 'ISO, MDY'.padEnd(1100)

type Begin = (...args: unknown[]) => Promise<unknown>

/**
 * When the connection of a transaction dies, postgres.js 3.4.9 still sends a rollback in the next turn of the event loop. The
 * socket is null by then, and the error cannot be caught. So a transaction whose connection is known to be dead is simply
 * forgotten.
 */
function withoutRollbackOnTheDead(begin: Begin): Begin {
  return (...args) => {
    const body = args.pop() as (tx: unknown) => Promise<unknown>
    let isDead = false
    const result = begin(...args, async (tx: unknown) => {
      try {
        return await body(tx)
      } catch (error) {
        // The end of a connection rejects the result before the queries' errors arrive here, or one turn later.
        await new Promise(setImmediate)
        if (isDead) return new Promise<never>(() => {})
        throw error
      }
    })
    result.catch(() => (isDead = true))
    return result
  }
}

/**
 * `bigint` as a number. Every bigint of the schema is a count, an identity, which counts from 1 and will not reach 2^53, or a
 * device's `seq`. The contract bounds `seq` by 2^53 - 1. If one were larger, the query would fail, rather than return a wrong
 * number.
 */
const bigint = {
  to: 20,
  from: [20],
  serialize: (value: number | bigint) => value.toString(),
  parse(text: string): number {
    const value = Number(text)
    if (!Number.isSafeInteger(value))
      throw new FleetwireError('unsafe_bigint', `${text} does not fit a number`)
    return value
  },
}

/**
 * A parameter of the type `timestamptz`. It may be a text, which is sent as it is, because a Date would cut its microseconds. A
 * text that the server must cast is not constant: then it plans for all partitions of a table, instead of those that the query
 * needs.
 */
const time = {
  to: 1184,
  from: [],
  serialize: (value: string | Date) => (value instanceof Date ? value.toISOString() : value),
  parse: (text: string) => new Date(text),
}

/** Arrays, of the two kinds that queries use. */
const bigints = arrayOf(1016, bigint)
const texts = arrayOf(1009, { serialize: (text: string) => text, parse: (text: string) => text })

/** A one-dimensional array without nulls; `oid` identifies the array type in `pg_type`, the same in every database. */
function arrayOf<I, O>(oid: number, item: { serialize: (value: I) => string; parse: (text: string) => O }) {
  return {
    to: oid,
    from: [oid],
    serialize: (values: I[]) =>
      `{${values.map((it) => `"${item.serialize(it).replace(/["\\]/g, '\\$&')}"`).join(',')}}`,
    parse: (text: string): O[] =>
      [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^{},"]+)/g)].map(([, quoted, plain]) =>
        item.parse(quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''),
      ),
  }
}
