import type { BrokerSample, BrokerStatus } from '../contract/broker-status.ts'
import type { Metrics } from '../kit/metrics.ts'

/** The figures of a status report that are gauges, without figures from settings. */
export type StatusGauges = Pick<
  BrokerStatus,
  | 'connections'
  | 'connections_held_back'
  | 'messages_pending'
  | 'waiting_bytes'
  | 'database_away'
  | 'database_slow'
  | 'ack_bounds_s'
> & { spool: Omit<BrokerStatus['spool'], 'bytes_max'> }

export async function readGauges(metrics: Metrics): Promise<StatusGauges> {
  const read = (name: string) => total(metrics, name)
  const [connections, heldBack, pending, waitingBytes, away, slow, messages, bytes, oldestS, buckets] =
    await Promise.all([
      read('connections'),
      read('connections_held_back'),
      read('messages_pending'),
      read('messages_waiting_bytes'),
      read('database_away'),
      read('database_slow'),
      read('spool_messages'),
      read('spool_bytes'),
      read('spool_oldest_seconds'),
      ackBuckets(metrics),
    ])
  return {
    connections,
    connections_held_back: heldBack,
    messages_pending: pending,
    waiting_bytes: waitingBytes,
    database_away: away > 0,
    database_slow: slow > 0,
    spool: { messages, bytes, oldest_s: oldestS },
    ack_bounds_s: buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite),
  }
}

export async function readSample(metrics: Metrics): Promise<BrokerSample> {
  const read = (name: string) => total(metrics, name)
  const [messages, stored, duplicates, rejected, spooled, drained, acks] = await Promise.all([
    read('messages_settled_total'),
    read('readings_stored_total'),
    read('readings_duplicate_total'),
    read('readings_rejected_total'),
    read('messages_spooled_total'),
    read('messages_drained_total'),
    ackBuckets(metrics),
  ])
  return {
    at: new Date().toISOString(),
    messages_settled: messages,
    readings_stored: stored,
    readings_duplicate: duplicates,
    readings_rejected: rejected,
    messages_spooled: spooled,
    messages_drained: drained,
    ack_counts: acks.map(({ value }) => value),
  }
}

/** The sum of a metric over all values of its labels. */
async function total(metrics: Metrics, name: string): Promise<number> {
  return (await metrics.values(name)).reduce((sum, it) => sum + it.value, 0)
}

async function ackBuckets(metrics: Metrics) {
  const values = await metrics.values('ack_seconds')
  return values.filter(({ name }) => name === 'ack_seconds_bucket')
}
