import { createClosers } from '../kit/closers.ts'
import { createJwt } from '../kit/jwt.ts'
import type { Log } from '../kit/log.ts'
import { createMetrics } from '../kit/metrics.ts'
import { logPlainText } from '../kit/plain-text.ts'
import type { Config } from '../kit/settings.ts'
import { openTls } from '../kit/tls.ts'
import { plainHostOf } from '../kit/tls-settings.ts'
import { connect, type Pool, type Sql } from '../sql/connect.ts'
import { readDurability } from '../sql/durability.ts'
import { LOOK_UP_SETTINGS } from '../sql/look-up-settings.ts'
import { startMaintenance } from '../sql/maintain.ts'
import { migrate } from '../sql/migrate.ts'
import { describeDatabaseError } from '../sql/unreachable.ts'
import { openCommands } from './commands/commands.ts'
import { openGate, type GateOptions } from './gate/gate.ts'
import { createIngest, type IngestOptions } from './ingest/ingest.ts'
import { openReceipts } from './ingest/receipts.ts'
import type { RowBuffer } from './ingest/row-buffer.ts'
import { openSpool } from './ingest/spool/spool.ts'
import type { StoreResult } from './ingest/store.ts'
import { readBrokerId } from './presence/broker-id.ts'
import { createLastLogins } from './presence/last-logins.ts'
import { openPresence } from './presence/presence.ts'
import { openReceiptClass } from './presence/receipt-class.ts'
import { createReports } from './presence/reports.ts'
import { createDuplicates } from './live/duplicates.ts'
import { openLiveFeed } from './live/feed.ts'
import { createNewestValues } from './live/newest.ts'
import { writeMissing } from './live/newest-queries.ts'
import { createSharedReadings } from './live/shared-readings.ts'
import { createStoredNews } from './live/stored-news.ts'
import { createReadiness } from './readiness.ts'
import { openRegistry } from './registry/registry.ts'
import { findStays, findStaysAt } from './registry/stays.ts'
import { openScopes } from './registry/scopes.ts'
import { createTokenUses } from './registry/token-uses.ts'
import { createRetentionMetric } from './retention-metric.ts'
import { createStatusReport } from './status-report.ts'
import { openStatus } from './status.ts'

export type BrokerConfig = Config & { DATABASE_URL: string; JWT_SECRET: string }

export interface Broker {
  mqttPort: number
  wsPort: number
  /** undefined without TLS */
  mqttsPort: number | undefined
  wssPort: number | undefined
  statusPort: number
  /** Looks at once whether the certificate's files have changed; it does so every few seconds anyway. */
  reloadCertificate(): Promise<void>
  /** Takes no new work, commits and acknowledges what is held, and closes; throws `closing_failed` when that takes over 9 s. */
  close(): Promise<void>
}

const CLOSE_DEADLINE_MS = 9000
/** Ours is the only one, whatever the role or the database is set to. */
const UNLIMITED_TIME = { statement_timeout: 0, lock_timeout: 0 }
/** A batch of late readings may meet more compressed rows than TimescaleDB's limit, and would never get through. */
const UNLIMITED_DECOMPRESSION = { 'timescaledb.max_tuples_decompressed_per_dml_transaction': 0 }

/** The broker of one process: gate -> ingest -> database. */
export async function openBroker(options: {
  config: BrokerConfig
  log: Log
  /** replace options of the gate and of ingest: shorter limits in tests */
  gate?: Partial<GateOptions>
  ingest?: Partial<IngestOptions>
}): Promise<Broker> {
  const { config, log, gate: gateOverrides, ingest: ingestOverrides } = options
  const closers = createClosers(log)
  const metrics = createMetrics()
  const pools: Pool[] = []
  // Together: one that waits for a frozen server takes a second.
  closers.add('connections', pools, (all) => Promise.all(all.map((it) => it.end({ timeout: 1 }))))
  const pool = (name: string, max: number, settings = {}) => {
    const applicationName = `fleetwire ${name}`
    const opened = connect({ url: config.DATABASE_URL, max, applicationName, settings })
    pools.push(opened)
    return opened
  }
  try {
    const tls = await openTls(config, { log, metrics })
    if (tls) closers.add('tls', tls, (it) => it.stop())
    const plainHost = plainHostOf(config)
    const sql = pool('broker', 4)
    const { flavour, applied } = await migrate(sql).catch((error: unknown) => {
      throw describeDatabaseError(error)
    })
    log.info({ event: 'schema_ready', flavour, applied }, 'the schema is up to date')
    const { RETENTION_DAYS: retentionDays, REJECTED_RETENTION_DAYS: rejectedRetentionDays } = config
    const onDeleted = createRetentionMetric(metrics)
    closers.add(
      'maintenance',
      startMaintenance({ sql, retentionDays, rejectedRetentionDays, log, onDeleted }),
      (it) => it.stop(),
    )

    const durable = await ensureDurable(sql, log)
    const writing = {
      ...durable,
      ...UNLIMITED_TIME,
      ...LOOK_UP_SETTINGS,
      ...(flavour === 'community' && UNLIMITED_DECOMPRESSION),
    }
    const { DATA_DIR: dataDir, SPOOL_MAX_BYTES: spoolBytesMax } = config
    const spool = closers.add('spool', await openSpool({ dataDir, bytesMax: spoolBytesMax, log }), (it) =>
      it.close(),
    )
    const receipts = closers.add('receipts', await openReceipts({ dataDir, log }), (it) => it.close())
    const brokerId = readBrokerId(dataDir)
    const receiptClass = closers.add('receipt class', await openReceiptClass({ sql, log, brokerId }), (it) =>
      it.close(),
    )
    const positioning = pool('positions', 1, { statement_timeout: 10_000, ...LOOK_UP_SETTINGS })
    await writeMissing(positioning).catch((err: unknown) =>
      log.warn({ event: 'positions_not_recovered', err }, 'the last second before a kill may be missing'),
    )
    const newest = closers.add('positions', createNewestValues({ sql: positioning, log }), (it) => it.close())
    const scopes = closers.add(
      'scopes',
      await openScopes({ sql: pool('scopes', 1), largeSql: pool('large scopes', 1), log }),
      (it) => it.close(),
    )
    scopes.onVehiclesGone(newest.forget)
    const { STALE_AFTER_S: staleAfterS, LIVE_INTERVAL_MS: intervalMs } = config
    const staleAfterMs = staleAfterS * 1000
    const live = closers.add(
      'live',
      await openLiveFeed({ sql, log, scopes, metrics, intervalMs, staleAfterMs }),
      (it) => it.close(),
    )
    const counting = pool('counts', 1, { statement_timeout: 10_000 })
    const tokenUses = createTokenUses({ sql: counting, log })
    const duplicates = createDuplicates({ sql: counting, log })
    const shared = createSharedReadings({ sql: counting, log })
    const reports = createReports({ sql: counting, log, staleAfterS })
    // Together: while the database hangs each takes a second.
    closers.add('counts', [tokenUses, duplicates, shared, reports], (all) =>
      Promise.all(all.map((it) => it.close())),
    )
    const registering = pool('registry', 1)
    const ingest = closers.add(
      'ingest',
      createIngest({
        copyConnections: Array.from({ length: config.COPY_CONNECTIONS }, (_, n) =>
          pool(`copy ${n}`, 1, writing),
        ),
        bulkConnection: pool('bulk copy', 1, writing),
        deadLetterConnection: pool('dead letters', 1, durable),
        drainConnection: pool('drain', 1, writing),
        probeConnection: pool('probe', 1),
        spool,
        receipts,
        restayQueries: { findStays, findStaysAt },
        receiptClass: receiptClass.number,
        findStaysAt: (...question) => findStaysAt(registering, ...question),
        log,
        metrics,
        clockSkewMaxS: config.CLOCK_SKEW_MAX_S,
        retentionDays,
        readingAgeMaxDays: config.READING_AGE_MAX_DAYS,
        deviceRejectedPerS: config.DEVICE_REJECTED_PER_S,
        deviceRejectedBytesPerS: config.DEVICE_REJECTED_BYTES_PER_S,
        batchRowsMax: config.BATCH_ROWS_MAX,
        waitingBytesMax: config.WAITING_BYTES_MAX,
        commitTimeoutMs: config.COMMIT_TIMEOUT_MS,
        onStored: createStoredNews<[RowBuffer, StoreResult]>(log, {
          positions: newest.note,
          live: live.note,
          duplicates: (rows, result) => duplicates.note(rows, result.duplicates),
          shared: (rows, { duplicates: again, nths }) => shared.note(rows, again, nths),
        }),
        ...ingestOverrides,
      }),
      (it) => it.drain(),
    )
    const registry = closers.add('registry', await openRegistry({ sql: registering, log }), (it) =>
      it.close(),
    )
    const commands = closers.add(
      'commands',
      await openCommands({ sql: pool('commands', 2), log, metrics }),
      (it) => it.close(),
    )
    const attending = pool('presence', 1)
    const presence = closers.add(
      'presence',
      await openPresence({ sql: attending, log, dataDir, staleAfterS }),
      (it) => it.close(),
    )
    const lastLogins = createLastLogins({ sql: attending, log, brokerId })
    const logins = closers.add('logins', lastLogins, (it) => it.close())
    const gate = closers.add(
      'gate',
      await openGate({
        accept: ingest.accept,
        pressure: ingest.pressure,
        receipts,
        onRefusedLate: (listener) => ingest.onRefusedLate(listener),
        commands,
        presence,
        logins,
        reports,
        live,
        registry,
        scopes,
        tokenUses,
        jwt: createJwt(config.JWT_SECRET, config.JWT_SECRET_PREVIOUS),
        log,
        metrics,
        host: plainHost,
        mqttPort: config.MQTT_PORT,
        wsPort: config.MQTT_WS_PORT,
        secure: tls && {
          tls,
          host: config.HOST,
          mqttsPort: config.MQTTS_PORT,
          wssPort: config.MQTT_WSS_PORT,
        },
        connectionsMax: config.CONNECTIONS_MAX,
        connectionsPerAddressMax: config.CONNECTIONS_PER_ADDRESS_MAX,
        deviceReadingsPerS: config.DEVICE_READINGS_PER_S,
        deviceBytesPerS: config.DEVICE_BYTES_PER_S,
        staleAfterMs,
        ...gateOverrides,
      }),
      (it) => it.close(),
    )
    const ready = createReadiness({ sql, ingest, spool })
    const statusHost = config.BROKER_STATUS_HOST ?? plainHost
    const { intake, mqttPort, wsPort, mqttsPort, wssPort } = gate
    const { WAITING_BYTES_MAX: waitingBytesMax } = config
    const reporting = { metrics, ready, spoolBytesMax, waitingBytesMax, mqttPort, mqttsPort }
    const report = closers.add('status report', createStatusReport(reporting), (it) => it.stop())
    const options = {
      host: statusHost,
      port: config.BROKER_STATUS_PORT,
      metrics,
      ready,
      report: report.read,
      intake,
    }
    const status = closers.add('status', await openStatus(options), (it) => it.close())

    const ports = { mqttPort, wsPort, mqttsPort, wssPort, statusPort: status.port }
    const isSameHost = statusHost === plainHost
    logPlainText(log, plainHost, ['MQTT', 'MQTT over WebSocket', ...(isSameHost ? ['broker status'] : [])])
    if (!isSameHost) logPlainText(log, statusHost, ['broker status'])
    log.info({ event: 'broker_ready', host: config.HOST, ...ports }, 'broker ready')
    return {
      ...ports,
      reloadCertificate: async () => tls?.reload(),
      close: () => closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS }).finally(() => ingest.abort()),
    }
  } catch (error) {
    await closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS }).catch(() => {})
    throw error
  }
}

/** Returns the settings with which a commit is on the disk when it is reported; warns if no setting of the broker can ensure that. */
async function ensureDurable(sql: Sql, log: Log): Promise<Record<string, string>> {
  const { synchronousCommit, missing } = await readDurability(sql)
  log.info({ event: 'durability', synchronousCommit, missing }, 'durability of commits in this database')
  if (missing.length > 0) {
    const what = missing.join(' and ')
    log.error(
      { event: 'database_not_durable', missing },
      `the database runs with ${what} off: a power cut can lose acknowledged readings`,
    )
  }
  // As it is now, should the server be set to less later.
  return { synchronous_commit: synchronousCommit === 'off' ? 'on' : synchronousCommit }
}
