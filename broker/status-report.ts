import { RECENT_SAMPLES_MAX, type BrokerSample, type BrokerStatus } from '../contract/broker-status.ts'
import type { Metrics } from '../kit/metrics.ts'
import { VERSION } from '../kit/version.ts'
import type { Readiness } from './readiness.ts'
import { readGauges, readSample } from './status-figures.ts'

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
  /** `undefined` if there is no TLS */
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

  async function keep(): Promise<void> {
    recent.push(await readSample(metrics))
    if (recent.length > RECENT_SAMPLES_MAX) recent.shift()
  }

  // Takes the first sample immediately, so that the first minute is also visible.
  void keep()
  const timer = setInterval(() => void keep(), sampleMs).unref()

  return {
    async read() {
      const { ready, detail } = await readiness()
      const [gauges, now] = await Promise.all([readGauges(metrics), readSample(metrics)])
      return {
        version: VERSION,
        started_at: startedAt,
        ready,
        detail,
        mqtt_port: options.mqttPort,
        mqtts_port: options.mqttsPort ?? null,
        ...gauges,
        waiting_bytes_max: options.waitingBytesMax,
        spool: { ...gauges.spool, bytes_max: options.spoolBytesMax },
        now,
        recent: [...recent],
      }
    },
    stop: () => clearInterval(timer),
  }
}
