/** A result with its place in time. `id` only for stored ones. */
export interface Placed {
  kind: string
  fromMs: number
  /** `null` while it is open */
  toMs: number | null
}

export interface Matched<Stored, New> {
  /** stored results that nothing new continues */
  vanished: Stored[]
  /** results without a stored one */
  added: New[]
  /** results that continue a stored one, with the same beginning or another */
  continued: { stored: Stored; next: New }[]
}

/**
 * Matches results computed again with stored ones: of the same kind, those with the same beginning first, then those that
 * overlap, in order of time. A result whose beginning was moved by late readings keeps its identity this way.
 */
export function matchResults<Stored extends Placed, New extends Placed>(
  stored: readonly Stored[],
  next: readonly New[],
): Matched<Stored, New> {
  const continued: Matched<Stored, New>['continued'] = []
  const byKey = new Map(stored.map((it) => [keyOf(it), it]))
  const rest: New[] = []
  for (const it of next.toSorted(byTime)) {
    const same = byKey.get(keyOf(it))
    if (same === undefined) rest.push(it)
    else {
      continued.push({ stored: same, next: it })
      byKey.delete(keyOf(it))
    }
  }
  const left = [...byKey.values()].toSorted(byTime)
  const added: New[] = []
  for (const it of rest) {
    const at = left.findIndex((old) => old.kind === it.kind && overlaps(old, it))
    const [old] = at === -1 ? [] : left.splice(at, 1)
    if (old === undefined) added.push(it)
    else continued.push({ stored: old, next: it })
  }
  return { vanished: left, added, continued }
}

const keyOf = ({ kind, fromMs }: Placed) => `${kind} ${fromMs}`
const byTime = (a: Placed, b: Placed) => a.fromMs - b.fromMs
const endOf = ({ toMs }: Placed) => toMs ?? Number.POSITIVE_INFINITY
const overlaps = (a: Placed, b: Placed) => a.fromMs <= endOf(b) && b.fromMs <= endOf(a)
