import { toTable } from './sections.ts'
import { createMetrics, type Metrics } from '../../kit/metrics.ts'

export interface RecordedMetric {
  name: string
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
}

/** Working metrics that also record how they were declared. */
export function recordMetrics(): { metrics: Metrics; recorded: RecordedMetric[] } {
  const real = createMetrics()
  const recorded: RecordedMetric[] = []
  const metrics: Metrics = {
    ...real,
    counter(name, help, labels) {
      recorded.push({ name, type: 'counter', help, labels: labels ?? [] })
      return real.counter(name, help, labels)
    },
    gauge(name, help, read) {
      recorded.push({ name, type: 'gauge', help, labels: [] })
      return real.gauge(name, help, read)
    },
    gauges(name, help, label, read) {
      recorded.push({ name, type: 'gauge', help, labels: [label] })
      real.gauges(name, help, label, read)
    },
    histogram(name, help, buckets, labels) {
      recorded.push({ name, type: 'histogram', help, labels: labels ?? [] })
      return real.histogram(name, help, buckets, labels)
    },
  }
  return { metrics, recorded }
}

export function describeMetrics(recorded: readonly RecordedMetric[]): string {
  const rows = recorded
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, type, help, labels }) => [
      `\`fleetwire_${name}\``,
      labels.length === 0 ? type : `${type} by ${labels.map((it) => `\`${it}\``).join(', ')}`,
      help,
    ])
  return toTable(['metric', 'type', 'meaning'], rows)
}
