import { randomUUID } from 'node:crypto'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { createFairQueue } from '../kit/fair-queue.ts'
import type { Jwt } from '../kit/jwt.ts'
import type { Log } from '../kit/log.ts'
import type { Metrics } from '../kit/metrics.ts'
import type { SecretSeal } from '../kit/sealed-secret.ts'
import type { Sql } from '../sql/connect.ts'
import { createAccessLog } from './audit/access-log.ts'
import { createApiTokens } from './sessions/api-tokens.ts'
import { createBrokerClient } from './intake/broker-client.ts'
import { createCallers } from './access/callers.ts'
import { createHistoryQueries } from './history/history-queries.ts'
import { createIdempotency } from './http/idempotency.ts'
import { createLoginLimit, type LoginLimitOptions } from './sessions/login-limit.ts'
import { createCompress } from './http/compress.ts'
import { createCors } from './http/cors.ts'
import { createDashboard, type DashboardOptions } from './dashboard/dashboard.ts'
import { createDocs } from './openapi/docs.ts'
import { mountRoutes, requestIdOf, send } from './http/mount.ts'
import { createOriginCheck } from './http/origin.ts'
import { createConcurrencyLimit } from './http/concurrency-limit.ts'
import { refusalOf } from './http/problem-response.ts'
import type { Quotas } from './access/quota.ts'
import { refuse } from './http/refusal.ts'
import { createRequestLog } from './http/request-log.ts'
import { channelRoutes } from './channels/routes.ts'
import { commandRoutes } from './commands/routes.ts'
import { completenessRoutes } from './completeness/routes.ts'
import { dashboardConfigRoutes } from './dashboard/routes.ts'
import { deadLetterReplayRoutes } from './dead-letters/replay-routes.ts'
import { deadLetterRoutes } from './dead-letters/routes.ts'
import { deliveryRoutes } from './deliveries/routes.ts'
import { deviceTokenRoutes } from './device-tokens/routes.ts'
import { deviceRoutes } from './devices/routes.ts'
import { healthRoutes } from './health/routes.ts'
import { importRoutes } from './imports/routes.ts'
import { journeyRoutes } from './journeys/routes.ts'
import { latestRoutes } from './latest/routes.ts'
import { liveRoutes } from './live/routes.ts'
import { loginRoutes } from './sessions/login-routes.ts'
import { mqttTokenRoutes } from './mqtt-tokens/routes.ts'
import { openApiRoutes } from './openapi/routes.ts'
import { overviewRoutes } from './overview/routes.ts'
import { presenceRoutes } from './presence/routes.ts'
import { positionRoutes } from './positions/routes.ts'
import { publicKeyRoutes } from './public-keys/routes.ts'
import { telemetryExportRoutes } from './export/routes.ts'
import { telemetryInRoutes } from './intake/routes.ts'
import { telemetryRoutes } from './history/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { geofenceFileRoutes } from './geofences/file-routes.ts'
import { vehiclesInsideRoutes } from './geofences/inside-routes.ts'
import { geofenceRoutes } from './geofences/routes.ts'
import { grantRoutes } from './grants/routes.ts'
import { groupRoutes } from './groups/routes.ts'
import { meRoutes } from './users/me-routes.ts'
import { registrationRoutes } from './users/registration-routes.ts'
import { eventRoutes } from './events/routes.ts'
import { createCheckRule } from './rules/check-rule.ts'
import { rulePreviewRoutes } from './rules/preview-routes.ts'
import { expressionFault } from './rules/expression-fault.ts'
import { ruleRoutes } from './rules/routes.ts'
import { serviceTokenRoutes } from './service-tokens/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { userRoutes } from './users/routes.ts'
import { vehicleRoutes } from './vehicles/routes.ts'
import { createSecurityHeaders } from './http/security-headers.ts'
import { createShortQueries } from './database/short-queries.ts'
import { createWaitingBodies, type WaitingBodiesOptions } from './http/waiting-bodies.ts'

export interface AppOptions {
  sql: Sql
  /** For the query about the caller of each request. Default: `quickSql`. */
  accessSql?: Sql
  /** For frequent queries that take a millisecond or two, so that few queries run at once. Default: `sql`. */
  quickSql?: Sql
  /** For queries that read many readings, so that only a limited number run at once. Default: `sql`. */
  historySql?: Sql
  /** First connection for pages of readings; slow pages move to `historySql`. Default: `historySql`. */
  pageSql?: Sql
  /** connections of `historySql` */
  historyConnections?: number
  jwt: Jwt
  /** Encrypts the secrets of webhooks. */
  seal: SecretSeal
  log: Log
  metrics: Metrics
  /** address of the broker's status port */
  brokerUrl: string
  /** lifetime of a device token if the request has none */
  deviceTokenDays: number
  /** Age from which a value is stale, and after which a device that reports over HTTP is offline. Default: 600. */
  staleAfterS?: number
  /** Requests of logged-in callers that run or wait for their turn; further ones get 503. */
  requestsAtOnceMax?: number
  anonymousBodies?: WaitingBodiesOptions
  bodies?: WaitingBodiesOptions
  /** Proxies whose `X-Forwarded-For` is trusted, in the format of Express' "trust proxy". Default: none. */
  trustProxy?: boolean | number | string
  loginLimit?: LoginLimitOptions
  /** Anyone may create an account with the role `user`. Default: false. */
  allowRegistration?: boolean
  /** Webhooks may go to private addresses. Default: false. */
  allowPrivateWebhooks?: boolean
  /** Default: 10,000 vehicles and 10,000 devices. */
  quotas?: Quotas
  /** Origins whose pages may call the API, see cors.ts. Default: only its own. */
  corsOrigins?: string | undefined
  /** Default: a broker at the default port of this host, and the map that comes with the page. */
  dashboard?: DashboardOptions
  /** milliseconds since 1970 */
  now?: () => number
}

/**
 * Pending bodies of logged-in callers, 1 MiB each at most.
 * @limit pending bodies of users, and as many of devices | the sender with most of them loses the oldest
 */
const BODIES_MAX = 256
/**
 * Allows 1 MiB over a slow network.
 * @limit a pending body of a user | 400
 */
const BODY_WAIT_MS_MAX = 60_000
/**
 * Maximum of users' requests that run at once, and of those of one user. The latter is half of the connections to the
 * database, because one user's requests may wait for each other's locks.
 */
const TURNS = { atOnceMax: 20, ofUserMax: 5 }
/**
 * Quick queries run one at a time. With ten connections they would run at once, and on few processors an
 * acknowledgement would wait for its turn between them: docs/adr/009-questions-wait.md, "Measurements".
 */
export const QUICK_AT_ONCE_MAX = 1
/**
 * Requests of devices whose readings are being stored.
 * @limit messages over HTTP at once; of one network a fifth | 503 with `Retry-After`
 */
const DEVICE_REQUESTS_MAX = 1024
/**
 * Fraction of the free places that one network may take, because many devices may be behind one address. One network
 * gets 205 of 1024 places, and 28 networks get all.
 */
const NETWORK_PART = 1 / 4

const DASHBOARD: DashboardOptions = {
  mqttUrl: undefined,
  mqttWsPort: 8083,
  mqttWssPort: undefined,
  tilesUrl: undefined,
  tilesAttribution: undefined,
  styleUrl: undefined,
  mapOrigins: undefined,
}

const QUOTAS: Quotas = { vehiclesMax: 10_000, devicesMax: 10_000 }

/** The API as an Express app, not listening yet. */
export function createApp(options: AppOptions): Express {
  const { sql, jwt, seal, log, metrics, deviceTokenDays, loginLimit, now = Date.now } = options
  const {
    quickSql = sql,
    accessSql = quickSql,
    historySql = sql,
    pageSql = historySql,
    historyConnections = 2,
    requestsAtOnceMax = 1024,
    trustProxy = false,
    staleAfterS = 600,
    allowRegistration = false,
    allowPrivateWebhooks = false,
    quotas = QUOTAS,
    dashboard = DASHBOARD,
  } = options
  const limit = createLoginLimit({ now, ...loginLimit })
  const history = createHistoryQueries({ sql: historySql, atOnceMax: historyConnections, pageSql })
  const quick = createQuickQueries(quickSql, requestsAtOnceMax)
  const tokens = createApiTokens(jwt)
  const accessLog = createAccessLog({ sql, now })
  const callers = createCallers({ sql, accessSql, now })
  const broker = createBrokerClient({ url: options.brokerUrl, jwt, now })
  const checkRule = createCheckRule({ expressionFault })
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing')
  // mount.ts reads the query, and refuses what Express' parsers would accept by guessing.
  app.set('query parser', false).set('trust proxy', trustProxy)

  app.use(identify, observe(metrics, log), createSecurityHeaders(), createCompress())
  if (options.corsOrigins !== undefined) app.use(createCors(options.corsOrigins))
  app.use(createDocs())
  const routes = [
    ...loginRoutes({ sql, tokens, log, now, limit, accessLog }),
    ...sessionRoutes({ sql, tokens, now, accessLog }),
    ...registrationRoutes({ sql, isOpen: allowRegistration, limit }),
    ...meRoutes({ sql, limit, accessLog }),
    ...userRoutes({ sql }),
    ...grantRoutes({ sql }),
    ...groupRoutes({ sql }),
    ...auditRoutes({ sql }),
    ...serviceTokenRoutes({ sql, jwt, callers, now }),
    ...importRoutes({ sql, quotas }),
    ...vehicleRoutes({ sql, quick, quotas }),
    ...deviceRoutes({ sql, quotas }),
    ...publicKeyRoutes({ sql }),
    ...deviceTokenRoutes({ sql, jwt, deviceTokenDays, now }),
    ...mqttTokenRoutes({ jwt, now, accessLog }),
    ...commandRoutes({ sql }),
    ...presenceRoutes({ sql, staleAfterS }),
    ...telemetryRoutes({ sql, quick, history, now }),
    ...telemetryExportRoutes({ sql, history, accessLog }),
    ...journeyRoutes({ quick, history }),
    ...completenessRoutes({ sql, history, now }),
    ...positionRoutes({ sql, quick }),
    ...liveRoutes({ sql, staleAfterS }),
    // Before the routes of a single geofence, which would take `export` for a key.
    ...geofenceFileRoutes({ sql, accessLog }),
    ...geofenceRoutes({ sql, now }),
    ...vehiclesInsideRoutes({ sql }),
    ...latestRoutes({ sql, quick, staleAfterS }),
    ...telemetryInRoutes({ broker }),
    // Before the routes of a single dead letter, which would take `replay` for an id.
    ...deadLetterReplayRoutes({ sql, broker }),
    ...deadLetterRoutes({ sql, accessLog }),
    ...rulePreviewRoutes({ sql, history, checkRule, now }),
    ...ruleRoutes({ sql, checkRule, now }),
    ...eventRoutes({ sql }),
    ...channelRoutes({ sql, seal, allowPrivate: allowPrivateWebhooks }),
    ...deliveryRoutes({ sql }),
    ...overviewRoutes({ sql, broker, staleAfterS, now }),
    ...healthRoutes({ sql, metrics }),
    ...dashboardConfigRoutes(dashboard, staleAfterS),
  ]
  mountRoutes(app, [...routes, ...openApiRoutes(routes)], {
    isOwnOrigin: createOriginCheck(options.corsOrigins),
    jwt,
    callers,
    idempotency: createIdempotency(sql),
    ...createRequestLimits(options, requestsAtOnceMax),
  })
  app.use(createDashboard(dashboard))
  app.use((req, res) => void send(res, refuse('not_found', `no resource at ${req.path}`)))
  app.use(createErrorHandler(log))
  return app
}

function createQuickQueries(sql: Sql, waitingMax: number) {
  const refusal = refuse('unavailable', 'too many of your requests are waiting', {
    headers: { 'retry-after': '1' },
  })
  return createShortQueries({ sql, atOnceMax: QUICK_AT_ONCE_MAX, waitingMax, refusal })
}

function createRequestLimits({ bodies, anonymousBodies }: AppOptions, requestsAtOnceMax: number) {
  return {
    userLimit: createConcurrencyLimit(requestsAtOnceMax),
    turns: createFairQueue({ ...TURNS, waitingMax: requestsAtOnceMax }),
    bodies: createWaitingBodies({ atOnceMax: BODIES_MAX, waitMsMax: BODY_WAIT_MS_MAX, ...bodies }),
    anonymousBodies: createWaitingBodies(anonymousBodies),
    deviceBodies: createWaitingBodies({ atOnceMax: BODIES_MAX }),
    deviceLimit: createConcurrencyLimit(DEVICE_REQUESTS_MAX, NETWORK_PART),
  }
}

/** Accepts a proxy's request id if it is short and plain enough for the log. */
const identify: RequestHandler = (req, res, next) => {
  const given = req.get('x-request-id') ?? ''
  const requestId = /^[A-Za-z0-9_.-]{1,64}$/.test(given) ? given : randomUUID()
  res.locals['requestId'] = requestId
  res.set({ 'x-request-id': requestId, 'cache-control': 'no-store' })
  next()
}

/** Durations by route pattern, never by path: a label with keys in it would have unboundedly many values. */
function observe(metrics: Metrics, log: Log): RequestHandler {
  const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
  const name = 'http_request_duration_seconds'
  const durations = metrics.histogram(name, 'Time from a request to the end of its reply', buckets, [
    'route',
    'method',
    'status',
  ])
  const logRequest = createRequestLog(log)
  return (req, res, next) => {
    const address = req.ip ?? ''
    const startMs = performance.now()
    res.once('close', () => {
      const seconds = (performance.now() - startMs) / 1000
      const route = String(res.locals['route'] ?? '(none)')
      // nginx' code 499: the client left before the reply was complete.
      const status = res.writableFinished ? res.statusCode : 499
      durations.observe({ route, method: req.method, status }, seconds)
      const caller = res.locals['caller'] as string | undefined
      logRequest({
        request_id: requestIdOf(res),
        route,
        method: req.method,
        status,
        seconds,
        address,
        ...(caller !== undefined && { caller }),
      })
    })
    next()
  }
}

function createErrorHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const refusal = refusalOf(error)
    if (refusal.refused === 'internal' || refusal.refused === 'unavailable') {
      const { method, path } = req
      log.error(
        { event: 'request_failed', request_id: requestIdOf(res), method, path, err: error },
        refusal.detail,
      )
    }
    void send(res, refusal)
  }
}
