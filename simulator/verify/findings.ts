/** The kinds of findings. Each finding is a reading or dead letter that differs from the journal. */
export const FINDING_KINDS = [
  'missing',
  'different',
  'stored_twice',
  'unexpected',
  'dead_letter_missing',
  'dead_letter_surplus',
  'dead_letter_unexpected',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

export interface Finding {
  kind: FindingKind
  vehicle: string
  /** for a person: the reading and its fault */
  detail: string
}

export interface Findings {
  add(finding: Finding): void
  total(): number
  /** the number of each kind, without kinds that were not found */
  counts(): Partial<Record<FindingKind, number>>
  /** the first `SHOWN_MAX` */
  shown(): readonly Finding[]
}

/** Beyond this, findings are only counted: otherwise a broken store would fill the memory. */
export const SHOWN_MAX = 100

export function createFindings(): Findings {
  const shown: Finding[] = []
  const counts = new Map<FindingKind, number>()
  return {
    add(finding) {
      if (shown.length < SHOWN_MAX) shown.push(finding)
      counts.set(finding.kind, (counts.get(finding.kind) ?? 0) + 1)
    },
    total: () => [...counts.values()].reduce((sum, it) => sum + it, 0),
    counts: () => Object.fromEntries(counts),
    shown: () => shown,
  }
}
