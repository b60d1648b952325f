import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { connect, LOW_PRIORITY } from '../../sql/connect.ts'
import { eventually } from '../support/eventually.ts'
import { runModule, type Running } from '../support/processes.ts'

describe('the single command', function () {
  // Each test starts three processes and a database, even on a busy machine.
  this.timeout(240_000)
  let directory: string
  let running: Running | undefined
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-one-'))
    // As root, the database runs as another user, which needs access.
    chmodSync(directory, 0o755)
    writeFileSync(join(directory, 'jwt-secret'), `${'s'.repeat(32)}\n`)
  })
  afterEach(async () => {
    running?.child.kill()
    await running?.ended
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  const env = () => ({
    DATA_DIR: join(directory, 'data'),
    // The way to set a secret that the parts do not share.
    JWT_SECRET_FILE: join(directory, 'jwt-secret'),
    PORT: '0',
    MQTT_PORT: '0',
    MQTT_WS_PORT: '0',
    BROKER_STATUS_PORT: '0',
    INSIGHT_STATUS_PORT: '0',
  })
  async function start(args: string[] = [], options: { detached?: boolean } = {}): Promise<Running> {
    running = runModule('main.ts', args, env(), options)
    const { output, ended } = running
    await Promise.race([
      eventually(
        'Fleetwire is ready',
        () => output().includes('Fleetwire is ready.') && /Login|login, also/.test(output()),
        120_000,
      ),
      ended,
    ])
    return running
  }
  const address = (name: string) =>
    new RegExp(`^ +${name} +(\\S+)`, 'm').exec(running?.output() ?? '')?.[1] ?? ''
  async function post(path: string, body: object, token = ''): Promise<Response> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    return fetch(`${address('API')}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  async function logIn(password: string): Promise<number> {
    return (await post('/api/login', { email: 'admin@localhost', password })).status
  }
  const readSecrets = () =>
    JSON.parse(readFileSync(join(directory, 'data', 'secrets.json'), 'utf8')) as {
      adminPassword: string
      databasePassword: string
    }
  const tokenOf = async (response: Response) => ((await response.json()) as { token: string }).token

  it('the command starts a database, a broker and an API, and prints how to log in', async () => {
    const { output } = await start()
    const password = /admin@localhost\n +(\S+)/.exec(output())?.[1] ?? ''
    expect(await logIn(password)).to.equal(200)
    expect(address('MQTT')).to.match(/^mqtt:\/\/127\.0\.0\.1:\d+$/)
    const { mqtt_ws_port: port } = (await (
      await fetch(`${address('Dashboard')}api/dashboard-config`)
    ).json()) as {
      mqtt_ws_port: number
    }
    expect(address('MQTT/WebSocket')).to.equal(`ws://127.0.0.1:${port}/mqtt`)
    const file = join(directory, 'data', 'secrets.json')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(readFileSync(file, 'utf8')).to.include(password)
  })

  it('a restart keeps the secrets without printing them, takes a reading, and ends with 0 at SIGTERM', async () => {
    const { output, child, ended } = await start()
    const { adminPassword } = readSecrets()
    expect(output()).not.to.include(adminPassword)
    expect(await logIn(adminPassword)).to.equal(200)
    const token = await tokenOf(
      await post('/api/login', { email: 'admin@localhost', password: adminPassword }),
    )
    await post('/api/vehicles', { key: 'truck-1' }, token)
    await post('/api/devices', { key: 'tracker-1', vehicle: 'truck-1' }, token)
    const device = await tokenOf(await post('/api/devices/tracker-1/tokens', {}, token))
    expect((await post('/api/telemetry', { speed: 50 }, device)).status).to.equal(201)
    child.kill('SIGTERM')
    expect(await ended, output()).to.equal(0)
  })

  it('the API and its database connections have a lower priority than the broker', async () => {
    const { child } = await start()
    const pidOf = (room: string) =>
      Number(execFileSync('pgrep', ['-P', String(child.pid), '-f', `${room}/main`], { encoding: 'utf8' }))
    expect([getPriority(pidOf('broker')), getPriority(pidOf('api'))]).to.deep.equal([0, 10])
    if (existsSync('/proc/self/autogroup')) {
      const niceOf = (pid: number) =>
        readFileSync(`/proc/${pid}/autogroup`, 'latin1').trim().split(' ').at(-1)
      expect([niceOf(pidOf('broker')), niceOf(pidOf('api'))]).to.deep.equal(['0', '10'])
    }

    const { adminPassword: password, databasePassword } = readSecrets()
    const token = await tokenOf(await post('/api/login', { email: 'admin@localhost', password }))
    const headers = { authorization: `Bearer ${token}` }
    await fetch(`${address('API')}/api/vehicles/truck-1/telemetry`, { headers })
    const lines = readFileSync(join(directory, 'data', 'postgres', 'postmaster.pid'), 'utf8').split('\n')
    const url = `postgresql://postgres:${databasePassword}@127.0.0.1:${lines[3]}/fleetwire`
    const sql = connect({ url, max: 1, applicationName: 'test' })
    try {
      await eventually('only the connections that read are lowered', async () => {
        const found = await sql<{ pid: number; name: string }[]>`
          select pid, application_name as name from pg_stat_activity where application_name like 'fleetwire%'`
        const isAsSaid = found.every(
          ({ pid, name }) => (getPriority(pid) === 10) === name.endsWith(LOW_PRIORITY),
        )
        const names = new Set(found.map(({ name }) => name))
        return (
          isAsSaid &&
          names.has(`fleetwire-api access${LOW_PRIORITY}`) &&
          names.has(`fleetwire-api pages${LOW_PRIORITY}`) &&
          names.has('fleetwire registry')
        )
      })
    } finally {
      await sql.end()
    }
  })

  it('Ctrl-C ends the command after all its parts', async () => {
    const { child, output, ended } = await start([], { detached: true })
    const parts = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
    expect(parts.length).to.be.at.least(3)
    process.kill(-(child.pid ?? 0), 'SIGINT')
    expect(await ended, output()).to.equal(0)
    for (const pid of parts) expect(existsSync(`/proc/${pid}`)).to.equal(false)
  })

  it('the death of the broker ends everything that was started', async () => {
    const { output, child, ended } = await start()
    const pid = execFileSync('pgrep', ['-P', String(child.pid), '-f', 'broker/main'], { encoding: 'utf8' })
    process.kill(Number(pid), 'SIGKILL')
    expect(await ended).to.equal(1)
    expect(output()).to.include('broker ended with SIGKILL')
  })

  it('a dead database is restarted, and the other parts continue', async () => {
    const { child, output } = await start()
    const file = join(directory, 'data', 'postgres', 'postmaster.pid')
    const pidOf = () => Number(readFileSync(file, 'utf8').split('\n')[0])
    const killed = pidOf()
    process.kill(killed, 'SIGKILL')
    await eventually('another database server', () => existsSync(file) && pidOf() !== killed && pidOf() > 0)
    const { adminPassword } = readSecrets()
    await eventually('the API works', async () => (await logIn(adminPassword)) === 200, 30_000)
    expect(child.exitCode, output()).to.equal(null)
  })

  it('a killed demo ends all its parts but the database, which the next start stops', async () => {
    const { child, ended } = await start(['--demo'])
    await eventually(
      'readings are stored',
      async () => {
        const text = await fetch(address('Broker status')).then((it) => it.text())
        return Number(/^fleetwire_readings_stored_total (\d+)/m.exec(text)?.[1]) > 100
      },
      30_000,
    )
    const parts = ['broker', 'api', 'insight', 'simulator'].map((room) =>
      Number(execFileSync('pgrep', ['-P', String(child.pid), '-f', `${room}/main`], { encoding: 'utf8' })),
    )
    child.kill('SIGKILL')
    await ended
    // A dead process keeps its pid until its new parent has reaped it, but has no working directory.
    await eventually(
      'all parts have ended',
      () => parts.every((pid) => !existsSync(`/proc/${pid}/cwd`)),
      30_000,
    )
    // The next start stops the remaining database.
    await start()
  })

  it('the command ends after all its parts when the reader of its output ends', async () => {
    running = runModule('main.ts', [], env())
    const { child, ended } = running
    child.stdout?.once('data', () => child.stdout?.destroy())
    expect(await ended).to.equal(0)
    expect(existsSync(join(directory, 'data', 'postgres', 'postmaster.pid'))).to.equal(false)
  })

  it('--help prints how to start, and an unknown option is refused, before anything is started', async () => {
    const other = { ...env(), DATA_DIR: join(directory, 'none') }
    running = runModule('main.ts', ['--help'], other)
    expect(await running.ended).to.equal(0)
    expect(running.output()).to.include('npm run demo')
    running = runModule('main.ts', ['--dmo'], other)
    expect(await running.ended).to.equal(1)
    expect(running.output()).to.include("'--dmo'").and.to.include('npm run demo')
    expect(existsSync(other.DATA_DIR)).to.equal(false)
  })

  it('a start in production without secrets fails and names each of them', async () => {
    running = runModule('main.ts', [], { ...env(), JWT_SECRET_FILE: '', NODE_ENV: 'production' })
    expect(await running.ended).to.equal(1)
    for (const name of ['DATABASE_URL', 'JWT_SECRET', 'ADMIN_PASSWORD']) {
      expect(running.output()).to.include(`${name} is required`)
    }
  })
})
