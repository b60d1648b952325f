import { createJwt } from '../kit/jwt.ts'
import type { Log } from '../kit/log.ts'
import { openTls, type Tls } from '../kit/tls.ts'
import { plainHostOf } from '../kit/tls-settings.ts'
import { openAfterCommit } from './after-commit.ts'
import { openCommands } from './commands/commands.ts'
import { createContext, type BrokerConfig, type BrokerContext } from './context.ts'
import { openDataDir } from './data-dir.ts'
import { prepareDatabase, type Database } from './database.ts'
import { openEvents } from './events/events.ts'
import { openGate } from './gate/gate.ts'
import { createIngest } from './ingest/ingest.ts'
import { createLastLogins } from './presence/last-logins.ts'
import { openPresence } from './presence/presence.ts'
import { openRegistry } from './registry/registry.ts'
import { findStays, findStaysAt } from './registry/stays.ts'
import { openStatusPages } from './status-pages.ts'

export interface Broker {
  mqttPort: number
  wsPort: number
  /** `undefined` if there is no TLS */
  mqttsPort: number | undefined
  wssPort: number | undefined
  statusPort: number
  /** Checks now whether the files of the certificate have changed, besides the check every few seconds. */
  reloadCertificate(): Promise<void>
  /** Takes no new work, commits and acknowledges held messages, and closes. Throws `closing_failed` if that takes over 9 s. */
  close(): Promise<void>
}

export interface BrokerOptions {
  config: BrokerConfig
  log: Log
}

/** The two parts that meet in the broker only. */
export interface BrokerParts {
  createIngest: typeof createIngest
  openGate: typeof openGate
}

const CLOSE_DEADLINE_MS = 9000

/** The broker of one process: gate -> ingest -> database. */
export function openBroker(options: BrokerOptions): Promise<Broker> {
  return composeBroker(options, { createIngest, openGate })
}

/** Opens all parts in the order of their dependencies, and closes them in reverse. */
export async function composeBroker({ config, log }: BrokerOptions, parts: BrokerParts): Promise<Broker> {
  const context = createContext(config, log)
  const { metrics, closers, pool } = context
  try {
    const tls = await openTls(config, { log, metrics })
    if (tls) closers.add('tls', tls, (it) => it.stop())
    const database = await prepareDatabase(context)
    const { sql } = database
    const { spool, receipts, brokerId, receiptClass } = await openDataDir(context, sql)
    const { scopes, live, tokenUses, reports, onStored } = await openAfterCommit(context, sql)
    const registering = pool('registry', 1)
    const ingest = parts.createIngest({
      ...ingestSettings(context, database),
      spool,
      receipts,
      restayQueries: { findStays, findStaysAt },
      receiptClass: receiptClass.number,
      findStaysAt: (...question) => findStaysAt(registering, ...question),
      onStored,
    })
    closers.add('ingest', ingest, (it) => it.drain())
    const registry = await openRegistry({ sql: registering, log })
    closers.add('registry', registry, (it) => it.close())
    const commands = await openCommands({ sql: pool('commands', 2), log, metrics })
    closers.add('commands', commands, (it) => it.close())
    const attending = pool('presence', 1)
    const { DATA_DIR: dataDir, STALE_AFTER_S: staleAfterS } = config
    const presence = await openPresence({ sql: attending, log, dataDir, staleAfterS })
    closers.add('presence', presence, (it) => it.close())
    const lastLogins = createLastLogins({ sql: attending, log, brokerId })
    const logins = closers.add('logins', lastLogins, (it) => it.close())
    const gate = await parts.openGate({
      ...gateSettings(context, tls),
      accept: ingest.accept,
      pressure: ingest.pressure,
      onRefusedLate: (listener) => ingest.onRefusedLate(listener),
      receipts,
      commands,
      presence,
      logins,
      reports,
      live,
      registry,
      scopes,
      tokenUses,
    })
    closers.add('gate', gate, (it) => it.close())
    const events = await openEvents({ sql: pool('events', 1), log, publish: gate.publishEvent })
    closers.add('events', events, (it) => it.close())
    const statusPort = await openStatusPages(context, { sql, ingest, spool, gate })

    const { mqttPort, wsPort, mqttsPort, wssPort } = gate
    const ports = { mqttPort, wsPort, mqttsPort, wssPort, statusPort }
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

function ingestSettings({ config, log, metrics, pool }: BrokerContext, { durable, writing }: Database) {
  return {
    copyConnections: Array.from({ length: config.COPY_CONNECTIONS }, (_, n) => pool(`copy ${n}`, 1, writing)),
    bulkConnection: pool('bulk copy', 1, writing),
    deadLetterConnection: pool('dead letters', 1, durable),
    drainConnection: pool('drain', 1, writing),
    probeConnection: pool('probe', 1),
    log,
    metrics,
    clockSkewMaxS: config.CLOCK_SKEW_MAX_S,
    retentionDays: config.RETENTION_DAYS,
    readingAgeMaxDays: config.READING_AGE_MAX_DAYS,
    deviceRejectedPerS: config.DEVICE_REJECTED_PER_S,
    deviceRejectedBytesPerS: config.DEVICE_REJECTED_BYTES_PER_S,
    batchRowsMax: config.BATCH_ROWS_MAX,
    waitingBytesMax: config.WAITING_BYTES_MAX,
    commitTimeoutMs: config.COMMIT_TIMEOUT_MS,
    notesChanges: config.INSIGHT === 'on',
  }
}

function gateSettings({ config, log, metrics }: BrokerContext, tls: Tls | undefined) {
  return {
    jwt: createJwt(config.JWT_SECRET, config.JWT_SECRET_PREVIOUS),
    log,
    metrics,
    host: plainHostOf(config),
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
    staleAfterMs: config.STALE_AFTER_S * 1000,
  }
}
