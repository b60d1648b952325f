import { setTimeout as delay } from 'node:timers/promises'
import { createClosers } from '../kit/closers.ts'
import { FleetwireError } from '../kit/errors.ts'
import { createJwt } from '../kit/jwt.ts'
import type { Log } from '../kit/log.ts'
import { createMetrics } from '../kit/metrics.ts'
import type { Config } from '../kit/settings.ts'
import { connect } from '../sql/connect.ts'
import { startMaintenance } from '../sql/maintain.ts'
import { migrate } from '../sql/migrate.ts'
import { describeDatabaseError } from '../sql/unreachable.ts'
import { openGate } from './gate/gate.ts'
import { createIngest } from './ingest/ingest.ts'
import { openRegistry } from './registry/registry.ts'
import { openStatus } from './status.ts'

export type BrokerConfig = Config & { DATABASE_URL: string; JWT_SECRET: string }

export interface Broker {
  mqttPort: number
  wsPort: number
  statusPort: number
  /** Takes no new work, commits and acknowledges what is held, and closes; throws `closing_failed` when that takes over 9 s. */
  close(): Promise<void>
}

const CLOSE_DEADLINE_MS = 9000
const READY_DEADLINE_MS = 2000
/** A batch of late readings may meet more compressed rows than TimescaleDB's limit, and would never get through. */
const UNLIMITED_DECOMPRESSION = { 'timescaledb.max_tuples_decompressed_per_dml_transaction': 0 }

/** The broker of one process: gate -> ingest -> database. */
export async function openBroker({ config, log }: { config: BrokerConfig; log: Log }): Promise<Broker> {
  const closers = createClosers(log)
  const metrics = createMetrics()
  const pool = (name: string, max: number, settings = {}) =>
    closers.add(
      name,
      connect({ url: config.DATABASE_URL, max, applicationName: `fleetwire ${name}`, settings }),
      (it) => it.end({ timeout: 1 }),
    )
  try {
    const sql = pool('broker', 4)
    const { flavour, applied } = await migrate(sql).catch((error: unknown) => {
      throw describeDatabaseError(error)
    })
    log.info({ event: 'schema_ready', flavour, applied }, 'the schema is up to date')
    const maintenance = { sql, retentionDays: config.RETENTION_DAYS, log }
    closers.add('maintenance', startMaintenance(maintenance), (it) => it.stop())

    const copyConnections = Array.from({ length: config.COPY_CONNECTIONS }, (_, n) =>
      pool(`copy ${n}`, 1, flavour === 'community' ? UNLIMITED_DECOMPRESSION : {}),
    )
    const ingest = closers.add(
      'ingest',
      createIngest({
        copyConnections,
        sql,
        log,
        metrics,
        clockSkewMaxS: config.CLOCK_SKEW_MAX_S,
        batchRowsMax: config.BATCH_ROWS_MAX,
        waitingBytesMax: config.WAITING_BYTES_MAX,
      }),
      (it) => it.drain(),
    )
    const registry = closers.add('registry', await openRegistry({ sql: pool('registry', 1), log }), (it) =>
      it.close(),
    )
    const gate = closers.add(
      'gate',
      await openGate({
        accept: ingest.accept,
        registry,
        jwt: createJwt(config.JWT_SECRET, config.JWT_SECRET_PREVIOUS),
        log,
        metrics,
        host: config.HOST,
        mqttPort: config.MQTT_PORT,
        wsPort: config.MQTT_WS_PORT,
        connectionsMax: config.CONNECTIONS_MAX,
      }),
      (it) => it.close(),
    )
    const ready = () => Promise.race([sql`select 1`, timeout('the database did not answer')])
    const options = { host: config.HOST, port: config.BROKER_STATUS_PORT, metrics, ready }
    const status = closers.add('status', await openStatus(options), (it) => it.close())

    const { mqttPort, wsPort } = gate
    log.info(
      { event: 'broker_ready', host: config.HOST, mqttPort, wsPort, statusPort: status.port },
      'broker ready',
    )
    return {
      mqttPort,
      wsPort,
      statusPort: status.port,
      close: () => closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS }).finally(() => ingest.abort()),
    }
  } catch (error) {
    await closers.closeAll({ deadlineMs: CLOSE_DEADLINE_MS }).catch(() => {})
    throw error
  }
}

async function timeout(what: string): Promise<never> {
  await delay(READY_DEADLINE_MS, undefined, { ref: false })
  throw new FleetwireError('unavailable', `${what} within ${READY_DEADLINE_MS} ms`)
}
