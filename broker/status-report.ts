import { RECENT_SAMPLES_MAX, type BrokerSample, type BrokerStatus } from '../contract/broker-status.ts'
import type { Metrics } from '../kit/metrics.ts'
import { VERSION } from '../kit/version.ts'
import type { Readiness } from './readiness.ts'

export interface StatusReport {
  /** Takes no longer than `readiness` does. Rejects only when the spool was damaged since the start. */
  read: () => Promise<BrokerStatus>
  stop: () => void
}

export interface StatusReportOptions {
  metrics: Metrics
  readiness: () => Promise<Readiness>
  spoolBytesMax: number
  waitingBytesMax: number
  mqttPort: number
  /** undefined without TLS */
  mqttsPort: number | undefined
  /** between the samples that are kept; default: a minute */
  sampleMs?: number
}

/**
 * The state of this broker for an operator, from its metrics. It remembers its counters of the last hour, so that the
 * operator sees when a problem began.
 */
export function createStatusReport(options: StatusReportOptions): StatusReport {
  const { metrics, readiness, sampleMs = 60_000 } = options
  const startedAt = new Date().toISOString()
  const recent: BrokerSample[] = []

  const total = async (name: string) => (await metrics.values(name)).reduce((sum, it) => sum + it.value, 0)

  async function ackBuckets() {
    const values = await metrics.values('ack_seconds')
    return values.filter(({ name }) => name === 'ack_seconds_bucket')
  }

  async function sample(): Promise<BrokerSample> {
    const [messages, stored, duplicates, rejected, spooled, drained, acks] = await Promise.all([
      total('messages_settled_total'),
      total('readings_stored_total'),
      total('readings_duplicate_total'),
      total('readings_rejected_total'),
      total('messages_spooled_total'),
      total('messages_drained_total'),
      ackBuckets(),
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

  async function keep(): Promise<void> {
    recent.push(await sample())
    if (recent.length > RECENT_SAMPLES_MAX) recent.shift()
  }

  // The first sample at once, so that the first minute is also visible.
  void keep()
  const timer = setInterval(() => void keep(), sampleMs).unref()

  return {
    async read() {
      const { ready, detail } = await readiness()
      const [
        connections,
        heldBack,
        pending,
        waitingBytes,
        away,
        slow,
        messages,
        bytes,
        oldestS,
        buckets,
        now,
      ] = await Promise.all([
        total('connections'),
        total('connections_held_back'),
        total('messages_pending'),
        total('messages_waiting_bytes'),
        total('database_away'),
        total('database_slow'),
        total('spool_messages'),
        total('spool_bytes'),
        total('spool_oldest_seconds'),
        ackBuckets(),
        sample(),
      ])
      return {
        version: VERSION,
        started_at: startedAt,
        ready,
        detail,
        mqtt_port: options.mqttPort,
        mqtts_port: options.mqttsPort ?? null,
        connections,
        connections_held_back: heldBack,
        messages_pending: pending,
        waiting_bytes: waitingBytes,
        waiting_bytes_max: options.waitingBytesMax,
        database_away: away > 0,
        database_slow: slow > 0,
        spool: { messages, bytes, bytes_max: options.spoolBytesMax, oldest_s: oldestS },
        ack_bounds_s: buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite),
        now,
        recent: [...recent],
      }
    },
    stop: () => clearInterval(timer),
  }
}
