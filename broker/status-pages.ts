import { logPlainText } from '../kit/plain-text.ts'
import { plainHostOf } from '../kit/tls-settings.ts'
import type { Sql } from '../sql/connect.ts'
import type { BrokerContext } from './context.ts'
import type { Gate } from './gate/gate.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { Spool } from './ingest/spool/spool.ts'
import { createReadiness } from './readiness.ts'
import { createStatusReport } from './status-report.ts'
import { openStatus } from './status.ts'

/** Opens the status port, and logs which ports are open without TLS. Returns its number. */
export async function openStatusPages(
  { config, log, metrics, closers }: BrokerContext,
  parts: { sql: Sql; ingest: Ingest; spool: Spool; gate: Gate },
): Promise<number> {
  const { mqttPort, mqttsPort, intake } = parts.gate
  const plainHost = plainHostOf(config)
  const host = config.BROKER_STATUS_HOST ?? plainHost
  const readiness = createReadiness(parts)
  const { SPOOL_MAX_BYTES: spoolBytesMax, WAITING_BYTES_MAX: waitingBytesMax } = config
  const reporting = { metrics, readiness, spoolBytesMax, waitingBytesMax, mqttPort, mqttsPort }
  const report = closers.add('status report', createStatusReport(reporting), (it) => it.stop())
  const options = { host, port: config.BROKER_STATUS_PORT, metrics, readiness, report: report.read, intake }
  const status = closers.add('status', await openStatus(options), (it) => it.close())
  const isSameHost = host === plainHost
  logPlainText(log, plainHost, ['MQTT', 'MQTT over WebSocket', ...(isSameHost ? ['broker status'] : [])])
  if (!isSameHost) logPlainText(log, host, ['broker status'])
  return status.port
}
