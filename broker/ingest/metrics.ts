import type { Rejection } from '../../contract/problems.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { StoreResult } from './store.ts'

export type IngestMetrics = ReturnType<typeof createIngestMetrics>

/** `waitingBytes` and `pending` are read when the metrics are. */
export function createIngestMetrics(
  metrics: Metrics,
  read: { waitingBytes: () => number; pending: () => number },
) {
  const messages = metrics.counter('messages_settled_total', 'Messages whose readings all have an outcome')
  const stored = metrics.counter('readings_stored_total', 'Readings committed to telemetry')
  const duplicates = metrics.counter('readings_duplicate_total', 'Readings that were stored before')
  const rejected = metrics.counter(
    'readings_rejected_total',
    'Readings or whole messages that became dead letters',
    ['code'],
  )
  metrics.gauge('messages_pending', 'Messages received and not yet settled', read.pending)
  metrics.gauge('messages_waiting_bytes', 'Payload bytes that wait for room in a batch', read.waitingBytes)

  const batchRows = metrics.histogram(
    'batch_rows',
    'Readings in a batch',
    [1, 10, 50, 100, 250, 500, 1000, 2500, 5000],
  )

  return {
    commitSeconds: metrics.histogram(
      'commit_seconds',
      'Time to commit a batch, retries included',
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    ),
    refused: metrics.counter('messages_refused_total', 'Messages not taken because too much was waiting'),

    countBatch(rows: number, messageCount: number, { duplicates: stale, refused }: StoreResult): void {
      messages.inc(messageCount)
      stored.inc(rows - stale.size - refused.size)
      duplicates.inc(stale.size)
      if (rows > 0) batchRows.observe(rows)
    },

    countRejected(rejections: readonly Rejection[]): void {
      for (const { problems } of rejections) rejected.inc({ code: problems[0]?.code ?? 'not_json' })
    },
  }
}
