import { createClosers } from '../kit/closers.ts'
import { loadConfig } from '../kit/config.ts'
import { messageOf } from '../kit/errors.ts'
import { createJwt } from '../kit/jwt.ts'
import { createLog } from '../kit/log.ts'
import { createMetrics } from '../kit/metrics.ts'
import { logPlainText } from '../kit/plain-text.ts'
import { lowerPriority } from '../kit/priority.ts'
import { createSecretSeal } from '../kit/sealed-secret.ts'
import { onHangup, untilSignal } from '../kit/signals.ts'
import { openTls } from '../kit/tls.ts'
import { connect } from '../sql/connect.ts'
import { migrate } from '../sql/migrate.ts'
import { describeDatabaseError } from '../sql/unreachable.ts'
import { ensureAdmin } from './users/first-admin.ts'
import { QUICK_AT_ONCE_MAX } from './app.ts'
import { openApi } from './server.ts'

/**
 * Connections to the database; further requests wait for one.
 * @limit other queries of the API at once | they wait
 */
const DATABASE_CONNECTIONS_MAX = 10
/**
 * A longer query is ended with 503. More than any page of readings should ever take.
 * @limit a query of the API | 503
 */
const STATEMENT_TIMEOUT_MS = 20_000
/**
 * The same for quick queries, which delay those of other callers, and for the query about the caller of each request.
 * @limit a quick query, and one about the caller of a request; one of each at a time | 503
 */
const QUICK_TIMEOUT_MS = 2000
/**
 * The same for pages of readings, for which other callers also wait. A longer one is started again as a long query.
 * @limit a page of readings, one at a time | a longer one begins again as a query for history
 */
const PAGE_TIMEOUT_MS = 1000

async function main(): Promise<void> {
  const config = loadConfig(process.env, ['DATABASE_URL', 'JWT_SECRET'])
  const log = createLog('api', config.LOG_LEVEL)
  const closers = createClosers(log)
  const signal = untilSignal()
  // Beside a broker on the same processors: a query can wait, an acknowledgement should not.
  await lowerPriority()

  try {
    const metrics = createMetrics()
    // Here, permissions are in the tokens: clients need no certificate.
    const tls = await openTls({ ...config, TLS_CLIENT_CERT: 'none' }, { log, metrics })
    if (tls) closers.add('tls', tls, (it) => it.stop())
    const url = config.DATABASE_URL
    await migrateOnce(url)
    const pool = (name: string, options: { max: number; timeoutMs?: number; lowPriority?: boolean }) => {
      const { timeoutMs = STATEMENT_TIMEOUT_MS, ...rest } = options
      const settings = { statement_timeout: timeoutMs }
      const opened = connect({ url, applicationName: `fleetwire-api ${name}`, settings, ...rest })
      return closers.add(name, opened, (it) => it.end({ timeout: 1 }))
    }
    const sql = pool('sql', { max: DATABASE_CONNECTIONS_MAX })
    // Read-only connections: they hold no lock that a broker waits for.
    const quick = { timeoutMs: QUICK_TIMEOUT_MS, lowPriority: true }
    const accessSql = pool('access', { max: 1, ...quick })
    const quickSql = pool('quick', { max: QUICK_AT_ONCE_MAX, ...quick })
    const pageSql = pool('pages', { max: 1, timeoutMs: PAGE_TIMEOUT_MS, lowPriority: true })
    const historySql = pool('history', { max: config.HISTORY_CONNECTIONS, lowPriority: true })
    await ensureAdmin({ sql, log, email: config.ADMIN_EMAIL, password: config.ADMIN_PASSWORD })
    const api = await openApi({
      host: config.HOST,
      port: config.PORT,
      sql,
      accessSql,
      quickSql,
      pageSql,
      historySql,
      historyConnections: config.HISTORY_CONNECTIONS,
      jwt: createJwt(config.JWT_SECRET, config.JWT_SECRET_PREVIOUS),
      seal: createSecretSeal(config.JWT_SECRET, config.JWT_SECRET_PREVIOUS),
      log,
      metrics,
      tls,
      brokerUrl: config.BROKER_URL,
      deviceTokenDays: config.DEVICE_TOKEN_DAYS,
      staleAfterS: config.STALE_AFTER_S,
      trustProxy: config.TRUST_PROXY,
      allowPrivateWebhooks: config.WEBHOOK_ALLOW_PRIVATE === 'true',
      allowRegistration: config.ALLOW_REGISTRATION === 'true',
      quotas: { vehiclesMax: config.VEHICLES_PER_USER_MAX, devicesMax: config.DEVICES_PER_USER_MAX },
      corsOrigins: config.CORS_ORIGINS,
      dashboard: {
        mqttUrl: config.MQTT_PUBLIC_URL,
        mqttWsPort: config.MQTT_WS_PORT,
        mqttWssPort: tls && config.MQTT_WSS_PORT,
        tilesUrl: config.DASHBOARD_TILES_URL,
        tilesAttribution: config.DASHBOARD_TILES_ATTRIBUTION,
        styleUrl: config.DASHBOARD_STYLE_URL,
        mapOrigins: config.DASHBOARD_MAP_ORIGINS,
      },
    })
    closers.add('http', api, (it) => it.close())
    if (tls) onHangup(() => tls.reload())
    else logPlainText(log, config.HOST, ['API'])

    log.info({ event: 'listening', host: config.HOST, port: api.port }, 'the API is ready')
    process.send?.({ ready: true, port: api.port })
    log.info({ event: 'closing', signal: await signal })
  } finally {
    await closers.closeAll({ deadlineMs: 10_000 })
  }
}

/** Without the statement timeout: migrating a large table may take longer. */
async function migrateOnce(url: string): Promise<void> {
  const sql = connect({ url, max: 1, applicationName: 'fleetwire-api migrate' })
  try {
    await migrate(sql)
  } catch (error) {
    throw describeDatabaseError(error)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`api: ${messageOf(error)}\n`)
    process.exit(1)
  },
)
