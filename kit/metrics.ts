import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type { Counter, Gauge, Histogram } from 'prom-client'

export interface Metrics {
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>
  gauge(name: string, help: string, read?: () => number): Gauge
  /** A gauge for each value of one label, by that value. */
  gauges(name: string, help: string, label: string, read: () => Record<string, number>): void
  /** `buckets` are upper bounds in the unit that ends the name. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labels?: readonly L[],
  ): Histogram<L>
  /** The current values of a metric, one for each combination of labels; empty for an unknown name. */
  values(name: string): Promise<MetricValue[]>
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>
  contentType: string
}

/** A histogram has several: their names end in `_bucket`, with a label `le`, in `_sum` or in `_count`. */
export interface MetricValue {
  name: string
  labels: Readonly<Record<string, string | number | undefined>>
  value: number
}

const full = (name: string) => `fleetwire_${name}`

/** A registry; each part of a process has its own. Every name is prefixed with `fleetwire_`. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  return {
    counter: (name, help, labels = []) =>
      new Counter({ name: full(name), help, labelNames: [...labels], registers }),
    gauge: (name, help, read) =>
      new Gauge({
        name: full(name),
        help,
        registers,
        ...(read && {
          collect() {
            this.set(read())
          },
        }),
      }),
    gauges: (name, help, label, read) =>
      void new Gauge({
        name: full(name),
        help,
        labelNames: [label],
        registers,
        collect() {
          for (const [value, count] of Object.entries(read())) this.set({ [label]: value }, count)
        },
      }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name: full(name), help, buckets, labelNames: [...labels], registers }),
    async values(name) {
      const metric = await registry.getSingleMetric(full(name))?.get()
      const values: { value: number; labels: MetricValue['labels']; metricName?: string }[] =
        metric?.values ?? []
      return values.map(({ value, labels, metricName = full(name) }) => ({
        name: metricName.slice(full('').length),
        labels,
        value,
      }))
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
