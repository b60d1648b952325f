import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
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
import { builtModule } from '../support/built-module.ts'
import { eventually } from '../support/eventually.ts'
import { failureOf } from '../support/failure.ts'

const asRoot = process.getuid?.() === 0
const silent = { info() {}, warn() {}, error() {} }

describe('embedded database', function () {
  this.timeout(60_000)
  /** has a cluster, which is copied: creating one takes a second of the processor */
  let template: string
  let dataDir: string
  let running: Embedded | undefined
  let owner: ChildProcess | undefined
  let warnings: string[]

  before(async () => {
    template = makeDirectory()
    await (await startEmbedded({ dataDir: template, password: 'test', log: silent })).stop()
  })
  after(() => rmSync(template, { recursive: true }))

  beforeEach(() => {
    dataDir = makeDirectory()
    execFileSync('cp', ['-a', `${template}/postgres`, dataDir])
    warnings = []
  })

  function makeDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'fleetwire-embedded-'))
    chmodSync(directory, 0o755)
    return directory
  }

  /** For a test of how a cluster is created. */
  function removeCluster(): void {
    rmSync(`${dataDir}/postgres`, { recursive: true })
  }

  afterEach(async () => {
    if (owner?.kill('SIGKILL')) await once(owner, 'exit')
    owner = undefined
    // A server that a test left running is stopped by the next start.
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
    const child = spawn(process.execPath, [builtModule('test/sql/embedded-owner.ts'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    owner = child
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const nextLine = async (): Promise<string> => String((await lines.next()).value)
    return { process: child, url: await nextLine(), nextLine }
  }

  it('rows are kept from one start to the next', async () => {
    removeCluster()
    const first = await start()
    expect(new URL(first.url)).to.include({ hostname: '127.0.0.1', pathname: '/fleetwire' })
    await query(first.url, 'create table kept as select 42 as value')
    await first.stop()
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).to.equal(false)
    expect(await query((await start()).url, 'select value from kept')).to.equal(42)
  })

  it('the database commits durably and listens to this machine only', async () => {
    const { url } = await start()
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      expect(await query(url, `select current_setting('${name}') as value`), name).to.equal('on')
    }
    expect(await query(url, `select current_setting('listen_addresses') as value`)).to.equal('127.0.0.1')
    expect(await query(url, `select current_setting('unix_socket_directories') as value`)).to.equal('')
  })

  it('the database requires its password, and stops after a start with a wrong one', async () => {
    const { url, stop } = await start()
    const wrong = await failureOf(query(url.replace(':test@', ':wrong@'), 'select 1'))
    expect(wrong).to.have.property('code', '28P01')
    await stop()
    running = undefined
    expect(await failureOf(start({ password: 'wrong' }))).to.have.property('code', 'embedded_login_failed')
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).to.equal(false)
  })

  it('the database moves to another port when its port is taken', async () => {
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

  it("a second owner is refused with the directory's name", async () => {
    await start()
    const error = await failureOf(startEmbedded({ dataDir, password: 'test', log: silent }))
    expect(error).to.have.property('code', 'data_dir_in_use')
    expect(error.message).to.include(dataDir)
    expect(error.message).to.include(String(process.pid))
  })

  it('a killed server is restarted on its port with its rows, but not after a sixth kill within ten minutes', async function () {
    this.timeout(60_000)
    const { url, ended } = await start()
    await query(url, 'create table kept as select 42 as value')
    for (let restart = 1; restart <= 5; restart++) {
      const killed = postmaster()
      process.kill(killed, 'SIGKILL')
      await eventually('the database server is back', async () => {
        const value = await query(url, 'select value from kept').catch(() => undefined)
        return value === 42 && postmaster() !== killed
      })
    }
    process.kill(postmaster(), 'SIGKILL')
    expect(await ended).to.match(/ended (unexpectedly )?with SIGKILL/)
  })

  it('a requested stop is not reported as an end', async () => {
    const { ended, stop } = await start()
    let told = false
    void ended.then(() => (told = true))
    await stop()
    // By the time a second server has started and stopped, the exit of the first has been noticed.
    await (await start()).stop()
    running = undefined
    expect(told).to.equal(false)
  })

  it('committed rows are recovered after the postmaster was killed', async () => {
    const { url, stop } = await start()
    await query(url, 'create table kept as select 42 as value')
    process.kill(postmaster(), 'SIGKILL')
    await stop()
    expect(await query((await start()).url, 'select value from kept')).to.equal(42)
  })

  it('a stale pid file that names an unrelated process is not taken for a server', async () => {
    await (await start()).stop()
    const { uid } = statSync(`${dataDir}/postgres`)
    // Of the same user, because PostgreSQL itself ignores others.
    owner = spawn('sleep', ['600'], { uid })
    const pid = String(owner.pid)
    const lines = [pid, `${dataDir}/postgres`, '1', '5432', '', '127.0.0.1', '', 'ready', '']
    writeFileSync(`${dataDir}/postgres/postmaster.pid`, lines.join('\n'))
    expect(await query((await start()).url, 'select 1 as value')).to.equal(1)
    expect(owner.exitCode).to.equal(null)
  })

  it('a server left by a killed owner is stopped, and its rows are kept', async () => {
    const { process: child, url } = await startOwner()
    await query(url, 'create table kept as select 42 as value')
    const left = postmaster()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(process.kill(left, 0)).to.equal(true)
    expect(await query((await start()).url, 'select value from kept')).to.equal(42)
    // Checked by its directory: a dead process keeps its pid until its new parent has reaped it.
    expect(existsSync(`/proc/${left}/cwd`)).to.equal(false)
    expect(warnings).to.deep.equal(['stopping a PostgreSQL that a killed process left running'])
  })

  it('the database survives Ctrl-C sent to the whole process group', async () => {
    const { process: child, url, nextLine } = await startOwner()
    process.kill(-(child.pid ?? 0), 'SIGINT')
    expect(await nextLine()).to.equal('interrupted')
    expect(await query(url, 'select 1 as value')).to.equal(1)
  })

  it('an interrupted creation of the database is begun again', async () => {
    removeCluster()
    mkdirSync(`${dataDir}/postgres.new/base`, { recursive: true })
    writeFileSync(`${dataDir}/postgres.new/PG_VERSION`, '18\n')
    expect(await query((await start()).url, 'select 1 as value')).to.equal(1)
  })

  it("a failed start is reported with the server's own message", async () => {
    await (await start()).stop()
    running = undefined
    writeFileSync(`${dataDir}/postgres/postgresql.auto.conf`, 'nonsense = 1\n')
    const error = await failureOf(start())
    expect(error).to.have.property('code', 'server_failed')
    expect(error.message).to.include('unrecognized configuration parameter "nonsense"')
  })

  it('a log that has grown large is rotated at the start', async () => {
    await (await start()).stop()
    writeFileSync(`${dataDir}/postgres.log`, 'x'.repeat(9 * 1024 * 1024))
    await start()
    expect(statSync(`${dataDir}/postgres.log`).size).to.be.lessThan(1024 * 1024)
    expect(statSync(`${dataDir}/postgres.log.1`).size).to.equal(9 * 1024 * 1024)
  })

  it('run as root, the database uses another user, who must be able to reach its files', async function () {
    if (!asRoot) return this.skip()
    removeCluster()
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
