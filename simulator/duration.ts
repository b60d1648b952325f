const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** Milliseconds of `500ms`, `30s`, `1.5m` or `2h`; `undefined` for anything else and for zero. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (!match) return undefined
  const ms = Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS]
  return ms > 0 && Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : undefined
}
