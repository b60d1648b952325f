import { bucketStart, type Buckets } from './bucket-width.ts'

export const AGGREGATES = ['min', 'max', 'avg', 'first', 'last', 'count'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/** The figures of one field in one bucket; null if no reading had the field. */
export type Figures = { [A in Aggregate]?: number | null }

/** The figures of one vehicle in one bucket, by field. */
export interface Bucket {
  /** beginning of the bucket, microseconds since 1970 */
  timeUs: number
  fields: Record<string, Figures>
}

/**
 * All buckets of one vehicle in order of time, including missing ones. A missing figure is null. With `previous` it is
 * the last earlier figure (last observation carried forward), and a missing count is 0.
 */
export function fillGaps(
  there: readonly Bucket[],
  buckets: Buckets,
  fields: readonly string[],
  aggregates: readonly Aggregate[],
  fill: 'null' | 'previous',
): Bucket[] {
  const known = new Map(there.map((bucket) => [bucket.timeUs, bucket]))
  const filled: Bucket[] = []
  for (let place = 0; place < buckets.count; place++) {
    const timeUs = bucketStart(buckets, place)
    const before = fill === 'previous' ? filled.at(-1) : undefined
    const own = known.get(timeUs)
    const figuresOf = (field: string) => fillFigures(aggregates, own?.fields[field], before?.fields[field])
    filled.push({ timeUs, fields: Object.fromEntries(fields.map((field) => [field, figuresOf(field)])) })
  }
  return filled
}

function fillFigures(aggregates: readonly Aggregate[], own: Figures = {}, before: Figures = {}): Figures {
  const figures: Figures = {}
  for (const name of aggregates) figures[name] = own[name] ?? (name === 'count' ? 0 : (before[name] ?? null))
  return figures
}
