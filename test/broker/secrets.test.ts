import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { makeClaims } from '../../contract/claims.ts'
import { createJwt } from '../../kit/jwt.ts'
import { callApi } from '../api/fixture.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { openRawClient } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import { freePort, runModule, type Running } from '../support/processes.ts'
import { deviceToken, makeKeyPair } from '../support/signing.ts'

/** Runs the real processes at the most verbose log level, and collects all of their output and replies. */
describe('secrets', function () {
  // Some twenty processes start.
  this.timeout(180_000)
  const random = () => randomBytes(24).toString('hex')
  const [jwtSecret, previousSecret, adminPassword, databasePassword] = [
    random(),
    random(),
    random(),
    random(),
  ]
  const wrongPassword = random()
  const pair = makeKeyPair()
  const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  /** Texts that must be found nowhere, by the name of each. */
  const secrets = new Map<string, string>([
    ['JWT_SECRET', jwtSecret],
    ['JWT_SECRET_PREVIOUS', previousSecret],
    ['ADMIN_PASSWORD', adminPassword],
    ['the password of the database', databasePassword],
    ['a wrong password', wrongPassword],
    ['a private key', privatePem.split('\n')[1]?.slice(20, 60) ?? ''],
  ])
  const said: [who: string, text: string][] = []
  const running: Running[] = []
  let db: TestDatabase
  let role = ''
  let databaseUrl = ''
  before(async () => {
    db = await openTestDatabase()
    role = `role_${randomBytes(4).toString('hex')}`
    await db.sql.unsafe(`create role ${role} superuser login password '${databasePassword}'`)
    databaseUrl = Object.assign(new URL(db.url), { username: role, password: databasePassword }).href
  })
  after(async () => {
    for (const { child, ended } of running) {
      child.kill('SIGKILL')
      await ended
    }
    await db.sql.unsafe(`drop owned by ${role}`).catch(() => {})
    await db.sql.unsafe(`drop role ${role}`).catch(() => {})
    await db.drop()
  })

  /** Records a secret token as a whole and in parts: pieces of 20 characters of its payload and signature. */
  function keepSecret(what: string, token: string): string {
    const [, payload = '', signature = ''] = token.split('.')
    for (const part of [payload, signature]) {
      for (let at = 0; at + 20 <= part.length; at += 10)
        secrets.set(`${what} at ${at}`, part.slice(at, at + 20))
    }
    return token
  }

  function start(module: string, env: Record<string, string>): Running {
    const started = runModule(module, [], {
      LOG_LEVEL: 'trace',
      DATABASE_URL: databaseUrl,
      JWT_SECRET: jwtSecret,
      JWT_SECRET_PREVIOUS: previousSecret,
      ...env,
    })
    running.push(started)
    return started
  }

  async function logIn(port: number, clientId: string, password: string, renewals: string[] = []) {
    const client = await openRawClient(port)
    const connect = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 0,
    } as const
    client.send({ ...connect, clientId, username: 'x', password: Buffer.from(password) })
    await Promise.race([client.next('connack'), client.closed])
    for (const payload of renewals) {
      const topic = 'fleet/v1/session'
      client.send({ cmd: 'publish', topic, payload, qos: 1, messageId: 1, retain: false, dup: false })
    }
    if (renewals.length > 0) await client.closed
    client.socket.destroy()
    await client.closed
  }

  it('no secret is in a log line, an error answer or a metric', async () => {
    const [port, mqttPort, statusPort] = [await freePort(), await freePort(), await freePort()]
    const api = start('api/main.ts', { PORT: String(port), ADMIN_PASSWORD: adminPassword })
    const broker = start('broker/main.ts', {
      MQTT_PORT: String(mqttPort),
      MQTT_WS_PORT: '0',
      BROKER_STATUS_PORT: String(statusPort),
    })
    await eventually(
      'both processes are ready',
      () => {
        const lines = api.output() + broker.output()
        return lines.includes('"listening"') && lines.includes('"broker_ready"')
      },
      30_000,
    )

    const url = `http://127.0.0.1:${port}`
    /** Answers meant to contain a token are not searched. */
    const call = async (method: string, path: string, options: Parameters<typeof callApi>[3]) => {
      const answer = await callApi(url, method, path, options)
      if (answer.status >= 400)
        said.push([`${method} ${path}`, JSON.stringify([answer.body, [...answer.headers]])])
      return answer
    }
    const email = 'admin@localhost'
    const login = await call('POST', '/api/login', { token: null, body: { email, password: adminPassword } })
    const token = keepSecret("an administrator's token", login.body.token as string)
    await call('POST', '/api/login', { token: null, body: { email, password: wrongPassword } })
    await call('POST', '/api/login', { token: null, raw: `{"email":"${email}","password":"${wrongPassword}` })
    await call('POST', '/api/login', { token: null, body: { email, password: { a: wrongPassword } } })
    await call('POST', '/api/login', { token: null, body: { email: wrongPassword } })
    await call('POST', '/api/vehicles', { token, body: { key: 'v1' } })
    const public_key = pair.publicKey
    await call('POST', '/api/devices', { token, body: { key: 'd1', vehicle: 'v1', public_key } })
    await call('PUT', '/api/devices/d1/public-key', { token, body: { public_key: privatePem } })
    await call('POST', '/api/devices', { token, body: [{ key: 'd2', public_key: privatePem }] })
    const bulk = await call('POST', '/api/device-tokens', { token, body: { devices: ['d1', 'd1'] } })
    const [one, two] = (bulk.body.items as { token: string }[]).map((it) => keepSecret('a token', it.token))
    await call('POST', '/api/device-tokens', { token, body: { devices: ['d1', one] } })
    await call('GET', '/api/vehicles', { token: `${token}x` })
    await call('GET', `/api/vehicles?token=${token}`, { token: one ?? '' })

    const nowS = Math.floor(Date.now() / 1000)
    const sign = (secret: string, claims: object) => {
      const base = makeClaims({ sub: 'd1', role: 'device', aud: 'mqtt', jti: 'j', nowS, lifetimeS: 60 })
      return keepSecret('a token made here', createJwt(secret).sign({ ...base, ...claims }))
    }
    const own = keepSecret('a token of the device', deviceToken('d1', pair))
    const foreign = keepSecret('a token of another key', deviceToken('d1', makeKeyPair()))
    await logIn(mqttPort, 'd1', one ?? '', [two ?? '', own, `${two}x`])
    await logIn(mqttPort, 'd1', own, [foreign])
    await logIn(mqttPort, 'd1', sign(previousSecret, {}), [sign(jwtSecret, { exp: nowS - 100 })])
    await logIn(mqttPort, 'd2', own)
    for (const bad of [
      foreign,
      sign(jwtSecret, { exp: nowS - 100 }),
      sign(jwtSecret, { aud: 'api' }),
      sign(random(), {}),
      jwtSecret,
      adminPassword,
      privatePem,
    ]) {
      await logIn(mqttPort, 'd1', bad)
    }

    // The database becomes unavailable, and accepts no connection afterwards.
    await db.sql.unsafe(`alter role ${role} password 'another'`)
    await db.sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role}`
    await call('GET', '/api/devices', { token })
    await call('POST', '/api/devices/d1/tokens', { token, body: {} })
    await logIn(mqttPort, 'd9', sign(jwtSecret, { sub: 'd9' }))
    for (const path of [`${url}/readyz`, `http://127.0.0.1:${statusPort}/readyz`]) {
      said.push([path, await fetch(path).then((it) => it.text())])
    }
    for (const path of [`${url}/metrics`, `http://127.0.0.1:${statusPort}/metrics`]) {
      said.push([path, await fetch(path).then((it) => it.text())])
    }
    for (const each of [api, broker]) each.child.kill('SIGTERM')
    await Promise.all([api.ended, broker.ended])
    said.push(['the API', api.output()], ['the broker', broker.output()])

    // The log was as verbose as this test requires.
    for (const event of ['login_refused', 'renewal_refused', 'login_failed', 'request_failed']) {
      expect(api.output() + broker.output()).to.include(`"${event}"`)
    }
    expectNothingSaid()
  })

  it('no secret is in the output of a process that fails to start', async () => {
    const { host } = new URL(databaseUrl)
    const starts: Record<string, string>[] = [
      { DATABASE_URL: `postgresql://${role}:${wrongPassword}@${host}/${role}` },
      { DATABASE_URL: `postgresql://${role}:${databasePassword}@127.0.0.1:1/none` },
      { DATABASE_URL: `postgresql://${role}:${databasePassword}@127.0.0.1:99999/none` },
      { DATABASE_URL: `postgresql://${role}:${databasePassword}@[::/none?sslmode=never` },
      { DATABASE_URL: `mysql://${role}:${databasePassword}@${host}/none` },
      { DATABASE_URL: databaseUrl, JWT_SECRET_PREVIOUS: jwtSecret },
      { DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret.slice(0, 31), JWT_SECRET_PREVIOUS: 'short' },
    ]
    secrets.set('a short JWT_SECRET', jwtSecret.slice(0, 31))
    const env = {
      PORT: '0',
      MQTT_PORT: '0',
      MQTT_WS_PORT: '0',
      BROKER_STATUS_PORT: '0',
      INSIGHT_STATUS_PORT: '0',
    }
    for (const settings of starts) {
      const failing = ['api/main.ts', 'broker/main.ts'].map((module) =>
        start(module, { ...env, ...settings }),
      )
      for (const { output, ended } of failing) {
        expect(await ended, output()).to.equal(1)
        expect(output()).to.not.equal('')
        said.push(['a start that failed', output()])
      }
    }
    expectNothingSaid()
  })

  function expectNothingSaid(): void {
    for (const [who, text] of said) {
      for (const [what, secret] of secrets) {
        expect(text.includes(secret), `${who} told ${what}: ${text.slice(0, 500)}`).to.equal(false)
      }
    }
  }
})
