import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { connect } from '../../sql/connect.ts'
import { startEmbedded, type Embedded } from '../../sql/embedded.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'

const asRoot = process.getuid?.() === 0

describe('the embedded database', function () {
  this.timeout(60_000)
  let dataDir: string
  let running: Embedded | undefined
  let owner: ChildProcess | undefined
  let warnings: string[]

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-embedded-'))
    chmodSync(dataDir, 0o755)
    warnings = []
  })

  afterEach(async () => {
    if (owner?.kill('SIGKILL')) await once(owner, 'exit')
    owner = undefined
    // Whoever a test left running is stopped by the next start.
    running ??= existsSync(`${dataDir}/postgres/postmaster.pid`) ? await start() : undefined
    await running?.stop()
    running = undefined
    rmSync(dataDir, { recursive: true })
  })

  async function start(options: { port?: number; password?: string } = {}): Promise<Embedded> {
    const log = { info() {}, warn: (_: object, text: string) => warnings.push(text), error() {} }
    running = await startEmbedded({ dataDir, password: 'test', log, ...options })
    return running
  }

  async function query(url: string, text: string): Promise<unknown> {
    const sql = connect({ url, max: 1, applicationName: 'test' })
    try {
      const [row] = await sql.unsafe(text)
      return row?.['value']
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  function postmaster(): number {
    return Number.parseInt(readFileSync(`${dataDir}/postgres/postmaster.pid`, 'utf8'), 10)
  }

  async function startOwner(): Promise<{
    process: ChildProcess
    url: string
    nextLine: () => Promise<string>
  }> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/sql/embedded-owner.ts', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    owner = child
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const nextLine = async (): Promise<string> => String((await lines.next()).value)
    return { process: child, url: await nextLine(), nextLine }
  }

  it('keeps its rows from one start to the next', async () => {
    const first = await start()
    expect(new URL(first.url)).to.include({ hostname: '127.0.0.1', pathname: '/fleetwire' })
    await query(first.url, 'create table kept as select 42 as value')
    await first.stop()
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).to.equal(false)
    expect(await query((await start()).url, 'select value from kept')).to.equal(42)
  })

  it('commits durably and listens to this machine only', async () => {
    const { url } = await start()
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      expect(await query(url, `select current_setting('${name}') as value`), name).to.equal('on')
    }
    expect(await query(url, `select current_setting('listen_addresses') as value`)).to.equal('127.0.0.1')
    expect(await query(url, `select current_setting('unix_socket_directories') as value`)).to.equal('')
  })

  it('asks for the password, and stops again when it was given a wrong one', async () => {
    const { url, stop } = await start()
    const wrong = await failureOf(query(url.replace(':test@', ':wrong@'), 'select 1'))
    expect(wrong).to.have.property('code', '28P01')
    await stop()
    running = undefined
    expect(await failureOf(start({ password: 'wrong' }))).to.have.property('code', 'embedded_login_failed')
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).to.equal(false)
  })

  it('takes another port when its own is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const { url } = await start({ port })
      expect(new URL(url).port).to.not.equal(String(port))
      expect(await query(url, 'select 1 as value')).to.equal(1)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('refuses a second owner and names the directory', async () => {
    await start()
    const log = { info() {}, warn() {}, error() {} }
    const error = await failureOf(startEmbedded({ dataDir, password: 'test', log }))
    expect(error).to.have.property('code', 'data_dir_in_use')
    expect(error.message).to.include(dataDir)
    expect(error.message).to.include(String(process.pid))
  })

  it('starts a server that was killed again, on the same port and with its rows, and tells when that is of no use', async function () {
    this.timeout(60_000)
    const { url, ended } = await start()
    await query(url, 'create table kept as select 42 as value')
    for (let restart = 1; restart <= 5; restart++) {
      const killed = postmaster()
      process.kill(killed, 'SIGKILL')
      await eventually('it is back', async () => {
        const value = await query(url, 'select value from kept').catch(() => undefined)
        return value === 42 && postmaster() !== killed
      })
    }
    process.kill(postmaster(), 'SIGKILL')
    expect(await ended).to.match(/ended (unexpectedly )?with SIGKILL/)
  })

  it('does not tell an end that was asked for', async () => {
    const { ended, stop } = await start()
    let told = false
    void ended.then(() => (told = true))
    await stop()
    // The exit of the first server is seen by the time a second one has started and stopped.
    await (await start()).stop()
    running = undefined
    expect(told).to.equal(false)
  })

  it('recovers what was committed after its postmaster was killed', async () => {
    const { url, stop } = await start()
    await query(url, 'create table kept as select 42 as value')
    process.kill(postmaster(), 'SIGKILL')
    await stop()
    expect(await query((await start()).url, 'select value from kept')).to.equal(42)
  })

  it('does not take a stale pid file that names a living stranger for a server', async () => {
    await (await start()).stop()
    const { uid } = statSync(`${dataDir}/postgres`)
    // Of the same user: PostgreSQL itself disregards others.
    owner = spawn('sleep', ['600'], { uid })
    const pid = String(owner.pid)
    const lines = [pid, `${dataDir}/postgres`, '1', '5432', '', '127.0.0.1', '', 'ready', '']
    writeFileSync(`${dataDir}/postgres/postmaster.pid`, lines.join('\n'))
    expect(await query((await start()).url, 'select 1 as value')).to.equal(1)
    expect(owner.exitCode).to.equal(null)
  })

  it('stops the server that a killed owner left, and starts anew with its rows', async () => {
    const { process: child, url } = await startOwner()
    await query(url, 'create table kept as select 42 as value')
    const left = postmaster()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(process.kill(left, 0)).to.equal(true)
    expect(await query((await start()).url, 'select value from kept')).to.equal(42)
    // By its directory: a dead process keeps its pid until its new parent has asked for it.
    expect(existsSync(`/proc/${left}/cwd`)).to.equal(false)
    expect(warnings).to.deep.equal(['stopping a PostgreSQL that a killed process left running'])
  })

  it('lives on when Ctrl-C reaches the whole process group', async () => {
    const { process: child, url, nextLine } = await startOwner()
    process.kill(-(child.pid ?? 0), 'SIGINT')
    expect(await nextLine()).to.equal('interrupted')
    expect(await query(url, 'select 1 as value')).to.equal(1)
  })

  it('begins again when it was interrupted while it was made', async () => {
    mkdirSync(`${dataDir}/postgres.new/base`, { recursive: true })
    writeFileSync(`${dataDir}/postgres.new/PG_VERSION`, '18\n')
    expect(await query((await start()).url, 'select 1 as value')).to.equal(1)
  })

  it('says what the server said when it does not start', async () => {
    await (await start()).stop()
    running = undefined
    writeFileSync(`${dataDir}/postgres/postgresql.auto.conf`, 'nonsense = 1\n')
    const error = await failureOf(start())
    expect(error).to.have.property('code', 'server_failed')
    expect(error.message).to.include('unrecognized configuration parameter "nonsense"')
  })

  it('empties its log when it has grown large', async () => {
    await (await start()).stop()
    writeFileSync(`${dataDir}/postgres.log`, 'x'.repeat(9 * 1024 * 1024))
    await start()
    expect(statSync(`${dataDir}/postgres.log`).size).to.be.lessThan(1024 * 1024)
    expect(statSync(`${dataDir}/postgres.log.1`).size).to.equal(9 * 1024 * 1024)
  })

  it('runs as another user than root, who must be able to reach its files', async function () {
    if (!asRoot) return this.skip()
    await start()
    expect(statSync(`/proc/${postmaster()}`).uid).to.not.equal(0)
    await running?.stop()
    running = undefined
    chmodSync(dataDir, 0o700)
    const error = await failureOf(start())
    chmodSync(dataDir, 0o755)
    expect(error).to.have.property('code', 'data_dir_unreachable')
    expect(error.message).to.include(`may not enter ${dataDir}`)
  })
})
