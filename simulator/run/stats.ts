import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { DisconnectCause } from '../devices/disconnect.ts'
import { FAULT_KINDS, RETENTION_FAULTS, type FaultCounts, type FaultKind } from '../traffic/faults.ts'
import { createLatencySeries, type LatencySecond } from './latency-series.ts'

const US_PER_MS = 1000
const LATENCY_US_MAX = 600_000_000

export type Stats = ReturnType<typeof createStats>

export interface Spread {
  p50: number
  p99: number
  max: number
}

/**
 * The counts of a run. The histograms are bounded: three figures up to ten minutes.
 * @param onSecond called with the latencies of each second when it is over
 */
export function createStats(onSecond?: (second: LatencySecond) => void) {
  const latencyUs = createHistogram({ lowest: 1, highest: LATENCY_US_MAX, figures: 3 })
  const offlineUs = createHistogram({ lowest: 1, highest: LATENCY_US_MAX, figures: 3 })
  const bySecond = createLatencySeries(onSecond)
  const counts = {
    messages: 0,
    readings: 0,
    acknowledged: 0,
    acknowledgedReadings: 0,
    reconnects: 0,
    failedConnects: 0,
    resent: 0,
    heldBack: 0,
    moves: 0,
  }
  const faults = new Map<FaultKind, number>()
  const disconnects = new Map<DisconnectCause, number>()

  return {
    counts,
    sent(readings: number, fault: FaultKind | undefined): void {
      counts.messages++
      counts.readings += readings
      if (fault) faults.set(fault, (faults.get(fault) ?? 0) + 1)
    },
    acked(readings: number, latencyMs: number): void {
      counts.acknowledged++
      counts.acknowledgedReadings += readings
      const us = toUs(latencyMs)
      latencyUs.record(us)
      bySecond.add(us, Date.now())
    },
    disconnected(cause: DisconnectCause): void {
      disconnects.set(cause, (disconnects.get(cause) ?? 0) + 1)
    },
    reconnected(offlineMs: number): void {
      counts.reconnects++
      offlineUs.record(toUs(offlineMs))
    },
    latencyMs: (): Spread | null => spreadOf(latencyUs),
    /** how long devices were without a connection, each time that they lost one and reconnected */
    offlineMs: (): Spread | null => spreadOf(offlineUs),
    bySecond,
    disconnects: (): Partial<Record<DisconnectCause, number>> => Object.fromEntries(disconnects),
    faults: (): FaultCounts =>
      Object.fromEntries(
        [...FAULT_KINDS, ...RETENTION_FAULTS]
          .filter((it) => faults.has(it))
          .map((it) => [it, faults.get(it)]),
      ),
  }
}

function toUs(ms: number): number {
  return Math.min(LATENCY_US_MAX, Math.max(1, Math.round(ms * US_PER_MS)))
}

function spreadOf(us: RecordableHistogram): Spread | null {
  if (us.count === 0) return null
  const ms = (value: number) => Math.round(value / 10) / 100
  return { p50: ms(us.percentile(50)), p99: ms(us.percentile(99)), max: ms(us.max) }
}
