import type { BrokerSample, BrokerStatus } from '../../contract/broker-status.ts'

/** How long this page keeps samples. The broker keeps older ones. */
const OWN_MS_MAX = 90_000

/** Samples of a broker that this page has received, oldest first. */
export interface Seen {
  startedAt: string
  own: readonly BrokerSample[]
}

/** Adds a sample. A restarted broker counts from 0, so earlier samples are dropped. */
export function remember(seen: Seen | undefined, { started_at, now }: BrokerStatus): Seen {
  const isSame = seen?.startedAt === started_at
  const sinceMs = timeOf(now) - OWN_MS_MAX
  const kept = isSame ? seen.own.filter((it) => timeOf(it) >= sinceMs && timeOf(it) < timeOf(now)) : []
  return { startedAt: started_at, own: [...kept, now] }
}

/** The broker's samples of the last hour and this page's of the last 90 s, in order. */
export function allSamples({ recent }: BrokerStatus, { own }: Seen): BrokerSample[] {
  return [...recent, ...own].toSorted((a, b) => timeOf(a) - timeOf(b))
}

export function timeOf({ at }: BrokerSample): number {
  return Date.parse(at)
}

/** The last sample and the one nearest to `windowMs` before it; `undefined` with fewer than two samples. */
export function pairOver(
  samples: readonly BrokerSample[],
  windowMs: number,
): { earlier: BrokerSample; later: BrokerSample; seconds: number } | undefined {
  const later = samples.at(-1)
  if (later === undefined) return undefined
  const wantedMs = timeOf(later) - windowMs
  const distance = (it: BrokerSample) => Math.abs(timeOf(it) - wantedMs)
  const candidates = samples.filter((it) => timeOf(it) < timeOf(later))
  const [first, ...others] = candidates
  if (first === undefined) return undefined
  const earlier = others.reduce((best, it) => (distance(it) < distance(best) ? it : best), first)
  return { earlier, later, seconds: (timeOf(later) - timeOf(earlier)) / 1000 }
}

/** Increase per second of a counter over about the last `windowMs`. */
export function rateOver(
  samples: readonly BrokerSample[],
  read: (sample: BrokerSample) => number,
  windowMs: number,
): number | undefined {
  const pair = pairOver(samples, windowMs)
  return pair && (read(pair.later) - read(pair.earlier)) / pair.seconds
}

/** The rate between each sample and the one before it. */
export function rateSeries(
  samples: readonly BrokerSample[],
  read: (sample: BrokerSample) => number,
): { atMs: number; perS: number }[] {
  return samples.slice(1).flatMap((later, index) => {
    const earlier = samples[index]
    const ms = earlier === undefined ? 0 : timeOf(later) - timeOf(earlier)
    if (earlier === undefined || ms <= 0) return []
    return [{ atMs: timeOf(later), perS: ((read(later) - read(earlier)) * 1000) / ms }]
  })
}
