import type { Rejection } from '../../contract/problems.ts'
import type { Metrics } from '../../kit/metrics.ts'
import type { Availability } from './availability.ts'
import type { Spool } from './spool/spool.ts'
import type { StoreResult } from './store-result.ts'

export type IngestMetrics = ReturnType<typeof createIngestMetrics>

/** `read` is called whenever the metrics are read. */
export function createIngestMetrics(
  metrics: Metrics,
  read: { waitingBytes: () => number; pending: () => number; spool: Spool; availability: Availability },
) {
  const messages = metrics.counter('messages_settled_total', 'Messages whose readings all have an outcome')
  const stored = metrics.counter('readings_stored_total', 'Readings committed to telemetry')
  const duplicates = metrics.counter('readings_duplicate_total', 'Readings that had been stored before')
  const rejected = metrics.counter(
    'readings_rejected_total',
    'Readings or whole messages that became dead letters',
    ['code'],
  )
  metrics.gauge('messages_pending', 'Messages received and not yet settled', read.pending)
  metrics.gauge('messages_waiting_bytes', 'Payload bytes that wait for room in a batch', read.waitingBytes)

  const { spool, availability } = read
  metrics.gauge('spool_messages', 'Messages in the spool', () => spool.messages)
  metrics.gauge('spool_bytes', 'Bytes that the messages in the spool occupy', () => spool.bytes)
  metrics.gauge('spool_oldest_seconds', 'Seconds since the oldest message in the spool was received', () => {
    const oldestMs = spool.oldestReceivedAtMs()
    return oldestMs === undefined ? 0 : Math.max(0, (Date.now() - oldestMs) / 1000)
  })
  metrics.gauge('database_away', '1 while the database accepts no writes', () =>
    availability.outage === undefined ? 0 : 1,
  )
  metrics.gauge(
    'database_slow',
    '1 while the database answers but takes longer than COMMIT_TIMEOUT_MS',
    () => (availability.slowness === undefined ? 0 : 1),
  )

  const batchRows = metrics.histogram(
    'batch_rows',
    'Readings in a batch',
    [1, 10, 50, 100, 250, 500, 1000, 2500, 5000],
  )

  return {
    commitSeconds: metrics.histogram(
      'commit_seconds',
      'Time to commit a batch, retries included, if it was committed',
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    ),
    spooled: metrics.counter('messages_spooled_total', 'Messages that went to the spool'),
    lateBatches: metrics.counter(
      'batches_late_total',
      'Batches that took longer than COMMIT_TIMEOUT_MS while the database was reachable',
    ),
    lateMessages: metrics.counter(
      'messages_late_total',
      'Messages that left the spool when their own late batch was committed',
    ),
    rewritten: metrics.counter(
      'messages_rewritten_total',
      'Messages that are written again because it is unknown whether the database committed them',
    ),
    lettersDropped: metrics.counter(
      'dead_letters_dropped_total',
      'Rejections that were counted but not kept, because their device had too many',
    ),
    drained: metrics.counter('messages_drained_total', 'Messages that went from the spool to the database'),

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
