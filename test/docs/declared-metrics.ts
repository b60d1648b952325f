import { readdirSync, readFileSync } from 'node:fs'
import { createInsightMetrics } from '../../insight/insight-metrics.ts'
import { createCommandMetrics } from '../../broker/commands/metrics.ts'
import { createGateMetrics } from '../../broker/gate/metrics.ts'
import { createIngestMetrics } from '../../broker/ingest/metrics.ts'
import { createLiveMetrics } from '../../broker/live/metrics.ts'
import { createRetentionMetric } from '../../broker/database.ts'
import { createLog } from '../../kit/log.ts'
import { openTls } from '../../kit/tls.ts'
import { makeAuthority, makeCertificateFolder } from '../support/certificates.ts'
import { recordMetrics, type RecordedMetric } from './metrics.ts'
import { ROOT } from './sections.ts'

/** Metrics of the broker and of TLS, as their rooms declare them. None of them is read. */
export async function declareBrokerMetrics(): Promise<RecordedMetric[]> {
  const { metrics, recorded } = recordMetrics()
  const none = () => 0
  createGateMetrics(metrics, { connections: none, away: none, held: () => ({}) as never })
  createIngestMetrics(metrics, {
    waitingBytes: none,
    pending: none,
    spool: undefined as never,
    availability: undefined as never,
  })
  createLiveMetrics(metrics, { listeners: none })
  createInsightMetrics(metrics, { engine: { dirty: { size: 0 } } as never, isActive: () => true })
  createCommandMetrics(metrics)
  createRetentionMetric(metrics)
  await declareTlsMetrics(metrics)
  return recorded
}

async function declareTlsMetrics(metrics: ReturnType<typeof recordMetrics>['metrics']): Promise<void> {
  const authority = await makeAuthority('the authority of the documents')
  const folder = makeCertificateFolder(await authority.issue('localhost'))
  try {
    const settings = { ...folder.settings, TLS_CLIENT_CERT: 'none', TLS_CLIENT_CA_FILE: undefined } as const
    const tls = await openTls(settings, { log: createLog('docs', 'silent'), metrics })
    tls?.stop()
  } finally {
    folder.remove()
  }
}

/** Names of metrics that the sources declare, found as text, to check that none is missing above. */
export function metricNamesInSources(): string[] {
  const files = ['api', 'broker', 'insight', 'kit', 'sql'].flatMap((room) =>
    readdirSync(`${ROOT}${room}`, { recursive: true, encoding: 'utf8' })
      .filter((it) => it.endsWith('.ts'))
      .map((it) => `${ROOT}${room}/${it}`),
  )
  return files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /metrics\s*\.(?:counter|gauges?|histogram)\(\s*(?:'([a-z_]+)'|name\b)/g,
      ),
    ].flatMap(([, name]) => name ?? []),
  )
}
