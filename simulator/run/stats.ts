import { createHistogram } from 'node:perf_hooks'
import { FAULT_KINDS, type FaultCounts, type FaultKind } from '../traffic/faults.ts'

const US_PER_MS = 1000
const LATENCY_US_MAX = 600_000_000

export type Stats = ReturnType<typeof createStats>

/** What is counted while running. The histogram is bounded: three figures up to ten minutes. */
export function createStats() {
  const latencyUs = createHistogram({ lowest: 1, highest: LATENCY_US_MAX, figures: 3 })
  const counts = {
    messages: 0,
    readings: 0,
    acknowledged: 0,
    acknowledgedReadings: 0,
    reconnects: 0,
    failedConnects: 0,
    resent: 0,
    heldBack: 0,
  }
  const faults = new Map<FaultKind, number>()

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
      latencyUs.record(Math.min(LATENCY_US_MAX, Math.max(1, Math.round(latencyMs * US_PER_MS))))
    },
    latencyMs(): { p50: number; p99: number; max: number } | null {
      if (counts.acknowledged === 0) return null
      const ms = (us: number) => Math.round(us / 10) / 100
      return {
        p50: ms(latencyUs.percentile(50)),
        p99: ms(latencyUs.percentile(99)),
        max: ms(latencyUs.max),
      }
    },
    faults: (): FaultCounts =>
      Object.fromEntries(FAULT_KINDS.filter((it) => faults.has(it)).map((it) => [it, faults.get(it)])),
  }
}
