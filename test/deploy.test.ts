import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml'
import { BROKER_NODE_FLAGS } from '../broker/node-flags.ts'
import { loadConfig } from '../kit/config.ts'
import { isUsedBy, SETTINGS, type ProcessName, type SettingName } from '../kit/settings.ts'
import { hasTls } from '../kit/tls-settings.ts'
import { OF_THE_IMAGE } from './docs/compose.ts'
import { makeAuthority } from './support/certificates.ts'
import { runCommand } from './support/processes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Service {
  image: string
  command?: string[]
  environment: Record<string, string>
  ports?: string[]
  restart: string
  healthcheck: { test: string[] }
  deploy: { resources: { limits: { cpus: string; memory: string } } }
  volumes?: string[]
  build?: { context: string; dockerfile: string }
}
const compose = load(read('docker-compose.yml'), { schema: CORE_SCHEMA.withTags(mergeTag) }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const names = Object.keys(SETTINGS) as SettingName[]
const ours = Object.entries(compose.services).filter(([, service]) => service.build)

/** The text of all source files of a folder. */
function sourcesOf(room: string): string {
  const files = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
  return files
    .filter((it) => it.endsWith('.ts'))
    .map((it) => read(join(room, it)))
    .join('\n')
}

/** The Dockerfile's copies from the repository: sources and destinations. */
function copiesOf(dockerfile: string): { stage: number; sources: string[]; target: string }[] {
  let stage = -1
  return dockerfile.split('\n').flatMap((line) => {
    if (line.startsWith('FROM ')) stage++
    const [instruction, ...words] = line.split(/\s+/)
    if (instruction !== 'COPY' || words[0]?.startsWith('--from')) return []
    return [{ stage, sources: words.slice(0, -1), target: words.at(-1) ?? '' }]
  })
}

/** `${NAME}`, `${NAME:-value}` and `${NAME:?message}` as Docker Compose fills them in. */
function interpolate(text: string, env: Record<string, string>): string {
  return text.replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_all, name: string, operator?: string, rest = '') => {
      if (env[name]) return env[name]
      if (operator === '?') throw new Error(`${name}: ${rest as string}`)
      return operator === '-' ? (rest as string) : ''
    },
  )
}

describe('docker-compose.yml', () => {
  const secrets = {
    POSTGRES_PASSWORD: 'p'.repeat(48),
    JWT_SECRET: 's'.repeat(64),
    ADMIN_PASSWORD: 'a'.repeat(24),
  }
  const environmentOf = ({ environment }: Service, env: Record<string, string>) =>
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolate(value, env)]))

  it('all processes run from one image', () => {
    expect(ours.map(([name]) => name)).to.deep.equal(['broker', 'api', 'insight', 'notify'])
    expect(new Set(ours.map(([, { image, build }]) => JSON.stringify({ image, build }))).size).to.equal(1)
  })

  for (const [name, service] of ours) {
    it(`the ${name} has only existing settings, with valid values`, () => {
      expect(Object.keys(SETTINGS)).to.include.members(Object.keys(service.environment))
      const config = loadConfig(environmentOf(service, secrets), ['DATABASE_URL', 'JWT_SECRET'])
      expect(config.HOST).to.equal('0.0.0.0')
    })

    it(`the ${name} has the default settings, except for its listening and broker addresses`, () => {
      const given = loadConfig(environmentOf(service, secrets))
      for (const [setting, value] of Object.entries(loadConfig({}))) {
        const own = ['HOST', 'BROKER_STATUS_HOST', 'INSIGHT_STATUS_HOST', 'NOTIFY_STATUS_HOST', 'BROKER_URL']
        if (!own.includes(setting)) expect(given, setting).to.include({ [setting]: value })
      }
    })
  }

  it('each process gets the settings that it reads, and no others', () => {
    for (const [name, service] of ours) {
      const wanted = names.filter((it) => isUsedBy(it, name as ProcessName)) as string[]
      const listed = Object.keys(service.environment)
      const missing = wanted.filter((it) => !OF_THE_IMAGE.has(it) && !listed.includes(it))
      expect(missing, `missing for ${name} in docker-compose.yml; npm run docs writes them`).to.deep.equal([])
      const superfluous = listed.filter((it) => !wanted.includes(it) || OF_THE_IMAGE.has(it))
      expect(superfluous, `too many for ${name} in docker-compose.yml`).to.deep.equal([])
    }
  })

  it('a setting that one process reads is not read by the others', () => {
    for (const room of ['broker', 'api', 'insight', 'notify'] as const) {
      const code = sourcesOf(room).replaceAll(/^\s*(\*|\/[/*]).*$/gm, '')
      for (const name of names)
        if (!isUsedBy(name, room))
          expect(code, `${room} reads ${name}`).to.not.match(
            new RegExp(`\\bconfig\\.${name}\\b|[{,]\\s*${name}(: \\w+)?\\s*[,}]`),
          )
    }
  })

  it('the API reaches the status port of the broker, with and without TLS', () => {
    const { broker, api } = compose.services
    const url = new URL(api?.environment['BROKER_URL'] ?? '')
    expect(url.hostname).to.equal('broker')
    expect(Number(url.port)).to.equal(loadConfig({}).BROKER_STATUS_PORT)
    expect(broker?.environment['BROKER_STATUS_HOST']).to.equal('0.0.0.0')
  })

  it('nothing starts without its secrets', () => {
    for (const missing of Object.keys(secrets)) {
      const env = { ...secrets, [missing]: '' }
      const start = () => Object.values(compose.services).map((service) => environmentOf(service, env))
      expect(start, missing).to.throw(missing)
    }
    // None has a default value; JWT_SECRET_PREVIOUS may be missing.
    expect(read('docker-compose.yml')).to.not.match(/(PASSWORD|SECRET)\w*: (?!\$\{\w+:(\?|-\}))/)
  })

  it('all ports are bound to this machine only, unless set otherwise', () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports)
    expect(published).to.have.length(8)
    for (const port of published) expect(interpolate(port, {})).to.match(/^127\.0\.0\.1:\d+:\d+$/)
    expect(compose.services['database']?.ports).to.equal(undefined)
  })

  it('the published ports are the ones listened on', () => {
    const inside = (name: string) =>
      (compose.services[name]?.ports ?? []).map((port) => Number(port.split(':').at(-1)))
    const {
      PORT,
      MQTT_PORT,
      MQTT_WS_PORT,
      MQTTS_PORT,
      MQTT_WSS_PORT,
      BROKER_STATUS_PORT,
      NOTIFY_STATUS_PORT,
    } = loadConfig({})
    const mqtt = [MQTT_PORT, MQTT_WS_PORT, MQTTS_PORT, MQTT_WSS_PORT]
    expect(inside('broker')).to.have.members([...mqtt, BROKER_STATUS_PORT])
    expect(inside('api')).to.deep.equal([PORT])
    expect(inside('notify')).to.deep.equal([NOTIFY_STATUS_PORT])
    expect(compose.services['notify']?.healthcheck.test.join(' ')).to.include(
      `127.0.0.1:${NOTIFY_STATUS_PORT}/readyz`,
    )
    expect(compose.services['broker']?.healthcheck.test.join(' ')).to.include(
      `127.0.0.1:${BROKER_STATUS_PORT}/readyz`,
    )
    expect(compose.services['api']?.healthcheck.test.join(' ')).to.include(`127.0.0.1:${PORT}/readyz`)
  })

  it('all processes have the certificates read-only, and the health check of the API works with TLS', async () => {
    for (const [name, service] of ours) {
      expect(
        service.volumes?.map((it) => interpolate(it, {})),
        name,
      ).to.deep.equal(['./certs:/certs:ro', ...(name === 'broker' ? ['spool:/data'] : [])])
      const env = { ...secrets, TLS_CERT_FILE: '/certs/cert.pem', TLS_KEY_FILE: '/certs/key.pem' }
      expect(hasTls(loadConfig(environmentOf(service, env)))).to.equal(true)
    }
    // The API's own port is 3000 there.
    const check = compose.services['api']?.healthcheck.test.at(-1) ?? ''
    const status = async (server: Server, env: Record<string, string>) => {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const script = check.replaceAll(':3000', `:${(server.address() as AddressInfo).port}`)
      const code = await runCommand(process.execPath, ['-e', script], env).ended
      server.close()
      return code
    }
    const answer =
      (code: number): RequestListener =>
      (_request, response) =>
        response.writeHead(code).end()
    const pair = await (await makeAuthority('the authority of the test')).issue('fleet.example.org')
    const tls = { TLS_CERT_FILE: '/certs/cert.pem' }
    expect(await status(createHttpServer(answer(200)), { TLS_CERT_FILE: '' })).to.equal(0)
    expect(await status(createHttpServer(answer(503)), { TLS_CERT_FILE: '' })).to.equal(1)
    expect(await status(createHttpServer(answer(200)), tls)).to.equal(1)
    expect(await status(createHttpsServer(pair, answer(200)), tls)).to.equal(0)
    expect(await status(createHttpsServer(pair, answer(503)), tls)).to.equal(1)
  })

  it('every service restarts and has a health check and limits', () => {
    for (const service of Object.values(compose.services)) {
      expect(service.restart).to.equal('unless-stopped')
      expect(service.healthcheck.test).to.not.have.length(0)
      expect(service.deploy.resources.limits).to.have.keys('cpus', 'memory')
      expect(
        service.build !== undefined || /:\d+\.\d+\.\d+-pg\d+$/.test(service.image),
        service.image,
      ).to.equal(true)
    }
  })

  it('the database is kept in a volume', () => {
    const [volume = ''] = compose.services['database']?.volumes ?? []
    expect(compose.volumes).to.have.property(volume.split(':')[0] ?? '')
  })
})

describe('the image', () => {
  const dockerfile = read('deploy/Dockerfile')
  const copies = copiesOf(dockerfile)
  let app = ''

  // The build stage by hand: its copies, then `npm run build`. The packages are those of this checkout.
  before(function () {
    // This also builds the dashboard.
    this.timeout(120_000)
    app = mkdtempSync(join(tmpdir(), 'fleetwire-build-'))
    for (const { stage, sources, target } of copies.filter((it) => it.stage === 0)) {
      for (const source of sources) {
        const to = join(app, target.endsWith('/') ? `${target}/${source}` : target)
        mkdirSync(dirname(to), { recursive: true })
        expect(existsSync(join(root, source)), `${source} of stage ${stage}`).to.equal(true)
        cpSync(join(root, source), to, { recursive: true })
      }
    }
    symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'))
    const built = spawnSync('npm', ['run', 'build'], { cwd: app, encoding: 'utf8' })
    expect(built.status, built.stdout + built.stderr).to.equal(0)
  })
  after(() => rmSync(app, { recursive: true, force: true }))

  const mains = [
    ...ours.map(([, { command }]) => command ?? []),
    JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[],
  ]

  /** Without Node.js' flags. */
  const withoutFlags = (command: string[]) => command.filter((it) => !it.startsWith('-'))

  it('the broker has the Node.js flags of the benchmarks', () => {
    const brokers = mains.filter((command) => command.includes('dist/broker/main.js'))
    for (const command of brokers) expect(command).to.include.members(BROKER_NODE_FLAGS)
    expect(brokers).to.have.length(2)
  })

  it('everything copied exists, and passes .dockerignore', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    const sources = [...new Set(copies.flatMap((copy) => copy.sources))]
    expect(sources).to.have.members(allowed)
    for (const source of sources) expect(existsSync(join(root, source)), source).to.equal(true)
  })

  it('the programs to run exist', () => {
    expect(mains).to.have.length(5)
    for (const [program, file = ''] of mains.map(withoutFlags)) {
      expect(program).to.equal('node')
      expect(existsSync(join(app, file)), file).to.equal(true)
    }
  })

  it('every migration is beside the program that runs it', () => {
    const migrationsIn = (directory: string) =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.sql'))
        .toSorted()
    expect(existsSync(join(app, 'dist/sql/migrate.js'))).to.equal(true)
    expect(migrationsIn(join(app, 'dist/sql'))).to.deep.equal(migrationsIn(join(root, 'sql')))
    expect(migrationsIn(join(root, 'sql'))).to.include('001.do.fleet.sql')
  })

  it('the dashboard is where the API expects it', () => {
    expect(existsSync(join(app, 'dist/api/dashboard/dashboard.js'))).to.equal(true)
    expect(existsSync(join(app, 'dist/dashboard/dist/index.html'))).to.equal(true)
  })

  it('each program names its missing settings and exits with 1', () => {
    for (const [, file = ''] of mains.map(withoutFlags)) {
      const env = { PATH: process.env['PATH'] ?? '', PORT: 'x' }
      const run = spawnSync(process.execPath, [file], { cwd: app, env, encoding: 'utf8', timeout: 15_000 })
      expect(run.status, run.stderr).to.equal(1)
      const needsSecret = !file.includes('insight')
      const texts = [
        'DATABASE_URL is required',
        ...(needsSecret ? ['JWT_SECRET is required'] : []),
        'PORT must be',
      ]
      for (const text of [`${texts.length} bad setting(s)`, ...texts])
        expect(run.stderr, file).to.include(text)
    }
  })

  it('the image does not run as root', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '))
    expect(last).to.match(/^USER node$/m)
  })
})
