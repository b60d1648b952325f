import { existsSync } from 'node:fs'
import { devNull } from 'node:os'
import { extname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BROKER_NODE_FLAGS } from './broker/node-flags.ts'
import { startChild, type Child } from './kit/child.ts'
import { createClosers } from './kit/closers.ts'
import { loadConfig } from './kit/config.ts'
import { FleetwireError, messageOf } from './kit/errors.ts'
import { createLog } from './kit/log.ts'
import { openSecrets } from './kit/secrets.ts'
import type { Config } from './kit/settings.ts'
import { untilSignal } from './kit/signals.ts'
import { hasTls, isLoopback, plainHostOf } from './kit/tls-settings.ts'
import { startEmbedded } from './sql/embedded.ts'

/** Runs everything: the embedded database unless there is an external one, the broker, the API, and the analysis. */

interface BrokerPorts {
  mqttPort: number
  wsPort: number
  mqttsPort?: number
  wssPort?: number
  statusPort: number
}

const CLOSE_DEADLINE_MS = 40_000
const DEMO_VEHICLES = '50'
const RESTART_PAUSE_MS = 1000

const USAGE = `Usage: npm start                starts the database, the broker, the API and the analysis
       npm run demo             the same, and ${DEMO_VEHICLES} simulated vehicles

Settings are environment variables, such as PORT, MQTT_PORT and DATA_DIR: see docs/configuration.md.
`

const isDemo = readArguments()
const config = loadSettings()
const log = createLog('main', config.LOG_LEVEL)
const closers = createClosers(log)
const signal = untilSignal()
const interrupted = new AbortController()
void signal.then(() => interrupted.abort())
/** Each promise resolves when a part ended by itself. */
const ends: Promise<string>[] = [signal]

try {
  const secrets = config.DATABASE_URL ? undefined : openSecrets(config.DATA_DIR)
  const env: Record<string, string | undefined> = { ...process.env }
  if (secrets) {
    const { databasePassword: password, jwtSecret, adminPassword } = secrets
    const database = await startEmbedded({ dataDir: config.DATA_DIR, password, log })
    closers.add('embedded database', database, (it) => it.stop())
    ends.push(database.ended)
    env['DATABASE_URL'] = database.url
    env['JWT_SECRET'] = config.JWT_SECRET ?? jwtSecret
    env['ADMIN_PASSWORD'] = config.ADMIN_PASSWORD ?? adminPassword
    // They were read from the files; given in both ways they would be refused.
    env['JWT_SECRET_FILE'] = env['ADMIN_PASSWORD_FILE'] = undefined
  }

  const broker = await start<BrokerPorts>('broker', env)
  const [host, plainHost] = [reachable(config.HOST), reachable(plainHostOf(config))]
  const statusUrl = `http://${reachable(config.BROKER_STATUS_HOST ?? plainHostOf(config))}:${broker.statusPort}`
  const api = await start<{ port: number }>('api', {
    ...env,
    BROKER_URL: statusUrl,
    // Where the page finds the broker: the actual ports, if the settings have 0.
    MQTT_WS_PORT: String(broker.wsPort),
    ...(broker.wssPort !== undefined && { MQTT_WSS_PORT: String(broker.wssPort) }),
  })
  if (config.INSIGHT === 'on') await keepRunning('insight', env)
  const apiUrl = `${hasTls(config) ? 'https' : 'http'}://${host}:${api.port}`
  const secureLines = `
  MQTT, TLS        mqtts://${host}:${broker.mqttsPort}
  WebSocket, TLS   wss://${host}:${broker.wssPort}/mqtt`
  say(`
Fleetwire is ready.

  MQTT             mqtt://${plainHost}:${broker.mqttPort}
  MQTT/WebSocket   ws://${plainHost}:${broker.wsPort}/mqtt${hasTls(config) ? secureLines : ''}
  Dashboard        ${apiUrl}/
  API              ${apiUrl}
  Broker status    ${statusUrl}/metrics
  Database         ${secrets ? `embedded, in ${join(config.DATA_DIR, 'postgres')}` : 'DATABASE_URL'}
${secrets ? describeLogin(secrets) : ''}${describePlainText()}`)
  if (isDemo) await startDemo(env, apiUrl, broker.mqttPort)

  const end = await Promise.race(ends)
  log.info({ event: 'closing', because: end }, 'closing')
  if (!end.startsWith('SIG')) throw new FleetwireError('child_ended', end)
} catch (error) {
  process.stderr.write(`fleetwire: ${messageOf(error)}\n`)
  process.exitCode = 1
} finally {
  await closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS }).catch((error: unknown) => {
    process.stderr.write(`fleetwire: ${messageOf(error)}\n`)
    process.exitCode = 1
  })
  process.exit()
}

/** Returns whether the demo is wanted. An unknown option ends the process before anything is started. */
function readArguments(): boolean {
  try {
    const { values } = parseArgs({
      options: { demo: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    if (!values.help) return values.demo === true
    process.stdout.write(USAGE)
    process.exit()
  } catch (error) {
    process.stderr.write(`fleetwire: ${messageOf(error)}\n\n${USAGE}`)
    process.exit(1)
  }
}

function loadSettings(): Config {
  try {
    const given = process.env['DATABASE_URL'] || process.env['DATABASE_URL_FILE']
    // The secrets that an embedded start generates are for a first try. In production they must be chosen, and stored
    // elsewhere.
    const production = process.env['NODE_ENV'] === 'production'
    if (production) return loadConfig(process.env, ['DATABASE_URL', 'JWT_SECRET', 'ADMIN_PASSWORD'])
    return loadConfig(process.env, given ? ['DATABASE_URL', 'JWT_SECRET'] : [])
  } catch (error) {
    process.stderr.write(`fleetwire: ${messageOf(error)}\n`)
    process.exit(1)
  }
}

async function start<R>(name: 'broker' | 'api', env: Record<string, string | undefined>): Promise<R> {
  const nodeFlags = name === 'broker' ? BROKER_NODE_FLAGS : []
  const module = moduleOf(name)
  const child = await startChild<R>({ name, module, nodeFlags, env, signal: interrupted.signal })
  closers.add(name, child, (it) => it.stop())
  ends.push(child.ended)
  return child.ready
}

/**
 * Starts a part without which readings are still acknowledged: it is started again when it ends, and the others go on. Throws if
 * it cannot start at first.
 */
async function keepRunning(name: 'insight', env: Record<string, string | undefined>): Promise<void> {
  const { signal: closing } = interrupted
  const open = () => startChild({ name, module: moduleOf(name), env, signal: closing })
  let child = await open()
  closers.add(name, undefined, () => {
    interrupted.abort()
    return child.stop()
  })
  void watch()

  async function watch(): Promise<void> {
    for (;;) {
      const end = await child.ended
      if (closing.aborted) return
      log.error({ event: 'child_restarted', because: end }, `${end}, and is started again`)
      await delay(RESTART_PAUSE_MS, undefined, { signal: closing }).catch(() => {})
      child = await open().catch((error: unknown) => failedChild(messageOf(error)))
      if (closing.aborted) return child.stop()
    }
  }
}

/** A child that ended before it was ready. */
function failedChild(end: string): Child<unknown> {
  return { pid: 0, ready: undefined, ended: Promise.resolve(end), stop: () => Promise.resolve() }
}

/** Simulates 50 vehicles until the process ends. */
async function startDemo(
  env: Record<string, string | undefined>,
  apiUrl: string,
  mqttPort: number,
): Promise<void> {
  const file = join(config.DATA_DIR, 'demo.tsv')
  const module = moduleOf('simulator')
  if (!existsSync(file)) {
    const login = { ...env, ADMIN_EMAIL: config.ADMIN_EMAIL }
    const args = [
      'provision',
      '--api',
      apiUrl,
      '--vehicles',
      DEMO_VEHICLES,
      '--prefix',
      'demo',
      '--out',
      file,
      // A certificate for a try is its own authority. With that of a real authority, this name is the wrong one.
      ...(config.TLS_CERT_FILE ? ['--ca', config.TLS_CERT_FILE] : []),
    ]
    const provision = await startChild({ name: 'provision', module, args, env: login, reports: false })
    closers.add('provision', provision, (it) => it.stop())
    const end = await Promise.race([provision.ended, ...ends])
    if (!end.startsWith('provision')) return
    if (end !== 'provision ended with code 0') throw new FleetwireError('demo_failed', end)
  }
  const broker = `mqtt://${reachable(plainHostOf(config))}:${mqttPort}`
  const args = [
    'run',
    '--credentials',
    file,
    '--broker',
    broker,
    '--rate',
    DEMO_VEHICLES,
    '--duration',
    '24h',
  ]
  const run = await startChild({
    name: 'demo',
    module,
    args: [...args, '--journal', devNull],
    env,
    reports: false,
  })
  closers.add('demo', run, (it) => it.stop())
  ends.push(run.ended)
  say(`${DEMO_VEHICLES} simulated vehicles send a reading each second. Ctrl-C stops everything.\n`)
}

/** The main module of a room: TypeScript here, JavaScript in a build. */
function moduleOf(room: string): string {
  return fileURLToPath(new URL(`${room}/main${extname(import.meta.url)}`, import.meta.url))
}

/** Warns about ports that other machines can reach without TLS. */
function describePlainText(): string {
  const host = plainHostOf(config)
  if (isLoopback(host)) return ''
  if (hasTls(config))
    return `\n  Not encrypted on ${host}: MQTT, MQTT/WebSocket, broker status. See PLAIN_HOST.\n`
  return `
  Not encrypted on ${host}: tokens and passwords of MQTT, MQTT/WebSocket and the API can be read on the way.
  See TLS_CERT_FILE, or HOST.
`
}

function describeLogin({ adminPassword, areNew, file }: ReturnType<typeof openSecrets>): string {
  const email = config.ADMIN_EMAIL
  // The password from the environment is used if this is the first start; it is not printed.
  if (config.ADMIN_PASSWORD)
    return `  Login            ${email}, created at the first start; see ADMIN_PASSWORD\n`
  if (!areNew)
    return `  Login            ${email}; if the first start created the password, it is in ${file}\n`
  return `
  The administrator's login, also in ${file}:
    ${email}
    ${adminPassword}
`
}

/** The host as part of a URL that this machine can open. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
