/** The feed sends at least an empty frame every 5 s. Another 3 s allow for the network. */
export const STALE_AFTER_MS = 8000
/** A connection that is silent for this long is dead, even if TCP has not noticed. */
export const DEAD_AFTER_MS = 30_000

export function freshnessOf(silentMs: number): 'live' | 'stale' | 'dead' {
  if (silentMs < STALE_AFTER_MS) return 'live'
  return silentMs < DEAD_AFTER_MS ? 'stale' : 'dead'
}
