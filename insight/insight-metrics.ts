import type { Metrics } from '../kit/metrics.ts'
import type { Engine, Tick } from './engine.ts'

const TICK_BUCKETS_S = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]

export function createInsightMetrics(
  metrics: Metrics,
  { engine, isActive }: { engine: Engine; isActive: () => boolean },
): { onTick: (tick: Tick, ms: number) => void; onReplayed: (readings: number) => void } {
  const lag = metrics.gauge(
    'insight_lag_seconds',
    'Age of the oldest change of readings when it was analysed, in the newest tick',
  )
  const analysed = metrics.counter('insight_readings_total', 'Readings analysed in order of time')
  const replayed = metrics.counter(
    'insight_replayed_readings_total',
    'Readings analysed again, because earlier ones arrived late or settings changed',
  )
  const ticks = metrics.histogram(
    'insight_tick_seconds',
    'Duration of analysing the newest readings',
    TICK_BUCKETS_S,
  )
  metrics.gauge('insight_active', '1 if this process analyses readings, 0 if it is a standby', () =>
    isActive() ? 1 : 0,
  )
  metrics.gauge('insight_vehicles', 'Vehicles whose state is in memory', () => engine.vehicles)
  metrics.gauge(
    'insight_waiting_vehicles',
    'Changes in the past of a vehicle that wait to be analysed again',
    () => engine.dirty.size,
  )
  metrics.gauge(
    'insight_waiting_seconds',
    'Age of the oldest of them',
    () => engine.dirty.ageMs(Date.now()) / 1000,
  )
  metrics.gauge('insight_failing_vehicles', 'Vehicles that cannot be analysed', () => engine.dirty.failing)
  return {
    onTick(tick, ms) {
      lag.set(tick.lagMs / 1000)
      analysed.inc(tick.readings)
      ticks.observe(ms / 1000)
    },
    onReplayed: (readings) => replayed.inc(readings),
  }
}
