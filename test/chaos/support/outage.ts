import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { watchDisk } from '../../support/disk-stalls.ts'
import { eventually } from '../../support/eventually.ts'
import { percentileMs } from '../../../simulator/run/latency-buckets.ts'
import { spanOf } from './latencies.ts'
import { sampleEvery, type Sample } from './sampler.ts'
import type { Scene } from './scene.ts'
import type { FleetRun } from './simulator.ts'

/** One outage of the database under load, from its start until the spool is empty again. Times in epoch milliseconds. */
export interface Outage {
  beganMs: number
  /** When the database answers again. */
  overMs: number
  /** When the spool is empty. */
  drainedMs: number
  /** of the spool */
  peakMessages: number
  peakBytes: number
  /** The messages a second that left the spool once it began to shrink. */
  drainRate: number
  /** The longest time that the disk took for a block meanwhile. */
  diskMs: number
}

const SAMPLE_MS = 100
const DRAIN_DEADLINE_MS = 120_000
/** A recovering server accepts connections a moment before the broker, which waits between attempts, makes one. */
const LIVE_BEFORE_MS = 2000
const P99_DURING_MAX_MS = 1000
const P99_DRAINING_MAX_MS = 500
const STALLED_MAX_MS = 1500

/** Makes the database unavailable for `downMs`. */
export async function causeOutage(
  scene: Scene,
  options: { downMs: number; begin: () => Promise<void>; end: () => Promise<void> },
): Promise<Outage> {
  const { broker } = scene
  const messages = sampleEvery(SAMPLE_MS, () => broker.metric('spool_messages'))
  const bytes = sampleEvery(SAMPLE_MS * 5, () => broker.metric('spool_bytes'))
  try {
    const { result, longestMs: diskMs } = await watchDisk(scene.directory, async () => {
      const beganMs = Date.now()
      await options.begin()
      await sleep(options.downMs)
      await options.end()
      const overMs = Date.now()
      await eventually('the spool is drained', () => isDrained(messages.samples, overMs), DRAIN_DEADLINE_MS)
      return { beganMs, overMs, drainedMs: Date.now() }
    })
    const peak = highest(messages.samples)
    const peakBytes = highest(bytes.samples)?.value ?? 0
    const seconds = drainSeconds(messages.samples, result.overMs)
    const peakMessages = peak?.value ?? 0
    return { ...result, peakMessages, peakBytes, drainRate: peakMessages / seconds, diskMs }
  } finally {
    await messages.stop()
    await bytes.stop()
  }
}

/** Expects the broker to have a spool: without one, an outage would only be a long silence. */
export async function expectSpool(scene: Scene): Promise<void> {
  expect(await scene.broker.metric('spool_messages'), 'fleetwire_spool_messages').to.be.a('number')
}

/** Lets the fleet drive undisturbed for a moment, so that the broker is not busy when an outage begins. */
export const driveOn = () => sleep(LIVE_BEFORE_MS)

/**
 * The outages from the fleet's point of view. To be called after the run, whose last seconds are written at its end.
 */
export function describeOutages(run: FleetRun, outages: readonly Outage[]) {
  const seconds = run.seconds()
  const during = outages.map((it) => spanOf(seconds, it.beganMs, it.overMs))
  const draining = outages.map((it) => spanOf(seconds, ...drainSpan(it)))
  const all = (spans: readonly [from: number, to: number][]) =>
    percentileMs(
      seconds
        .filter(({ second }) => spans.some(([from, to]) => second * 1000 + 1000 > from && second * 1000 < to))
        .flatMap((it) => it.buckets),
      0.99,
    )
  return {
    seconds: outages.map((it) => (it.overMs - it.beganMs) / 1000),
    p99DuringMs: all(outages.map((it) => [it.beganMs, it.overMs])),
    worstP99DuringMs: Math.max(...during.map((it) => it.p99Ms)),
    ackedDuring: median(during.map((it) => it.perSecond)),
    p99DrainingMs: all(outages.map(drainSpan)),
    liveWhileDraining: median(draining.map((it) => it.perSecond)),
    drainRate: median(outages.filter((it) => it.peakMessages > 0).map((it) => it.drainRate)),
    drainSeconds: Math.max(...outages.map((it) => (it.drainedMs - it.overMs) / 1000)),
    peakMessages: Math.max(...outages.map((it) => it.peakMessages)),
    diskMs: Math.max(...outages.map((it) => it.diskMs)),
    peakMebibytes: Math.max(...outages.map((it) => it.peakBytes)) / 2 ** 20,
  }
}

export type OutageFigures = ReturnType<typeof describeOutages>

export function outageRows(figures: OutageFigures): Record<string, string | number> {
  const { seconds } = figures
  return {
    outages: seconds.length,
    'outages, s': `${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)}`,
    'acknowledged during outages, messages/s': figures.ackedDuring,
    'p99 ack during outages, ms': figures.p99DuringMs,
    'p99 ack of the worst outage, ms': figures.worstP99DuringMs,
    'most in the spool, messages': figures.peakMessages,
    'most in the spool, MiB': figures.peakMebibytes,
    'drained, messages/s': figures.drainRate,
    'acknowledged live meanwhile, messages/s': figures.liveWhileDraining,
    'p99 ack live while draining, ms': figures.p99DrainingMs,
    'longest drain, s': figures.drainSeconds,
    'the disk took for a block at most, ms': figures.diskMs,
  }
}

/**
 * Nothing is acknowledged faster than the disk writes. A message waits for the previous write and then for its own, so a
 * stall counts twice, up to `STALLED_MAX_MS`.
 */
export function expectQuickAcks({ ackedDuring, p99DuringMs, p99DrainingMs, diskMs }: OutageFigures): void {
  const stalledMs = Math.min(2 * diskMs, STALLED_MAX_MS)
  expect(ackedDuring, 'acknowledged during outages').to.be.greaterThan(0)
  expect(p99DuringMs, 'p99 ack during outages').to.be.lessThan(P99_DURING_MAX_MS + stalledMs)
  expect(p99DrainingMs, 'p99 ack while draining').to.be.lessThan(P99_DRAINING_MAX_MS + stalledMs)
}

/**
 * The whole seconds after the outage in which the spool was drained, at least one: the second in which the outage ended
 * also contains earlier acknowledgements.
 */
function drainSpan({ overMs, drainedMs }: Outage): [fromMs: number, toMs: number] {
  const fromMs = Math.ceil(overMs / 1000) * 1000
  return [fromMs, Math.max(fromMs + 1000, drainedMs)]
}

/** Whether a sample after the outage has an empty spool; earlier samples may be from before the outage. */
function isDrained(samples: readonly Sample[], overMs: number): boolean {
  return samples.some((it) => it.atMs > overMs && it.value === 0)
}

/** From the last sample with the most messages, or the end of the outage, to the first one with none. */
function drainSeconds(samples: readonly Sample[], overMs: number): number {
  const peak = highest(samples)
  const from = Math.max(overMs, samples.findLast((it) => it.value === peak?.value)?.atMs ?? overMs)
  const to = samples.find((it) => it.atMs > from && it.value === 0)?.atMs ?? from
  return Math.max(SAMPLE_MS, to - from) / 1000
}

function highest(samples: readonly Sample[]): Sample | undefined {
  return samples.reduce<Sample | undefined>(
    (most, it) => (most && most.value >= it.value ? most : it),
    undefined,
  )
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
