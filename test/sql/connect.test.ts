import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as dialTcp, createServer, Socket, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createSecureContext, TLSSocket } from 'node:tls'
import { expect } from 'chai'
import { codeOf } from '../../kit/errors.ts'
import { connect, type Pool, type Sql } from '../../sql/connect.ts'
import { createDialer } from '../../sql/dial.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'
import { openProxy } from '../support/proxy.ts'

describe('pool of connections', () => {
  let database: TestDatabase
  const open: { pools: Sql[]; servers: Server[]; sockets: Socket[] } = { pools: [], servers: [], sockets: [] }

  before(async () => {
    database = await openTestDatabase({ migrated: false })
  })

  afterEach(async () => {
    await Promise.all(open.pools.splice(0).map((pool) => pool.end({ timeout: 1 })))
    for (const socket of open.sockets.splice(0)) socket.destroy()
    await Promise.all(
      open.servers
        .splice(0)
        .map((server) => new Promise((resolve) => server.close(() => resolve(undefined)))),
    )
  })

  after(() => database.drop())

  function pool(url: string, options: { max?: number; connectTimeoutS?: number } = {}): Pool {
    const sql = connect({ url, max: 1, applicationName: 'test', ...options })
    open.pools.push(sql)
    return sql
  }

  it('statements are not compiled, whatever the database is set to', async () => {
    const { sql, url } = database
    await sql.unsafe(`alter database ${new URL(url).pathname.slice(1)} set jit = on`)
    const [row] = await pool(url)<{ jit: string }[]>`show jit`
    expect(row?.jit).to.equal('off')
  })

  /** Listens on a port or a socket file. */
  async function listen(handle: (socket: Socket) => void, path?: string): Promise<number> {
    const server = createServer((socket) => {
      open.sockets.push(socket)
      handle(socket)
    })
    open.servers.push(server)
    await new Promise<void>((resolve) =>
      path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
    )
    return path === undefined ? (server.address() as AddressInfo).port : 0
  }

  function withHost(host: string, query = ''): string {
    return database.url.replace(/@[^/]*/, `@${host}`) + query
  }

  /** A port on which nothing listens. */
  async function deadPort(): Promise<number> {
    const port = await listen(() => undefined)
    const server = open.servers.pop()
    await new Promise((resolve) => server?.close(resolve))
    return port
  }

  it('a pool answers queries', async () => {
    const [row] = await pool(database.url)`select 1 as one`
    expect(row).to.deep.equal({ one: 1 })
  })

  it('small packets are sent immediately (TCP_NODELAY)', async () => {
    const set: unknown[] = []
    const { handle } = handleClass()
    const original = handle.setNoDelay
    handle.setNoDelay = function (this: object, on: boolean) {
      set.push(on)
      return original.call(this, on)
    }
    try {
      await pool(database.url)`select 1`
    } finally {
      handle.setNoDelay = original
    }
    expect(set).to.deep.equal([true])
  })

  it('bigint is read as a number, and an unsafe bigint is an error', async () => {
    const sql = pool(database.url)
    const [row] = await sql`select ${42}::bigint as id, array[1, 2]::bigint[] as ids`
    expect(row).to.deep.equal({ id: 42, ids: [1, 2] })
    expect(codeOf(await failureOf(sql`select 9007199254740993::bigint`))).to.equal('unsafe_bigint')
    expect([...(await sql`select 1 as one`)]).to.deep.equal([{ one: 1 }])
  })

  it('arrays of numbers and texts are sent and read unchanged', async () => {
    const texts = ['a', '', 'b,c', '{d}', 'e"f', 'g\\h', 'NULL', ' ', "i'j", 'ü\n']
    const sql = pool(database.url)
    const [row] = await sql<{ texts: string[]; n: number; numbers: number[] }[]>`
      select ${texts}::text[] as texts, cardinality(${texts}::text[]) as n, ${[1, -2, 2 ** 53 - 1]}::bigint[] as numbers`
    expect(row).to.deep.equal({ texts, n: texts.length, numbers: [1, -2, 2 ** 53 - 1] })
    const [empty] = await sql`select ${[]}::text[] as texts, 'x' = any (${['x', 'y']}) as found`
    expect(empty).to.deep.equal({ texts: [], found: true })
  })

  it('times are sent as text with microseconds, or as dates', async () => {
    const sql = pool(database.url)
    const text = '2026-11-21T08:00:00.123456Z'
    const date = new Date('2026-11-21T08:00:00.123Z')
    const [row] = await sql`
      select ${text}::timestamptz - ${date}::timestamptz = interval '456 us' as "isExact", ${text}::timestamptz as time
    `
    expect(row).to.deep.equal({ isExact: true, time: date })
  })

  it('a pool answers again after refused connections and logins that were cut off', async () => {
    const proxy = await openProxy(Number(new URL(database.url).port))
    const sql = pool(withHost(`127.0.0.1:${proxy.port}`))
    await sql`select 1`
    for (let round = 0; round < 3; round++) {
      await proxy.refuse()
      for (let n = 0; n < 3; n++) expect(await failureOf(sql`select 1`)).to.be.instanceOf(Error)
      await proxy.forward()
      const [row] = await sql`select 2 as value`
      expect(row).to.deep.equal({ value: 2 })
      // In a separate turn of the event loop, in which the query is queued and the connection closes.
      for (let n = 0; n < 10; n++) {
        const outcome = new Promise((resolve) => {
          setImmediate(() => {
            sql.sever('test')
            sql`select 1`.then(resolve, resolve)
          })
        })
        await outcome
      }
      expect(
        await eventually('the database answers', () => sql`select 3 as value`.catch(() => undefined)),
      ).to.have.length(1)
    }
    await proxy.close()
  })

  it('a transaction ends with an error when its connection is cut, and another begins', async () => {
    const sql = pool(database.url)
    for (let round = 0; round < 20; round++) {
      const cut = sql.begin(async (tx) => {
        await tx`select 1`
        if (round % 2 === 0) setTimeout(() => sql.sever('test'), round)
        else setImmediate(() => sql.sever('test'))
        await tx`select pg_sleep(3)`
      })
      expect(codeOf(await failureOf(cut))).to.be.oneOf(['severed', 'CONNECTION_CLOSED'])
    }
    const refused = sql.begin((tx) => tx`select 1 / 0`)
    expect(codeOf(await failureOf(refused))).to.equal('22012')
    expect(await sql.begin((tx) => tx`select 4 as value`)).to.deep.equal([{ value: 4 }])
  })

  it('a pool logs in with a percent-encoded password', async () => {
    const password = 'p@ss:w/o?r#d %é'
    const role = `test_${process.pid}`
    await database.sql.unsafe(`create role ${role} login password '${password}'`)
    try {
      const login = `${role}:${encodeURIComponent(password)}`
      const [row] = await pool(database.url.replace(/\/\/[^@]*/, `//${login}`))`select current_user as name`
      expect(row).to.deep.equal({ name: role })
    } finally {
      await database.sql.unsafe(`drop role ${role}`)
    }
  })

  it('a refused port is reported as ECONNREFUSED each time', async () => {
    const sql = pool(withHost(`127.0.0.1:${await deadPort()}`))
    for (let n = 0; n < 3; n++) expect(codeOf(await failureOf(sql`select 1`))).to.equal('ECONNREFUSED')
  })

  it('the next host is tried when the first is dead', async () => {
    const { host } = new URL(database.url)
    const [row] = await pool(withHost(`127.0.0.1:${await deadPort()},${host}`))`select 1 as one`
    expect(row).to.deep.equal({ one: 1 })
  })

  it('every host is named when all are dead', async () => {
    const ports = [await deadPort(), await deadPort()]
    const error = await failureOf(
      pool(withHost(ports.map((port) => `127.0.0.1:${port}`).join(',')))`select 1`,
    )
    expect(codeOf(error)).to.equal('ECONNREFUSED')
    for (const port of ports) expect(error.message).to.include(`127.0.0.1:${port}`)
  })

  it('a host that accepts but stays silent is abandoned', async () => {
    const port = await listen(() => undefined)
    const error = await failureOf(pool(withHost(`127.0.0.1:${port}`), { connectTimeoutS: 0.2 })`select 1`)
    expect(codeOf(error)).to.equal('CONNECT_TIMEOUT')
    expect(error.message).to.include(`127.0.0.1:${port}`)
  })

  it('a proxy that closes silently is an error instead of endless retries', async () => {
    const port = await listen((socket) => socket.end())
    const error = await failureOf(pool(withHost(`127.0.0.1:${port}`))`select 1`)
    expect(codeOf(error)).to.equal('ECONNRESET')
  })

  it('every query settles after its backend was killed, and the pool soon answers again', async () => {
    for (let round = 0; round < 5; round++) {
      const sql = pool(database.url)
      const [before] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
      await database.sql`select pg_terminate_backend(${before?.pid ?? 0})`
      const outcomes = []
      for (let n = 0; n < 5; n++) {
        // Each query immediately follows the failure of the last, while the connection is half closed.
        outcomes.push(await sql`select 1 as one`.then(([row]) => row?.['one'] as unknown, codeOf))
      }
      expect(outcomes.slice(-2)).to.deep.equal([1, 1])
    }
  })

  it('a pool closes at once while it is logging in', async () => {
    let accept = (): void => undefined
    const accepted = new Promise<void>((resolve) => (accept = resolve))
    const port = await listen(() => accept())
    const sql = pool(withHost(`127.0.0.1:${port}`), { connectTimeoutS: 60 })
    const failure = failureOf(sql`select 1`)
    await accepted
    await sql.end({ timeout: 0.1 })
    expect(codeOf(await failure)).to.equal('CONNECTION_DESTROYED')
  })

  it('a pool closes without waiting for a query whose connection has died', async () => {
    const proxy = await openProxy(Number(new URL(database.url).port))
    try {
      const sql = pool(Object.assign(new URL(database.url), { port: String(proxy.port) }).href)
      await sql`select 1`
      const cut = failureOf(sql`select pg_sleep(60)`)
      await proxy.refuse()
      expect(codeOf(await cut)).to.be.oneOf(['CONNECTION_CLOSED', 'ECONNRESET'])
      const ended = sql.end({ timeout: 8 }).then(() => 'ended')
      expect(await Promise.race([ended, delay(6000, 'waits', { ref: false })])).to.equal('ended')
    } finally {
      await proxy.close()
    }
  })

  it('closing abandons a connection attempt in progress', async () => {
    const targets = [{ host: '127.0.0.1', port: await deadPort() }]
    const dialer = createDialer({ targets, ssl: undefined, timeoutMs: 60_000, rotate: false })
    const dialing = dialer.dial()
    dialer.close()
    const [error] = (await once(await dialing, 'close').catch((failure: unknown) => [failure])) as [unknown]
    expect(codeOf(error)).to.equal('closed')
  })

  describe('pools on sockets and TLS', () => {
    let directory: string

    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'fleetwire-'))
    })
    after(() => rmSync(directory, { recursive: true }))

    it('a pool connects through a unix socket, in both spellings', async () => {
      await listen((socket) => forward(socket, database.url), join(directory, '.s.PGSQL.5432'))
      const [first] = await pool(withHost(encodeURIComponent(directory)))`select 1 as one`
      const [second] = await pool(withHost('', `?host=${directory}`))`select 1 as one`
      expect([first, second]).to.deep.equal([{ one: 1 }, { one: 1 }])
    })

    it('a pool speaks TLS, and verifies the certificate when asked to', async () => {
      const { cert, key } = makeCertificate(directory)
      const port = await listen((socket) => acceptTls(socket, database.url, { cert, key }))
      const ca = join(directory, 'ca.pem')
      copyFileSync(join(directory, 'cert.pem'), ca)
      const ssl = async (host: string, query: string): Promise<unknown> => {
        const [row] = await pool(withHost(`${host}:${port}`, query))`select 1 as one`
        return row?.['one']
      }
      expect(await ssl('127.0.0.1', '?sslmode=require')).to.equal(1)
      expect(await ssl('localhost', `?sslmode=verify-full&sslrootcert=${ca}`)).to.equal(1)
      expect(codeOf(await failureOf(ssl('localhost', '?sslmode=verify-full')))).to.equal(
        'DEPTH_ZERO_SELF_SIGNED_CERT',
      )
      const otherName = await failureOf(ssl('127.0.0.1', `?sslmode=verify-full&sslrootcert=${ca}`))
      expect(codeOf(otherName)).to.equal('ERR_TLS_CERT_ALTNAME_INVALID')
    })
  })
})

/** Node's TCP socket class below `net.Socket`: options set on it are set in the kernel. */
function handleClass(): { handle: { setNoDelay: (on: boolean) => unknown } } {
  const probe = new Socket()
  probe.connect({ port: 1, host: '127.0.0.1' }).on('error', () => undefined)
  const { _handle: instance } = probe as unknown as { _handle: object }
  probe.destroy()
  return { handle: Object.getPrototypeOf(instance) as { setNoDelay: (on: boolean) => unknown } }
}

/** Creates a self-signed certificate for localhost. */
function makeCertificate(directory: string): { cert: Buffer; key: Buffer } {
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const made = spawnSync('openssl', [...kind, ...names, '-days', '2', '-out', cert, '-keyout', key])
  expect(made.status, String(made.stderr)).to.equal(0)
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

/** Forwards everything to the database. */
function forward(socket: Socket, url: string): void {
  const { hostname, port } = new URL(url)
  const upstream = dialTcp({ host: hostname, port: Number(port) })
  socket.pipe(upstream).pipe(socket)
  socket.on('error', () => upstream.destroy())
  upstream.on('error', () => socket.destroy())
}

/** Answers PostgreSQL's SSLRequest with S, as a server does, and forwards the decrypted bytes. */
function acceptTls(socket: Socket, url: string, certificate: { cert: Buffer; key: Buffer }): void {
  socket.once('data', () => {
    socket.write('S')
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext(certificate),
    })
    secure.on('error', () => socket.destroy())
    forward(secure, url)
  })
}
