import { fork, type ChildProcess, type ForkOptions } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect } from 'chai'
import { builtModule } from '../support/built-module.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { callApi, expectProblem, makeToken, SECRET } from './fixture.ts'

describe('API process', () => {
  let database: TestDatabase
  before(async () => (database = await openTestDatabase({ migrated: false })))
  after(() => database.drop())

  function start(env: Record<string, string>): ChildProcess {
    const path = process.env['PATH'] ?? ''
    const options: ForkOptions = {
      env: { PATH: path, LOG_LEVEL: 'error', ...env },
      execArgv: [],
      stdio: 'pipe',
    }
    return fork(builtModule('api/main.ts'), options)
  }

  it('the process migrates, creates the administrator, reports ready, and ends with 0 on SIGTERM', async () => {
    const child = start({
      DATABASE_URL: database.url,
      JWT_SECRET: SECRET,
      PORT: '0',
      ADMIN_PASSWORD: 'a good password',
    })
    const exited = once(child, 'exit')
    const [message] = (await once(child, 'message')) as [{ ready: boolean; port: number }]
    expect(message.ready).to.equal(true)
    const url = `http://127.0.0.1:${message.port}`
    const body = { email: 'admin@localhost', password: 'a good password' }
    const login = await callApi(url, 'POST', '/api/login', { token: null, body })
    expect(login.status).to.equal(200)
    const vehicle = { token: login.body.token, body: { key: 'v1' } }
    expect((await callApi(url, 'POST', '/api/vehicles', vehicle)).status).to.equal(201)

    child.kill('SIGTERM')
    expect(await exited).to.deep.equal([0, null])
  })

  it('a quick query that is slow is ended, while other queries may take longer', async () => {
    const child = start({ DATABASE_URL: database.url, JWT_SECRET: SECRET, PORT: '0' })
    const exited = once(child, 'exit')
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    const token = makeToken({ role: 'service', sub: 'a-service' })
    const get = async (path: string) => callApi(`http://127.0.0.1:${port}`, 'GET', path, { token })
    let list: ReturnType<typeof get> | undefined
    await database.sql.begin(async (tx) => {
      await tx`lock table vehicles in access exclusive mode`
      list = get('/api/vehicles')
      const first = await Promise.race([list, get('/api/vehicles/v1')])
      expectProblem(first, 503, 'unavailable')
    })
    expect((await list)?.status).to.equal(200)
    child.kill('SIGTERM')
    await exited
  }).timeout(30_000)

  /** Standard error of a process that must exit with 1. */
  async function complaintOf(env: Record<string, string>): Promise<string> {
    const child = start(env)
    let text = ''
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number]
    expect(code).to.equal(1)
    return text
  }

  it('missing settings are reported, and the process ends with 1', async () => {
    const text = await complaintOf({})
    expect(text).to.match(/^api: /)
    expect(text).to.include('DATABASE_URL is required').and.to.include('JWT_SECRET is required')
  })

  it('an unreachable database and a refused login are reported', async () => {
    const nobody = 'postgresql://u:p@127.0.0.1:1/x'
    const text = await complaintOf({ DATABASE_URL: nobody, JWT_SECRET: SECRET })
    expect(text).to.match(
      /^api: the database of DATABASE_URL cannot be reached: .*ECONNREFUSED 127\.0\.0\.1:1\n$/,
    )

    const missing = new URL(database.url)
    missing.pathname = '/not_there'
    const refusal = await complaintOf({ DATABASE_URL: missing.href, JWT_SECRET: SECRET })
    expect(refusal).to.match(
      /^api: the database of DATABASE_URL refused the login: .*not_there.* does not exist\n$/,
    )
  })

  it('a port in use is reported with a remedy', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const text = await complaintOf({
        DATABASE_URL: database.url,
        JWT_SECRET: SECRET,
        PORT: String(port),
        ADMIN_PASSWORD: 'a good password',
      })
      expect(text).to.match(
        new RegExp(`^api: the API cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`),
      )
      expect(text).to.match(/; set PORT to another\n$/)
    } finally {
      server.close()
    }
  })
})
